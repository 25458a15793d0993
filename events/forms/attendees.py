"""What organisers type about those who come: whom they look for, and a party they write down for somebody."""

import uuid
from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.actions.registration import Party, Person
from events.forms.needs import NeedsForm
from events.forms.participants import has_needs
from events.forms.party import PersonForm
from events.forms.pasted import LONGEST_ROLE, PeopleField
from events.forms.registration import TokenField
from events.forms.registration_words import day_name
from events.models import Event, Registration, Seat
from events.models.registration import LARGEST_PARTY
from incubators.models import Municipality
from unlimited.content.forms import NameField, PlainTextField
from unlimited.content.search import Folded, names_fit
from unlimited.mail.forms import AddressField

Kind = Registration.Kind
KIND_WORDS = (
    (Kind.MYSELF, gettext_lazy("One person")),
    *((kind.value, kind.label) for kind in (Kind.MUNICIPALITY, Kind.DISTRICT, Kind.ORGANISATION)),
)
# Which kinds of party are asked for what; the rest is asked of all.
GROUPS = (Kind.MUNICIPALITY, Kind.DISTRICT, Kind.ORGANISATION)
FITS = {
    "municipality": (Kind.MUNICIPALITY, Kind.DISTRICT),
    "district": (Kind.DISTRICT,),
    "organisation": (Kind.ORGANISATION,),
    "people": GROUPS,
    "unnamed": GROUPS,
    "role": (Kind.MYSELF,),
    **dict.fromkeys(NeedsForm.NEEDS, (Kind.MYSELF,)),
}
# A district alone is in no municipality's numbers.
NEEDED = {
    Kind.MUNICIPALITY: ("municipality",),
    Kind.DISTRICT: ("municipality", "district"),
    Kind.ORGANISATION: ("organisation",),
}
# There is no check-in, so no seat is *attended*.
STATUSES = [choice for choice in Seat.Status.choices if choice[0] != Seat.Status.ATTENDED]
# Where a search may find its words.
SEARCHED = (
    "participant__name",
    "participant__email",
    "registration__contact_name",
    "registration__contact_email",
    "registration__organisation",
    "registration__district",
    "registration__municipality__name",
)
EXACT = {
    "kind": "registration__kind",
    "municipality": "registration__municipality__number",
    "county": "registration__municipality__county_number",
}


class AttendeeFilter(forms.Form):
    """Which seats to show. A value that is no choice is left out, not refused: an old link still opens a list."""

    ALL, YES = "alle", "ja"
    marks_optional = False
    # The words of the address are Norwegian.
    PARAMETERS = {
        "unnamed": "uten-navn",
        "kind": "slag",
        "unconfirmed": "ubekreftet",
        "municipality": "kommune",
        "county": "fylke",
    }

    q = PlainTextField(
        label=gettext_lazy("Name, e-mail or party"), required=False, widget=forms.TextInput({"type": "search"})
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All but the cancelled")), *STATUSES, (ALL, gettext_lazy("All"))],
    )
    unnamed = forms.ChoiceField(
        label=gettext_lazy("Name"),
        required=False,
        choices=[("", gettext_lazy("With and without")), (YES, gettext_lazy("Only without a name"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *KIND_WORDS]
    )
    unconfirmed = forms.ChoiceField(
        label=gettext_lazy("Contact"),
        required=False,
        choices=[("", gettext_lazy("All")), (YES, gettext_lazy("Has not confirmed"))],
    )
    county = forms.ChoiceField(label=gettext_lazy("County"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)

    def __init__(self, data, *, places: list[dict]):
        super().__init__(data, auto_id="filter_%s")
        counties = {row["place_county_number"]: row["place_county"] for row in places}
        municipalities = [(row["place_number"], f"{row['place_name']}, {row['place_county']}") for row in places]
        self.fields["county"].choices = [("", _("All")), *counties.items()]
        self.fields["municipality"].choices = [("", _("All")), *municipalities]
        self.full_clean()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}
        self.errors.clear()

    def add_prefix(self, field_name: str) -> str:
        return self.PARAMETERS.get(field_name, field_name)

    @property
    def is_narrowed(self) -> bool:
        """Something more than the text is chosen, and should be seen."""
        return bool(self.chosen.keys() - {"q"})

    def narrow(self, seats: QuerySet) -> QuerySet:
        chosen = self.chosen
        if chosen.get("status") is None:
            seats = seats.live()
        elif chosen["status"] != self.ALL:
            seats = seats.filter(status=chosen["status"])
        if "unnamed" in chosen:
            seats = seats.unnamed()
        if "unconfirmed" in chosen:
            seats = seats.exclude(registration__kind=Kind.MYSELF).exclude(registration__contact_email="")
            seats = seats.filter(registration__confirmed_at=None)
        seats = seats.filter(**{field: chosen[name] for name, field in EXACT.items() if name in chosen})
        if "q" in chosen:
            seats = seats.alias(folded_names=Folded(*SEARCHED)).filter(names_fit("folded_names", chosen["q"]))
        return seats


class PlaceForm(PersonForm):
    """Who comes in one place, as the organiser writes it."""

    def __init__(self, data=None, *, place: int, **kwargs):
        super().__init__(data, auto_id=f"id_{place}_%s", **kwargs)
        self.place = place
        self.fields["email"].help_text = _("Without one, the e-mails about this person go to the contact.")

    def on_top_of(self, seats: list[Seat]) -> "PlaceForm":
        """Keep what was typed, now on top of whoever is in the place: saving it again is a choice."""
        person = next((seat.participant for seat in seats if seat.place == self.place and not seat.is_cancelled), None)
        self.data = self.data.copy()
        self.data["seen"] = str(person.uuid) if person else ""
        return self


class AddForm(NeedsForm):
    """A registration that came by telephone or in person. The needs are of somebody who comes alone."""

    form_token = TokenField()
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Which days?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Who is coming?"), choices=KIND_WORDS, widget=forms.RadioSelect)
    municipality = forms.ModelChoiceField(
        Municipality.objects.order_by("name", "number"),
        label=gettext_lazy("Municipality"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    district = PlainTextField(label=gettext_lazy("District"), max_length=120, required=False)
    organisation = PlainTextField(label=gettext_lazy("Organisation"), max_length=150, required=False)
    contact_name = NameField(label=gettext_lazy("Name of the contact"), max_length=120)
    contact_email = AddressField(
        label=gettext_lazy("E-mail of the contact"),
        required=False,
        help_text=gettext_lazy("Without one nobody gets an e-mail, so tell them yourself."),
    )
    people = PeopleField(
        label=gettext_lazy("Who comes, one a line"),
        max_length=20_000,
        required=False,
        help_text=gettext_lazy(
            "Name, e-mail and role: Kari Vik, kari@example.no, adviser. You can paste a list from elsewhere."
        ),
    )
    unnamed = forms.IntegerField(
        label=gettext_lazy("How many more, named later?"), min_value=0, max_value=LARGEST_PARTY, required=False
    )
    role = PlainTextField(label=gettext_lazy("Role"), max_length=LONGEST_ROLE, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the e-mails"), choices=settings.LANGUAGES)

    def __init__(self, data=None, *, events: Iterable[Event]):
        """`events` are the days to choose among; the first is chosen."""
        self.events = list(events)
        first = self.events[0]
        start = {"form_token": uuid.uuid4(), "language": first.language, "kind": Kind.MYSELF, "days": [first.slug]}
        super().__init__(data, initial=start)
        self.fields["days"].choices = [(event.slug, day_name(event)) for event in self.events]
        if len(self.events) == 1:
            del self.fields["days"]

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        self._leave_out_what_does_not_fit(kind)
        for name in NEEDED.get(kind, ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Say which one."))
        if kind in GROUPS and "people" in cleaned:
            self._clean_people(cleaned["people"], cleaned.get("unnamed") or 0)
        return cleaned

    def _leave_out_what_does_not_fit(self, kind: str | None) -> None:
        """What was typed for another kind of party is hidden now: it neither counts nor stops anybody."""
        for name, kinds in FITS.items():
            if kind and kind not in kinds:
                self.errors.pop(name, None)
                self.cleaned_data[name] = self.fields[name].to_python("")

    def _clean_people(self, people: list[Person], unnamed: int) -> None:
        addresses = [person.email for person in people if person.email]
        if len(set(addresses)) < len(addresses):
            self.add_error("people", _("Two people have the same e-mail. Leave it out for one of them."))
        if not 0 < len(people) + unnamed <= LARGEST_PARTY:
            self.add_error("people", _("Name from one to a hundred people, or say how many are named later."))

    @property
    def chosen(self) -> list[Event]:
        return [event for event in self.events if event.slug in self.cleaned_data.get("days", [event.slug])]

    def refuse(self, event: Event, words: str) -> None:
        """Say why nobody can be registered for a day, beside the days where there are several."""
        self.add_error("days" if "days" in self.fields else None, words % {"day": day_name(event)})

    @property
    def has_needs(self) -> bool:
        """Whether what stands folded away is to be seen at once."""
        return has_needs(self)

    @property
    def party(self) -> Party:
        given = self.cleaned_data
        names = ("kind", "municipality", "district", "organisation", "contact_name", "contact_email", "language")
        facts = {name: given[name] for name in names}
        if given["kind"] == Kind.MYSELF:
            person = Person(given["contact_name"], given["contact_email"], given["role"], self.needs())
            return Party(facts, [person])
        unnamed = given["unnamed"] or 0
        return Party(facts | {"fewest": len(given["people"]) + unnamed}, given["people"], unnamed)

"""One form for everybody who wants to come: for one or several days, for oneself or for a party."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext as _

from events.actions.registration import ClosedError, FullError, Party, Person
from events.forms.needs import NeedsForm
from events.forms.participants import FIRST_ROWS, ParticipantForm, has_needs, prefixes_of, typed
from events.forms.pasted import Found, people_in
from events.forms.registration_words import MOST_CHOICES, closed_words, day_name, full_words, municipality_words
from events.models import Event, Registration
from events.models.registration import LARGEST_PARTY
from events.templatetags.event_words import state_words
from incubators.models import Municipality
from incubators.place_names import find_municipalities, labels
from unlimited.content.forms import NameField, OrganisationNumberField, PlainTextField, TrapField
from unlimited.content.text import clean_line, clean_text
from unlimited.content.typed import Part
from unlimited.mail.forms import AddressField

Kind = Registration.Kind
LONGEST_LIST = 20_000
# Longer than the name of any municipality in all its languages.
LONGEST_NAME = 80


class TokenField(forms.UUIDField):
    """What makes a second press the same registration. Anything that is no token of ours is a new one."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return uuid.uuid4()


class RegistrationForm(forms.Form):
    """Days, who comes, and whom we write to. `rows` are the participants, `me` what the contact needs.

    `events` are all days to show; those that take no registrations are told apart with words.
    """

    use_required_attribute = False
    marks_optional = False  # what may be left empty depends on the answers before it
    # A hundred people with all that can be said of each, or five hundred with name, address and role.
    most_values = 2_500

    form_token = TokenField(initial=uuid.uuid4)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Which days?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("If you choose several days and one of them is full"),
        choices=Registration.Wish,
        initial=Registration.Wish.EACH,
        required=False,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who is coming?"), choices=Kind, initial=Kind.MYSELF, widget=forms.RadioSelect
    )
    municipality = PlainTextField(
        label=gettext_lazy("Municipality"),
        help_text=gettext_lazy("Write the beginning of its name."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"list": "municipalities", "autocomplete": "off"}),
    )
    municipality_number = PlainTextField(required=False, widget=forms.HiddenInput)
    district = PlainTextField(
        label=gettext_lazy("District"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "districts", "autocomplete": "off"}),
    )
    organisation = PlainTextField(
        label=gettext_lazy("Organisation"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_number = OrganisationNumberField(
        label=gettext_lazy("Organisation number"),
        help_text=gettext_lazy("You can leave it empty."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    contact_name = NameField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    contact_email = AddressField(
        label=gettext_lazy("Your e-mail"),
        help_text=gettext_lazy("The receipt goes there, with the link to change or give back what you have."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Write your e-mail address.")},
    )
    comes = forms.BooleanField(label=gettext_lazy("I am coming too"), required=False)
    pasted = PlainTextField(
        label=gettext_lazy("Paste a list"),
        help_text=gettext_lazy("One person a line: name, e-mail and role, as in a spreadsheet or a mail."),
        max_length=LONGEST_LIST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    unnamed = forms.IntegerField(
        label=gettext_lazy("How many more, named later?"),
        help_text=gettext_lazy("We ask you for their names by e-mail. Seats without a name can go to others who wait."),
        min_value=0,
        max_value=LARGEST_PARTY,
        initial=0,
        required=False,
    )
    fewest = forms.IntegerField(
        label=gettext_lazy("If there is not room for all of you, how few may come?"),
        help_text=gettext_lazy("Leave it empty if you only come together: then you wait until there is room for all."),
        min_value=1,
        max_value=LARGEST_PARTY,
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the e-mails"), choices=settings.LANGUAGES)
    for_machines = TrapField()

    def __init__(self, data=None, *, events: Iterable[Event], rows: Mapping[str, dict] | None = None, **kwargs):
        super().__init__(data, **kwargs)
        self.events = list(events)
        self.initial.setdefault("language", get_language())
        self.fields["days"].choices = [(event.slug, day_name(event)) for event in self.events]
        self._unjudged = rows
        # What became of a pasted list, in words.
        self.paste_words: list[str] = []
        self.has_started_anew = False

    @classmethod
    def unfinished(cls, data, *, events: Iterable[Event]) -> "RegistrationForm":
        """The form as it was typed, with a participant more or less, and nothing said about mistakes yet."""
        prefixes = prefixes_of(data)
        if (gone := data.get("remove")) in prefixes:
            prefixes.remove(gone)
        if "add" in data and len(prefixes) < LARGEST_PARTY:
            prefixes.append(f"p-{max((int(prefix[2:]) for prefix in prefixes), default=-1) + 1}")
        rows = {prefix: typed(ParticipantForm, data, prefix) for prefix in prefixes}
        pasted = people_in(clean_text(data.get("pasted", "")[:LONGEST_LIST])) if cls.has_pasted(data) else Found()
        form = cls(events=events, rows=_with_pasted(rows, pasted), initial=typed(cls, data))
        form.initial["pasted"] = "\n".join(pasted.left)
        form.paste_words = [*pasted.problems]
        if pasted.people:
            form.paste_words.append(_("The list has become rows. Look them over, then register."))
        form.me = NeedsForm(prefix="me", initial=typed(NeedsForm, data, "me"))
        return form

    @staticmethod
    def has_pasted(data) -> bool:
        """Whether there is a list to make rows of; who comes alone has none."""
        return data.get("kind") != Kind.MYSELF and bool(data.get("pasted", "").strip())

    @staticmethod
    def parts(data) -> list[Part]:
        """The forms inside this one, by what was sent."""
        rows = enumerate(prefixes_of(data), 1)
        return [Part(NeedsForm, "me"), *(Part(ParticipantForm, prefix, number) for number, prefix in rows)]

    # --- What is on the page ------------------------------------------------------------------------------------------

    @cached_property
    def me(self) -> NeedsForm:
        return NeedsForm(self.data if self.is_bound else None, prefix="me")

    @cached_property
    def rows(self) -> list[ParticipantForm]:
        """The participants, as many as were sent."""
        if self.is_bound:
            return [ParticipantForm(self.data, prefix=prefix) for prefix in prefixes_of(self.data)]
        started = self._unjudged if self._unjudged is not None else {f"p-{n}": {} for n in range(FIRST_ROWS)}
        return [ParticipantForm(prefix=prefix, initial=initial) for prefix, initial in started.items()]

    @property
    def shows_my_needs(self) -> bool:
        return has_needs(self.me)

    @property
    def empty_row(self) -> ParticipantForm:
        """What the script adds; it counts on from `p-__n__`."""
        return ParticipantForm(prefix="p-__n__")

    @property
    def has_too_many_rows(self) -> bool:
        """More than can be registered: then they are shown briefly, to be removed, and nothing of them is lost."""
        return len(self.rows) > LARGEST_PARTY

    @property
    def open_events(self) -> list[Event]:
        return [event for event in self.events if event.takes_registrations]

    @property
    def day_choices(self) -> list[dict]:
        chosen = self["days"].value() or []
        return [
            {
                "event": event,
                "name": day_name(event),
                "words": state_words(event),
                "is_open": event.takes_registrations,
                "is_chosen": event.slug in chosen,
            }
            for event in self.events
        ]

    @property
    def asks_for_wish(self) -> bool:
        """Whether it makes a difference: several days can be chosen, and one may have no room for all."""
        free = [event.seats_free for event in self.open_events]
        return len(free) > 1 and min(free) < max(self._typed_size, 1)

    @property
    def _typed_size(self) -> int:
        """How many people were typed, in a form that need not be valid."""
        if not self.is_bound or self.data.get("kind") == Kind.MYSELF:
            return 1
        unnamed = str(self.data.get("unnamed", ""))
        return len(self._judged_rows) + bool(self.data.get("comes")) + (int(unnamed) if unnamed.isdecimal() else 0)

    @cached_property
    def places(self) -> list[Municipality]:
        return list(Municipality.objects.order_by("name", "number"))

    @property
    def municipality_names(self) -> list[str]:
        return labels(self.places)

    @cached_property
    def municipality_choices(self) -> list[Municipality]:
        """Those to choose among where the name typed fits several."""
        is_asked = self.is_bound and self.cleaned_data.get("kind") in (Kind.MUNICIPALITY, Kind.DISTRICT)
        words = clean_line(self["municipality"].value() or "") if is_asked and "municipality" in self.errors else ""
        found = find_municipalities(words[:LONGEST_NAME], self.places)
        return found if 1 < len(found) <= MOST_CHOICES else []

    @property
    def chosen_number(self) -> str:
        return str(self["municipality_number"].value() or "")

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """All that is to be mended: anchor, label and words; without an anchor where it is about the whole."""
        found = [("", "", words) for words in self.non_field_errors()]
        found += [("people", self.fields["pasted"].label, words) for words in self.paste_words]
        fields = [field for form in (self, *self._judged) for field in form]
        return found + [(field.anchor, field.label, words) for field in fields for words in field.errors]

    # --- What it means ------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        return super().is_valid() and all(form.is_valid() for form in self._judged)

    @property
    def _judged(self) -> list[NeedsForm]:
        """The parts that count: what the contact needs, if they come themselves, and the rows."""
        comes = self.is_bound and (self.data.get("kind") == Kind.MYSELF or bool(self.data.get("comes")))
        return [self.me] * comes + self._judged_rows

    @property
    def _judged_rows(self) -> list[ParticipantForm]:
        """The rows that count: none of somebody who comes alone."""
        is_group = self.is_bound and self.data.get("kind") != Kind.MYSELF
        return [row for row in self.rows if not row.is_empty] if is_group else []

    def clean_days(self):
        chosen = [event for event in self.events if event.slug in self.cleaned_data["days"]]
        for event in chosen:
            if not event.takes_registrations:
                raise ValidationError(closed_words(event))
        return chosen

    def clean(self):
        given = super().clean()
        kind = given.get("kind")
        if kind in (Kind.MUNICIPALITY, Kind.DISTRICT) and "municipality" in given:
            given["municipality"] = self._chosen_municipality()
        if kind == Kind.DISTRICT and given.get("district") == "":
            self.add_error("district", _("Write which district."))
        if kind == Kind.ORGANISATION and given.get("organisation") == "":
            self.add_error("organisation", _("Write which organisation."))
        if kind and kind != Kind.MYSELF:
            self._clean_size()
            self._clean_addresses()
        return given

    def _chosen_municipality(self) -> Municipality | None:
        words = self.cleaned_data["municipality"]
        found = find_municipalities(words, self.places)
        chosen = [place for place in found if place.number == self.cleaned_data.get("municipality_number")]
        if len(chosen or found) == 1:
            return (chosen or found)[0]
        self.add_error("municipality", municipality_words(words, found, self.places))
        return None

    def _clean_size(self) -> None:
        size = self.size
        if "unnamed" not in self.errors and size == 0:
            self.add_error("unnamed", _("Name at least one who is coming, or say how many."))
        if size > LARGEST_PARTY:
            words = ngettext_lazy(
                "There are %(count)d people here, and one form has room for %(most)d. All you wrote is kept: "
                "remove some of them, register, and register the rest with a new form.",
                "There are %(count)d people here, and one form has room for %(most)d. All you wrote is kept: "
                "remove some of them, register, and register the rest with a new form.",
                "count",
            )
            self.add_error(None, words % {"count": size, "most": LARGEST_PARTY})
        elif size and (self.cleaned_data.get("fewest") or 0) > size:
            words = ngettext("You are only %(count)d.", "You are only %(count)d.", size)
            self.add_error("fewest", words % {"count": size})

    def _clean_addresses(self) -> None:
        """Each address once: a seat is found by it."""
        rows = [(row, row.address) for row in self._judged_rows]
        own = [self.cleaned_data.get("contact_email")] if self.cleaned_data.get("comes") else []
        counts = Counter(filter(None, [*own, *(email for _row, email in rows)]))
        for row, email in rows:
            if counts[email] > 1:
                row.add_error(
                    "email", _("This address is here twice. Give each their own, or leave it empty for a colleague.")
                )

    @property
    def size(self) -> int:
        named = len(self._judged_rows) + bool(self.cleaned_data.get("comes"))
        return named + (self.cleaned_data.get("unnamed") or 0)

    @property
    def party(self) -> Party:
        """What the form says, as register_party takes it. What was typed for another kind of party is left out."""
        given, kind = self.cleaned_data, self.cleaned_data["kind"]
        facts = {name: given[name] for name in ("kind", "contact_name", "contact_email", "language")}
        facts["wish"] = given["wish"] or Registration.Wish.EACH
        me = Person(
            given["contact_name"], given["contact_email"], needs=self.me.needs() if self.me in self._judged else {}
        )
        if kind == Kind.MYSELF:
            return Party(facts | {"fewest": 1}, [me])
        if kind in (Kind.MUNICIPALITY, Kind.DISTRICT):
            facts["municipality"] = given["municipality"]
        if kind == Kind.DISTRICT:
            facts["district"] = given["district"]
        if kind == Kind.ORGANISATION:
            facts |= {name: given[name] for name in ("organisation", "organisation_number")}
        people = [me] * given["comes"] + [row.person for row in self._judged_rows]
        return Party(facts | {"fewest": given["fewest"] or self.size}, people, given["unnamed"] or 0)

    # --- What came between --------------------------------------------------------------------------------------------

    def start_anew(self) -> None:
        """Give the form a token of its own: sending it once more, now by choice, is another registration."""
        self.data, self.has_started_anew = self.data.copy(), True
        self.data["form_token"] = str(uuid.uuid4())

    def refuse(self, error: ClosedError) -> None:
        """Say what became of a day after the page was opened, and show it as it is now."""
        now = error.event
        self.events = [now if event.pk == now.pk else event for event in self.events]
        self.add_error("days", full_words(error) if isinstance(error, FullError) else closed_words(now))


def _with_pasted(rows: dict[str, dict], pasted: Found) -> dict[str, dict]:
    """Return the rows with one more for each person of a list, in place of those that are empty."""
    if not pasted.people:
        return rows
    first = 1 + max((int(prefix[2:]) for prefix in rows), default=-1)
    rows = {prefix: values for prefix, values in rows.items() if any(values.values())}
    people = enumerate(pasted.people, first)
    return rows | {f"p-{number}": {"name": one.name, "email": one.email, "role": one.role} for number, one in people}

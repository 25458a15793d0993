"""What a party does on its page. Each form carries what the page showed, so that nobody's change is undone unseen."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.actions.registration import Person
from events.forms.registration_words import day_name
from events.models import Event
from events.models.registration import LARGEST_PARTY
from unlimited.content.forms import NameField, PlainTextField
from unlimited.mail.forms import AddressField


class PersonForm(forms.Form):
    """Who comes in one of the party's places."""

    name = NameField(label=_("Name"), max_length=120)
    email = AddressField(
        label=_("E-mail"),
        required=False,
        help_text=_("Without one, the e-mails about this person come to you."),
    )
    role = PlainTextField(label=_("Role"), max_length=100, required=False)
    seen = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)


class AllForm(forms.Form):
    """A button about all seats to come: which ones, with which people, the page showed."""

    seen = forms.RegexField(r"\A[0-9a-f]{16}\Z", widget=forms.HiddenInput)


class SeatForm(AllForm):
    """A button about one seat."""

    seat = forms.UUIDField(widget=forms.HiddenInput)


class PlaceForm(AllForm):
    """A button about one place on all its days."""

    place = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)


class NewLinksForm(forms.Form):
    """Ends all links that were sent so far; `version` is theirs, so that the button pressed twice is one change."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class OwnLinkForm(forms.Form):
    """A button about one person."""

    person = forms.UUIDField(widget=forms.HiddenInput)


class OfferForm(forms.Form):
    """A button about the offer that was made at that moment."""

    offered_at = forms.DateTimeField(widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """Whether the seats without a name are kept."""

    is_held = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """A button by which the contact of a party confirms its seats."""


class FewestForm(forms.Form):
    """How few of the party would come without the rest."""

    fewest = forms.IntegerField(label=_("How few may come without the rest?"), min_value=1, max_value=LARGEST_PARTY)


class ContactForm(forms.Form):
    """Who speaks for the party."""

    name = NameField(label=_("Name"), max_length=120)
    email = AddressField(
        label=_("E-mail"),
        help_text=_(
            "At another address the new contact gets an e-mail and says yes there. Until then nothing changes."
        ),
    )


class AddPeopleForm(forms.Form):
    """More people for a party. `days` are the events where they can be added; `seen` is the party's last place."""

    marks_optional = False  # a name or a number: either is enough

    days = forms.MultipleChoiceField(
        label=_("Which days?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    name = NameField(label=_("Name"), max_length=120, required=False)
    email = AddressField(
        label=_("E-mail"), required=False, help_text=_("Without one, the e-mails about this person go to the contact.")
    )
    role = PlainTextField(label=_("Role"), max_length=100, required=False)
    unnamed = forms.IntegerField(
        label=_("How many more, named later?"), min_value=0, max_value=LARGEST_PARTY, required=False
    )
    seen = forms.IntegerField(min_value=0, max_value=32_767, widget=forms.HiddenInput)

    def __init__(self, data=None, *, days: Iterable[Event] = (), **kwargs):
        super().__init__(data, **kwargs)
        self.events = list(days)
        self.fields["days"].choices = [(event.slug, day_name(event)) for event in self.events]

    def clean(self):
        given = super().clean()
        if not given.get("name") and (given.get("email") or given.get("role")):
            self.add_error("name", gettext("Write the name too."))
        elif not given.get("name") and not given.get("unnamed") and not {"name", "unnamed"} & self.errors.keys():
            raise ValidationError(gettext("Write who comes, or how many."))
        return given

    @property
    def request(self) -> dict:
        """What is asked for, as `add_people` takes it."""
        given = self.cleaned_data
        person = [Person(given["name"], given["email"], given["role"])] if given["name"] else []
        chosen = [event for event in self.events if event.slug in given["days"]]
        return {"events": chosen, "people": person, "unnamed": given["unnamed"] or 0, "seen": given["seen"]}

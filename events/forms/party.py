"""What a party does on its page. Each form carries what the page showed, so that nobody's change is undone unseen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField
from unlimited.mail.forms import AddressField


class PersonForm(forms.Form):
    """Who comes in one of the party's places."""

    name = PlainTextField(label=_("Name"), max_length=120)
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

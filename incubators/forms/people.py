"""Inviting people to work at an incubator."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from incubators.models import Membership
from unlimited.content.forms import CodeField, PlainTextField
from unlimited.mail.forms import AddressField


class InvitationForm(forms.Form):
    email = AddressField(label=_("E-mail"), help_text=_("The invitation is sent here. The person logs in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.SUPPORTER)


class CapacityForm(forms.Form):
    """How many ideas a supporter has room for. None is a way to take on no more for a while."""

    use_required_attribute = False

    capacity = forms.IntegerField(
        label=_("Ideas at a time"),
        help_text=_("None means no more for now. What they have already stays with them."),
        min_value=0,
        max_value=50,
        error_messages={
            "required": _("Write a number from 0 to 50."),
            "invalid": _("Write a number from 0 to 50."),
            "min_value": _("Write a number from 0 to 50."),
            "max_value": _("Write a number from 0 to 50."),
        },
    )


class ResendForm(forms.Form):
    """Carries which sending the person saw, so that a second click does not send twice."""

    seen_expires_at = forms.CharField(widget=forms.HiddenInput)


class ShownForm(forms.Form):
    """Whether I am shown on the incubator's page, and what I say about myself there."""

    is_shown = forms.BooleanField(
        label=_("Show my name, my role and these words to everyone"),
        help_text=_("You can change your mind whenever you like. Then you are gone from the page at once."),
        required=False,
    )
    words = PlainTextField(
        label=_("A few words about you"),
        help_text=_("Such as what people can ask you about. No telephone number, no address."),
        max_length=300,
        required=False,
    )

    def __init__(self, data=None, *, name: str, initial: dict):
        super().__init__(data, initial=initial)
        self.name = name

    def clean_is_shown(self):
        if self.cleaned_data["is_shown"] and not self.name:
            raise forms.ValidationError(_("Write your name on your profile first. We never show an e-mail address."))
        return self.cleaned_data["is_shown"]


class DigitsForm(forms.Form):
    """The six digits that a person reads out, so that it is this factor that is confirmed and no other."""

    use_required_attribute = False

    digits = CodeField(
        label=_("The six digits"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        validators=[RegexValidator(r"^[0-9]{6}\Z", _("Write the six digits."))],
        error_messages={"required": _("Write the six digits.")},
    )

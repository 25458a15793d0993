"""Inviting people to work at an incubator."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incubators.models import Membership
from unlimited.mail.forms import AddressField


class InvitationForm(forms.Form):
    email = AddressField(label=_("E-mail"), help_text=_("The invitation is sent here. The person logs in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.SUPPORTER)


class ResendForm(forms.Form):
    """Carries which sending the person saw, so that a second click does not send twice."""

    seen_expires_at = forms.CharField(widget=forms.HiddenInput)

"""How somebody asks for a link that they have lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.mail.forms import AddressField


class NewLinkForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail"),
        help_text=_("The address that was registered."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

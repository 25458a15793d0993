"""What each participant says on their own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField


class OwnNameForm(forms.Form):
    """How one's own name is written. Another person is the contact's to name."""

    name = PlainTextField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = PlainTextField(label=_("Role"), max_length=100, required=False)

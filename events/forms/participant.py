"""What each participant says on their own page."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import NameField, PlainTextField


class AnotherForm(forms.Form):
    """Somebody else who reads mail at the same address, and gets a seat too."""

    name = NameField(label=_("Name of the other person"), max_length=120)

    def __init__(self, *args, **kwargs):
        # The page has a field called name already.
        super().__init__(*args, **kwargs, auto_id="id_en_til_%s")


class AskCodeForm(forms.Form):
    """A button that sends the code."""


class CodeForm(forms.Form):
    """The code from the e-mail, with whatever stands around it there."""

    code = PlainTextField(
        label=_("Code from the e-mail"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return re.sub(r"\D", "", self.cleaned_data["code"])


class OwnNameForm(forms.Form):
    """How one's own name is written. Another person is the contact's to name."""

    name = NameField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = PlainTextField(label=_("Role"), max_length=100, required=False)

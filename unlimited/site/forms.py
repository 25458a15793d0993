"""The forms of the site's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField, TrapField
from unlimited.mail.forms import AddressField


class AccessibilityFeedbackForm(forms.Form):
    """Anyone may tell what they could not use, also without a name."""

    text = PlainTextField(label=_("What was difficult?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    page = PlainTextField(
        label=_("Which page is it about?"),
        max_length=300,
        required=False,
        help_text=_("Its name or its address."),
    )
    email = AddressField(
        label=_("Your e-mail"),
        required=False,
        help_text=_("Only if you want an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    for_machines = TrapField()

    def given(self) -> dict[str, str]:
        """Return what the person said, as `give_feedback` takes it."""
        return {name: self.cleaned_data[name] for name in ("text", "page", "email")}

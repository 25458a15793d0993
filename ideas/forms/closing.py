"""Closing an incubator: who takes what is open there, and what everyone is told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from unlimited.content.forms import PlainTextField


class CloseForm(forms.Form):
    use_required_attribute = False

    to = forms.ModelChoiceField(
        label=_("Who takes the open ideas?"),
        help_text=_("Talk with them first. Each idea keeps the date it was promised, and its author is told."),
        queryset=Incubator.objects.none(),
        error_messages={"invalid_choice": _("They have closed too. Choose somebody else.")},
    )
    words = PlainTextField(
        label=_("Why does it close?"),
        help_text=_("Everyone reads this on the incubator's page."),
        max_length=1000,
        widget=forms.Textarea,
    )

    def __init__(self, data=None, *, incubator: Incubator):
        super().__init__(data)
        others = Incubator.objects.active().exclude(pk=incubator.pk).order_by("-is_national_intake", "name")
        self.fields["to"].queryset = others
        self.fields["to"].initial = next((other.pk for other in others if other.is_national_intake), None)

"""Bringing an incubator to another stage."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from unlimited.content.forms import PlainTextField


class StageForm(forms.Form):
    """`seen_stage` is the one that was read."""

    use_required_attribute = False

    seen_stage = forms.CharField(widget=forms.HiddenInput)
    to_stage = forms.ChoiceField(label=_("New stage"), widget=forms.RadioSelect)
    decided_on = forms.DateField(
        label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = PlainTextField(
        label=_("Why?"),
        help_text=_("What is in place, or what is missing. Only the leaders there and national staff read it."),
        max_length=4000,
        widget=forms.Textarea,
    )

    def __init__(self, data=None, *, incubator: Incubator):
        super().__init__(data, initial={"seen_stage": incubator.stage, "decided_on": timezone.localdate()})
        others = [choice for choice in Incubator.Stage.choices if choice[0] != incubator.stage]
        self.fields["to_stage"].choices = others

    def clean_decided_on(self):
        on = self.cleaned_data["decided_on"]
        if not on.year >= 2000 or on > timezone.localdate():
            raise forms.ValidationError(_("Choose a day that has been."))
        return on


class TickForm(forms.Form):
    is_done = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")

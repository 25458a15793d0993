"""Until when somebody is away."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models import Membership


class AbsenceForm(forms.Form):
    use_required_attribute = False

    until = forms.DateField(
        label=_("Last day away"),
        help_text=_("Empty means here."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_until(self):
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until is not None and until < today:
            raise forms.ValidationError(_("Choose a day that is not over."))
        if until is not None and until > today + Membership.LONGEST_ABSENCE:
            raise forms.ValidationError(_("Choose a day within a year."))
        return until

"""Days on which an incubator is closed."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models import ClosedPeriod
from incubators.models.closing import LONGEST_PERIOD
from unlimited.content.forms import plain_text_formfield

# Nobody plans further ahead.
LAST_START = dt.timedelta(days=731)


class ClosedPeriodForm(forms.ModelForm):
    """One day or several. An empty last day is the first."""

    use_required_attribute = False

    class Meta:
        model = ClosedPeriod
        fields = ("starts_on", "ends_on", "words")
        formfield_callback = plain_text_formfield
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("starts_on", "ends_on")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.fields["ends_on"].help_text = _("Leave it empty for one day.")
        self.fields["words"].help_text = _("Everyone reads it, such as: summer holiday.")

    def clean(self):
        data = super().clean()
        first, today = data.get("starts_on"), timezone.localdate()
        if first is None or "ends_on" in self.errors:
            return data
        last = data["ends_on"] = data.get("ends_on") or first
        if first > today + LAST_START:
            self.add_error("starts_on", _("Choose a day within two years."))
        elif last < max(first, today):
            self.add_error("ends_on", _("Choose a last day that is not over and not before the first."))
        elif last > first + LONGEST_PERIOD:
            self.add_error(
                "ends_on", _("Choose three months at most. An incubator that ends is closed in another way.")
            )
        return data

    def _post_clean(self):
        """The action makes the row."""

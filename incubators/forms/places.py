"""Looking for an incubator, and what one says about itself."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from unlimited.content.forms import PlainTextField, plain_text_formfield


def formfield(db_field: models.Field, **kwargs):
    """Plain text, and addresses that begin with https where nothing else is said."""
    if isinstance(db_field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return plain_text_formfield(db_field, **kwargs)


class SearchForm(forms.Form):
    marks_optional = False

    q = PlainTextField(
        label=_("Where do you live?"),
        help_text=_("Place, district, municipality or postcode. A part of the word is enough."),
        max_length=100,
        required=False,
    )


class FactsForm(forms.ModelForm):
    """What a leader may say about the incubator. Name, place and legal status are for national staff."""

    seen_at = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Incubator
        formfield_callback = formfield
        fields = (
            "summary",
            "address",
            "opening_hours",
            "contact_name",
            "contact_email",
            "contact_phone",
            "website",
            "default_language",
            "answer_days",
            "emergency_words",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen_at"] = self.instance.updated_at.isoformat()
        self.fields["contact_name"].help_text = _("Who answers those who write or call. Ask the person first.")
        self.fields["answer_days"].help_text = _(
            "From 1 to 60. Ideas already sent in keep the date they were promised."
        )

    def again(self, current: Incubator) -> "FactsForm":
        """Return the same words, not saved: somebody else was first. Saving them again is now a choice."""
        data = self.data.copy()
        data["seen_at"] = current.updated_at.isoformat()
        form = FactsForm(data, instance=current)
        form.add_error(
            None,
            _(
                "Somebody else has changed this while you wrote. Your words are below and not saved yet. "
                "Look at the incubator's page first; save again if yours should stand."
            ),
        )
        return form

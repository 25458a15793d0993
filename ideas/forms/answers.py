"""What a leader keeps ready for the answers of an incubator: texts, and partners to show the way to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.models import AnswerTemplate, Partner
from unlimited.content.forms import plain_text_formfield


class _KeptForm(forms.ModelForm):
    """A form over what is kept ready. `seen_at` carries when the row was saved that the person reads."""

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()
        else:
            del self.fields["is_active"]

    def again(self, current) -> "_KeptForm":
        """Return the same words, not saved: somebody else was first. Saving them again is now a choice."""
        data = self.data.copy()
        data["seen_at"] = current.updated_at.isoformat()
        form = type(self)(data, instance=current)
        form.add_error(
            None, _("Somebody else has changed this while you wrote. Your words are below. Save again to keep yours.")
        )
        return form


def _formfield(db_field, **kwargs):
    if db_field.name == "url":
        kwargs["assume_scheme"] = "https"
    if db_field.name == "is_active":
        kwargs["help_text"] = _("Take the mark away where it is not to be chosen any more.")
    return plain_text_formfield(db_field, **kwargs)


class TemplateForm(_KeptForm):
    class Meta:
        model = AnswerTemplate
        formfield_callback = _formfield
        fields = ("kind", "language", "name", "reason", "way_on", "is_active")
        help_texts = {
            "name": _("Only colleagues see it."),
            "reason": _("Put what must be written each time in square brackets: [what we would need]."),
            "way_on": _("For a no: where people can go from there."),
        }


class PartnerForm(_KeptForm):
    class Meta:
        model = Partner
        formfield_callback = _formfield
        fields = ("name", "url", "about_nb", "about_nn", "about_en", "is_active")

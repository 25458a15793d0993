"""What staff type about a concern."""

import datetime as dt
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.actions import concern as actions
from ideas.models import Concern, ConcernEntry, Idea
from unlimited.content.forms import MomentField, PlainTextField

# Tolerates a clock that is a little ahead; an old event needs no exact minute.
AHEAD, LONGEST_AGO = dt.timedelta(minutes=10), dt.timedelta(days=366)
MISSING_WHOM = _("Write whom you told, such as the child welfare service in Oslo.")


def text(label, *, missing, rows: int = 5, most: int = 2000, **kwargs) -> PlainTextField:
    """Return a field for several lines; `missing` says what to write where it is left empty."""
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainTextField(label=label, max_length=most, widget=widget, error_messages={"required": missing}, **kwargs)


class _ToldForm(forms.Form):
    """Who was told, and when. A moment that is left empty is now."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    whom = PlainTextField(label=_("Whom have you told?"), max_length=200, error_messages={"required": MISSING_WHOM})
    at = MomentField(
        label=_("When?"),
        required=False,
        help_text=_("Empty means just now."),
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, initial={"token": uuid.uuid4()}, **kwargs)

    def clean_at(self) -> dt.datetime | None:
        at, now = self.cleaned_data["at"], timezone.now()
        if at and not now - LONGEST_AGO <= at <= now + AHEAD:
            raise ValidationError(_("Give a time that has been, within the last year."))
        return at


class ConcernForm(_ToldForm):
    """A new concern. Somebody may have been told already, and often has not."""

    what = text(
        _("What worries you?"),
        most=4000,
        rows=7,
        help_text=_("What you have seen or read, and who it is about. Facts first, then what you think."),
        missing=_("Write what worries you."),
    )
    field_order = ["token", "what", "whom", "at"]

    def __init__(self, data=None, *, idea: Idea):
        super().__init__(data)
        self.idea = idea
        self.fields["whom"].required = False
        self.fields["whom"].help_text = _("Leave it empty if nobody is told yet.")

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("at") and not facts.get("whom"):
            self.add_error("whom", MISSING_WHOM)
        return facts

    def save(self, *, by) -> Concern:
        return actions.raise_concern(idea=self.idea, by=by, **self.cleaned_data)


class ToldForm(_ToldForm):
    name, permission = "varslet", "ideas.view_concern"
    note = text(_("What was said or done"), rows=3, missing="", required=False)

    def save(self, *, concern: Concern, by) -> ConcernEntry:
        return actions.note_who_was_told(concern=concern, by=by, **self.cleaned_data)


class ExportForm(forms.Form):
    """For the authority: a page to print, or a document."""

    name, permission = "eksport", "ideas.lead_concern"
    PAGE, PDF = "side", "pdf"
    whom = PlainTextField(
        label=_("Which authority is it for?"),
        max_length=200,
        help_text=_("The hand-over is logged with your name."),
        error_messages={"required": _("Write which authority it is for.")},
    )
    form = forms.ChoiceField(
        label=_("As what?"),
        choices=[(PAGE, _("A page to print")), (PDF, _("A PDF"))],
        initial=PAGE,
        widget=forms.RadioSelect,
    )

    def save(self, *, concern: Concern, by) -> ConcernEntry:
        return actions.export_concern(concern=concern, by=by, whom=self.cleaned_data["whom"])


class CloseForm(forms.Form):
    name, permission = "lukk", "ideas.lead_concern"
    note = text(_("What came of it?"), rows=3, missing=_("Write what came of it."))

    def save(self, *, concern: Concern, by) -> Concern:
        return actions.close_concern(concern=concern, by=by, **self.cleaned_data)


CONCERN_FORMS = {form.name: form for form in (ToldForm, ExportForm, CloseForm)}

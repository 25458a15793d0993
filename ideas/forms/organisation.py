"""What is asked before an idea is built: its form, and what belongs to it."""

import datetime as dt
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.actions import organisation as actions
from ideas.forms.moderation import text
from ideas.models import Idea, Organisation
from unlimited.content.forms import OrganisationNumberField, PlainTextField
from unlimited.users.models import User

MOST_BYTES = 5 * 2**20
EARLIEST = dt.date(1900, 1, 1)


class OrganisationForm(forms.Form):
    """All of it in one form; only the form of organisation is required, and “not decided yet” is an answer."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    form = forms.ChoiceField(
        label=_("Which form?"),
        choices=Organisation.Form,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a form, or “Not decided yet”.")},
    )
    undecided_because = PlainTextField(
        label=_("If you have not decided: what do you need to know first?"), max_length=400, required=False
    )
    name = PlainTextField(label=_("Name of the organisation"), max_length=120, required=False)
    number = OrganisationNumberField(
        label=_("Organisation number"), max_length=20, required=False, help_text=_("Nine digits, once you have it.")
    )
    founded_on = forms.DateField(
        label=_("Founded on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day of the meeting that founded it. From then on it counts in reports to the municipality."),
    )
    who_benefits = text(_("Who benefits?"), most=2000, rows=3, required=False)
    who_pays = text(
        _("Who pays?"), most=2000, rows=3, required=False, help_text=_("Those who use it are not always those who pay.")
    )
    ready = forms.MultipleChoiceField(
        label=_("Ready to apply for public grants"),
        choices=Organisation.Ready,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what you have. Nobody needs all of it to begin."),
    )
    statutes = forms.FileField(
        label=_("Statutes"),
        required=False,
        help_text=_("A PDF of 5 MB at most. Read by you, your supporter and the incubator."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    remove_statutes = forms.BooleanField(label=_("Take the statutes away"), required=False)
    TEXTS = ("form", "undecided_because", "name", "number", "founded_on", "who_benefits", "who_pays", "ready")

    def __init__(self, data=None, files=None, *, idea: Idea, by: User):
        row = Organisation.objects.filter(idea=idea).first()
        initial = {name: getattr(row, name) for name in (*self.TEXTS, "revision")} if row else {"revision": 0}
        super().__init__(data, files, initial=initial)
        self.idea, self.by, self.row = idea, by, row
        if not (row and row.statutes):
            del self.fields["remove_statutes"]

    def clean_statutes(self) -> ContentFile | None:
        """Return the file under a name of ours; what the sender called it is forgotten."""
        upload = self.cleaned_data["statutes"]
        if not upload:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."), code="too_large")
        content = upload.read()
        if not content.startswith(b"%PDF-"):
            raise ValidationError(_("This is no PDF. Save the document as a PDF, and try again."), code="no_pdf")
        return ContentFile(content, name=f"{uuid.uuid4().hex}.pdf")

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("form") == Organisation.Form.UNDECIDED and not facts.get("undecided_because"):
            self.add_error("undecided_because", _("Write what you need to know first."))
        if (founded := facts.get("founded_on")) and not EARLIEST <= founded <= timezone.localdate():
            self.add_error("founded_on", _("Choose a day that has been."))
        return facts

    def save(self) -> Organisation:
        facts = {name: self.cleaned_data[name] for name in self.TEXTS}
        statutes = self.cleaned_data["statutes"] or (False if self.cleaned_data.get("remove_statutes") else None)
        return actions.write_organisation(
            idea=self.idea, by=self.by, seen_revision=self.cleaned_data["revision"], statutes=statutes, **facts
        )

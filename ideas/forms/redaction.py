"""What a moderator takes out of the public text, and puts back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import redaction
from ideas.forms.moderation import CaseForm, text
from ideas.models import Idea, Redaction, Transition
from ideas.models.redaction import stands_in

Kind, Status = Transition.Kind, Idea.Status
LONGEST, MOST = Redaction._meta.get_field("passage").max_length, 50
# While the author has the text, it is theirs to change, and nobody else reads it.
STATUSES = tuple(status for status in Status if status not in (Status.DRAFT, Status.CHANGES_REQUESTED))


class RedactForm(CaseForm):
    name, kind, statuses = "ta-ut", Kind.REDACTED, STATUSES
    heading = _("Take words out of the public text")
    words = _("For names and other things about people who have not agreed to it. The author is told which and why.")
    button = _("Take these words out")
    done = _("The words are taken out of the public text, and the author is told.")
    action = redaction.redact_idea
    passages = text(
        _("Which words?"),
        rows=3,
        help_text=_("Exactly as they stand in the text, one passage a line. You can copy them from it."),
        missing=_("Write which words."),
    )
    passages.widget.attrs["data-add-marked"] = _("Add what is marked in the text")
    reason = text(
        _("Why are they taken out?"),
        most=2000,
        rows=3,
        help_text=_("Do not repeat the words here."),
        missing=_("Write why. The author reads it."),
    )

    def clean_passages(self) -> list[str]:
        """Return each line once, as one passage."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["passages"].splitlines())
        passages = list(dict.fromkeys(filter(None, lines)))
        if len(passages) > MOST or any(len(passage) > LONGEST for passage in passages):
            raise forms.ValidationError(_("This is too much at once. Take out some words at a time, or hide the idea."))
        texts = [getattr(self.idea, name) for name in redaction.FIELDS]
        for passage in passages:
            if not stands_in(passage, texts):
                problem = _("“%(passage)s” does not stand in the public text. Copy the words from it.")
                raise forms.ValidationError(problem, params={"passage": passage})
        return passages


class UnredactForm(CaseForm):
    name, kind, statuses = "sett-inn-igjen", Kind.UNREDACTED, STATUSES
    heading = _("Put words back into the public text")
    button = _("Put these words back")
    done = _("The words are back in the public text, and the author is told.")
    action = redaction.lift_redaction
    redaction = forms.ModelChoiceField(
        Redaction.objects.none(), label=_("Which words?"), to_field_name="uuid", empty_label=None,
        widget=forms.RadioSelect, error_messages={"required": _("Choose which words.")},
    )  # fmt: skip

    def __init__(self, data=None, *, idea: Idea):
        super().__init__(data, idea=idea)
        self.fields["redaction"].queryset = idea.redactions.active()
        self.fields["redaction"].choices = [(one.uuid, one.passage) for one in idea.active_redactions]

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return super().is_possible(idea, user) and bool(idea.active_redactions)

"""The five hallmarks as one side fills them in: an answer and a sentence each."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import hallmarks as actions
from ideas.models import HallmarkAnswer, Idea, TalkSheet
from unlimited.content.forms import PlainTextField
from unlimited.users.models import User

Hallmark = HallmarkAnswer.Hallmark


def _fields_of(hallmark: Hallmark) -> dict[str, forms.Field]:
    """Return the two fields of a hallmark: its name, and its name with `_words`."""
    missing = {"required": _("Choose one of the three: none of them is wrong.")}
    answer = forms.ChoiceField(
        label=hallmark.label, choices=HallmarkAnswer.Answer, widget=forms.RadioSelect, error_messages=missing
    )
    words = PlainTextField(label=_("In a sentence"), max_length=300, required=False)
    return {hallmark.value: answer, f"{hallmark.value}_words": words}


_FIELDS = {name: field for hallmark in Hallmark for name, field in _fields_of(hallmark).items()}
_AnswersForm = type(forms.Form)("_AnswersForm", (forms.Form,), _FIELDS)


class HallmarksForm(_AnswersForm):
    """All hallmarks as one side answers them in one round."""

    round_no = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data=None, *, idea: Idea, by: User, side: str = ""):
        super().__init__(data)
        self.idea, self.by = idea, by
        if not self.is_bound and side:
            self.initial = self.as_it_stands(side)

    def as_it_stands(self, side: str) -> dict:
        """Return what this side has answered in the open round, and the marks by which a later change is noticed."""
        sheet = self.idea.talk_sheets.open().first() or TalkSheet()
        stands = {"round_no": self.idea.talk_sheets.closed().count()}
        stands["seen_at"] = at.isoformat() if (at := sheet.answered_at(side)) else ""
        for row in sheet.answers.filter(side=side) if sheet.pk else ():
            stands |= {row.hallmark: row.answer, f"{row.hallmark}_words": row.words}
        return stands

    def clean_seen_at(self) -> dt.datetime | None:
        """What is no moment of ours is an answer that is not there."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None

    def pairs(self) -> list[tuple]:
        """The two fields of each hallmark."""
        return [(self[name], self[f"{name}_words"]) for name in Hallmark.values]

    def save(self) -> TalkSheet:
        facts = self.cleaned_data
        answers = {name: (facts[name], facts[f"{name}_words"]) for name in Hallmark.values}
        return actions.answer_sheet(
            idea=self.idea, by=self.by, round_no=facts["round_no"], seen_at=facts["seen_at"], answers=answers
        )

"""Each side fills in the sheet about the five hallmarks apart; once both have, both read both, and it stands."""

import datetime as dt

from django.utils import timezone

from ideas import emails
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaError, locked_idea, record_contact
from ideas.models import HallmarkAnswer, Idea, Side, SupportRelation, TalkSheet, side_of
from unlimited.origin import audited
from unlimited.users.models import User


class SheetChangedError(IdeaError):
    """The round is over, or somebody on the same side has answered since the form was opened."""


@audited
def answer_sheet(
    *, idea: Idea, by: User, round_no: int, seen_at: dt.datetime | None, answers: dict[str, tuple[str, str]]
) -> TalkSheet:  # fmt: skip
    """Answer for one's side: of each hallmark an answer and a sentence. Until the other side has, it can be changed.

    `round_no` is how many rounds were over when the form was opened, `seen_at` when one's side had answered last.
    Raises NotOfTheTwoError, SheetChangedError.
    """
    with locked_idea(idea, seen_revision=None) as idea:
        side = side_of(by, idea) if idea.status in SupportRelation.SUPPORTED else None
        if side is None:
            raise NotOfTheTwoError
        sheet = idea.talk_sheets.open().first() or TalkSheet(idea=idea)
        if idea.talk_sheets.closed().count() != round_no or sheet.answered_at(side) != seen_at:
            raise SheetChangedError
        now = timezone.now()
        setattr(sheet, "author_at" if side == Side.AUTHOR else "supporter_at", now)
        if sheet.author_at and sheet.supporter_at:
            sheet.closed_at = now
        sheet.save()
        sheet.answers.filter(side=side).delete()
        HallmarkAnswer.objects.bulk_create(
            HallmarkAnswer(sheet=sheet, side=side, hallmark=name, answer=answer, words=words, by=by)
            for name, (answer, words) in answers.items()
        )
        if side == Side.SUPPORTER:
            record_contact(idea, at=now)
        emails.mail_sheet_answered(sheet, side, _supporter_of(idea), is_first=seen_at is None)
        return sheet


def _supporter_of(idea: Idea) -> User | None:
    relation = idea.support_relations.active().select_related("supporter").first()
    return relation.supporter if relation else None

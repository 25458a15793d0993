"""One case moves to another incubator. The date that its author was promised stays, unless they agree to a later one.

Locks: the incubator it goes to, then the idea, as `closing.close_incubator` does. Either the move was first, and what
closes then takes the idea along; or it has closed, and the case stays where it is.
"""

import datetime as dt

from django.utils import timezone

from ideas import emails
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import IdeaBusyError, IdeaError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import Appeal, Idea, Transition
from incubators.models import Incubator
from incubators.working_days import add_working_days
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User

Kind = Transition.Kind
# So many working days later than promised an incubator can ask for, no more.
LATER_AT_MOST = 15


class NowhereToMoveError(IdeaError):
    """The incubator has closed, or has the case already."""


class LaterDateError(IdeaError):
    """The day is none that can be asked for; `first` and `last` can."""

    def __init__(self, first: dt.date, last: dt.date):
        super().__init__(f"{first} to {last}")
        self.first, self.last = first, last


class NotAskedError(IdeaError):
    """There is no open question about that date."""


@audited
def move_idea(*, idea: Idea, by: User, seen_revision: int, to: Incubator, reason: str, internal_note: str = "") -> Idea:
    """Give the case to another incubator, with all that was said: its staff read the notes too.

    Whoever had it or worked along does so no longer, and open appeals are answered there. Moving is nobody's work on
    the idea, so that the clock of a silent case goes on.
    """
    with short_wait(IdeaBusyError):
        there = _locked_incubator(to)
        with locked_idea(idea, seen_revision=seen_revision) as idea:
            if idea.status not in Idea.OPEN_STATUSES:
                raise TransitionNotAllowedError(idea, Kind.MOVED)
            if not there.is_active or there == idea.incubator:
                raise NowhereToMoveError
            here, idea.incubator = idea.incubator, there
            idea.taken_by = idea.taken_at = idea.asked_due_on = None
            idea.may_ask_for_later = True
            idea.team_members.all().delete()
            way = {"way_on_kind": Transition.WayOn.INCUBATOR, "way_on_incubator": there}
            log = change_idea(idea, by=by, kind=Kind.MOVED, reason=reason, internal_note=internal_note, **way)
            emails.mail_moved_on(idea, log, here)
            for appeal in Appeal.objects.open().filter(decision__idea=idea).with_case():
                emails.mail_appeal_waits(appeal)
            return idea


def _locked_incubator(to: Incubator) -> Incubator:
    return Incubator.objects.select_for_update(no_key=True, of=("self",)).get(pk=to.pk)


def days_to_ask_for(idea: Idea) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that can be asked for: after the promised one, and not past."""
    promised_on = max(idea.answer_due_on, timezone.localdate())
    return add_working_days(promised_on, 1), add_working_days(promised_on, LATER_AT_MOST)


@audited
def ask_for_later_date(*, idea: Idea, by: User, seen_revision: int, day: dt.date, reason: str) -> Idea:
    """Ask the author whether an answer by `day` is soon enough; once for each move. Until they say yes, nothing moves.

    Raises LaterDateError for a day out of bounds, TransitionNotAllowedError where there is no date or no author to ask.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if not idea.may_ask_for_later or idea.author_id is None:
            raise TransitionNotAllowedError(idea, Kind.LATER_ASKED)
        first, last = days_to_ask_for(idea)
        if not first <= day <= last:
            raise LaterDateError(first, last)
        idea.may_ask_for_later, idea.asked_due_on = False, day
        log = change_idea(idea, by=by, kind=Kind.LATER_ASKED, reason=reason, asked_due_on=day)
        emails.mail_later_asked(idea, log)
        return idea


@audited
def answer_later_date(*, idea: Idea, by: User, day: dt.date, agrees: bool) -> Idea:
    """Say yes or no for the author to the date that they read. Idempotent."""
    with locked_idea(idea, seen_revision=None) as idea:
        if idea.author_id is None or idea.author_id != by.pk:
            raise NotTheAuthorError
        kind = Kind.LATER_AGREED if agrees else Kind.LATER_REFUSED
        if idea.asked_due_on != day:
            if idea.transitions.filter(kind=kind, asked_due_on=day, by=by).exists():
                return idea
            raise NotAskedError
        idea.asked_due_on = None
        if agrees:
            if idea.new_due_on:
                emails.cancel_delay(idea)
            idea.answer_due_on, idea.new_due_on = day, None
        change_idea(idea, by=by, kind=kind, asked_due_on=day)
        return idea

"""The one way an idea changes once it exists: lock its row, compare with what the person saw, set, write the log.

Every action of every area goes through `locked_idea` and `change_idea`, so that none can forget the lock, the revision
or the log row.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.db.models import F, Q
from django.utils import timezone

from ideas.emails import cancel_delay, mail_meetings_called_off, mail_merge_over, mail_support_over
from ideas.models import (
    Agreement,
    Appeal,
    Budget,
    DeskEntry,
    HallmarkAnswer,
    Idea,
    Meeting,
    Merge,
    Side,
    SupportRelation,
    TalkSheet,
    Transition,
)
from ideas.models.appeal import stands
from unlimited.locks import WaitedTooLongError, short_wait


class IdeaError(Exception):
    """What can go wrong when an idea is changed."""


class EditedElsewhereError(IdeaError):
    """The idea has changed since the person read it. `last` is the newest change they have not seen, where logged."""

    def __init__(self, idea: Idea, last: Transition | None):
        super().__init__(f"{idea.uuid} is at revision {idea.revision}")
        self.idea, self.last = idea, last

    def is_of(self, person, kind: str | None) -> bool:
        """A button pressed twice: what `person` asks for now is what they did themselves, and nothing came after."""
        return self.last is not None and self.last.by_id == person.pk and self.last.kind == kind


class TransitionNotAllowedError(IdeaError):
    """Nothing leads from the idea's status to where it was asked to go."""

    def __init__(self, idea: Idea, kind: str):
        super().__init__(f"{kind} is not possible while {idea.uuid} is {idea.status}")
        self.idea, self.kind = idea, kind


class IdeaBusyError(IdeaError, WaitedTooLongError):
    """Somebody else held the row for longer than a person should wait."""


class IdeaGoneError(IdeaError):
    """It is not there any more: deleted, or never there for this person."""


@contextmanager
def locked_idea(idea: Idea, *, seen_revision: int | None) -> Iterator[Idea]:
    """Open a transaction and yield the idea as it is now, locked. None for `seen_revision` asks for no comparison."""
    with short_wait(IdeaBusyError):
        row = (
            Idea.objects.select_for_update(no_key=True, of=("self",))
            .select_related("author", "incubator")
            .filter(pk=idea.pk)
            .first()
        )
        if row is None:
            raise IdeaGoneError
        if row.incubator is None and row.incubator_id is not None:
            # It was moved while this waited for the lock: PostgreSQL reads the idea anew, and not what it joined to it.
            row.refresh_from_db(fields=["incubator"])
        if seen_revision is not None and row.revision != seen_revision:
            unseen = row.transitions.filter(revision__gt=seen_revision)
            raise EditedElsewhereError(row, unseen.select_related("by").order_by("revision").last())
        yield row


@contextmanager
def locked_ideas(*ideas: Idea) -> Iterator[list[Idea]]:
    """Yield several ideas as `locked_idea` does, in the order they were given.

    They are locked in the order of their ids, here and nowhere else: whoever needs two waits in one direction only.
    """
    with ExitStack() as locks:
        in_order = sorted({idea.pk: idea for idea in ideas}.items())
        rows = {pk: locks.enter_context(locked_idea(idea, seen_revision=None)) for pk, idea in in_order}
        yield [rows[idea.pk] for idea in ideas]


def keep_promise(idea: Idea) -> None:
    """Let go of the new date that the author was told, once they hear from somebody; the caller saves.

    A case that waits for its answer keeps it until that answer. Word of the delay that has not left yet stays here.
    """
    if idea.new_due_on is None or idea.is_waiting_for_answer:
        return
    cancel_delay(idea)
    idea.new_due_on = None


def change_idea(idea: Idea, *, by, kind: Transition.Kind, to_status: str | None = None, **log) -> Transition:
    """Set `to_status` (None: it stays) on the locked `idea`, save what the caller set, and write the log row.

    `log` holds the log's own texts: went_well, reason, way_on, internal_note; the step is taken from the idea.
    """
    from_status, at = idea.status, timezone.now()
    if to_status is not None:
        log |= _set_status(idea, to_status, kind=kind, at=at)
    if kind not in (*Transition.AUTHOR_KINDS, *Transition.NOBODYS_WORK):
        idea.staff_acted_at = at
    silent = (*Transition.INTERNAL_KINDS, *Transition.NOBODYS_WORK)
    if kind not in (*silent, Transition.Kind.APPEALED, Transition.Kind.HANDED_OVER):
        keep_promise(idea)
    if not idea.is_waiting_for_answer:
        # What the author was asked about the date has nothing to be about any more.
        idea.may_ask_for_later, idea.asked_due_on = False, None
    idea.revision += 1
    idea.save()
    _end_what_is_overtaken(idea, by=by, kind=kind, at=at)
    return Transition.objects.create(
        idea=idea, kind=kind, revision=idea.revision, from_status=from_status, to_status=idea.status, step=idea.step,
        by=by, at=at, **log,
    )  # fmt: skip


def _set_status(idea: Idea, to_status: str, *, kind: Transition.Kind, at: dt.datetime) -> dict:
    """Set it where something leads there; return what the log says of an answer."""
    if not idea.can_become(to_status):
        raise TransitionNotAllowedError(idea, kind)
    idea.status = to_status
    if to_status != Idea.Status.ENDED:
        idea.established_at = None
    if to_status in Idea.ANSWERS and idea.answered_at is None:
        idea.answered_at = at
        return {"due_on": idea.answer_due_on}
    return {}


def ask_to_tell(ideas: Iterable[Idea], at: dt.datetime) -> None:
    """No mail reaches whoever told their idea at the desk: remember that staff have to tell them."""
    untold = [idea.pk for idea in ideas if idea.author_id is None]
    if untold:
        DeskEntry.objects.unclaimed().filter(idea__in=untold, to_tell_since=None).update(to_tell_since=at)


def _end_what_is_overtaken(idea: Idea, *, by, kind: Transition.Kind, at: dt.datetime) -> None:
    """Close what others have begun about the idea as it was, and have whoever is told by mouth told of the change."""
    let_appeals_lapse(idea, at)
    if kind not in (*Transition.INTERNAL_KINDS, *Transition.AUTHOR_KINDS):
        ask_to_tell([idea], at)
    parted = [idea] if kind == Transition.Kind.MOVED or not idea.is_supportable else []
    let_support_end(parted, by=by, at=at)
    let_agreements_end(parted, by=by, at=at)
    if idea.status not in Idea.OPEN_STATUSES or kind in (Transition.Kind.MOVED, Transition.Kind.HANDED_OVER):
        let_merges_lapse([idea], at=at)


def let_appeals_lapse(idea: Idea, at: dt.datetime) -> None:
    """Close the open appeals against decisions that the change of `idea` has overtaken."""
    for appeal in Appeal.objects.open().filter(decision__idea=idea).select_related("decision"):
        if not stands(appeal.decision, idea) or idea.author_id is None:
            appeal.status, appeal.answered_at = Appeal.Status.LAPSED, at
            appeal.save(update_fields=["status", "answered_at"])


def let_merges_lapse(ideas: Iterable[Idea], *, at: dt.datetime) -> None:
    """Close the questions whether `ideas` may be merged, which were about cases as they no longer are."""
    for merge in Merge.objects.open().about(*ideas).with_ideas().order_by("pk"):
        # Whoever closed the other idea at this moment may have been first.
        if Merge.objects.open().filter(pk=merge.pk).update(status=Merge.Status.LAPSED, ended_at=at):
            mail_merge_over(merge)


def let_support_end(ideas: Iterable[Idea], *, by, at: dt.datetime) -> None:
    """Part those who work together on the locked `ideas`; what was only asked is answered by that. In sets."""
    rows = SupportRelation.objects.under_way().filter(idea__in=ideas).select_related("supporter", "idea__incubator")
    rows = list(rows.order_by("pk")) if ideas else []
    if not rows:
        return
    facts = {"ended_at": at, "ended_by": by}
    parted = SupportRelation.objects.filter(pk__in=[row.pk for row in rows])
    parted.filter(status__in=SupportRelation.WAITING).update(status=SupportRelation.Status.DECLINED, **facts)
    goes_on, reasons = Q(idea__status__in=SupportRelation.SUPPORTED), SupportRelation.EndReason
    for which, reason in ((goes_on, reasons.MOVED), (~goes_on, reasons.CLOSED)):
        parted.active().filter(which).update(status=SupportRelation.Status.ENDED, end_reason=reason, **facts)
    mail_support_over(rows, by=by)
    part_ways(ideas, by=by, at=at)


def part_ways(ideas: Iterable[Idea], *, by, at: dt.datetime) -> None:
    """Let go of what a supporter who has the locked `ideas` no more had begun with their authors."""
    call_off_meetings(ideas, by=by, at=at)
    # What one supporter answered is not the next one's answer; what the author answered waits for the next one's.
    sheets = TalkSheet.objects.open().filter(idea__in=ideas)
    HallmarkAnswer.objects.filter(sheet__in=sheets, side=Side.SUPPORTER).delete()
    sheets.update(supporter_at=None)


def let_agreements_end(ideas: Iterable[Idea], *, by, at: dt.datetime) -> None:
    """End what was agreed on or proposed about the locked `ideas`. What was not given yet is free again."""
    rows = list(Agreement.objects.open().filter(idea__in=ideas).order_by("pk")) if ideas else []
    if not rows:
        return
    give_back_money([row for row in rows if row.is_proposed])
    mine = Agreement.objects.filter(pk__in=[row.pk for row in rows])
    mine.proposed().update(status=Agreement.Status.DECLINED, answered_at=at)
    facts = {"outcome": Agreement.Outcome.OVERTAKEN, "ended_at": at, "ended_by": by, "spent": F("kroner")}
    mine.agreed().update(status=Agreement.Status.ENDED, **facts)


def give_back_money(agreements: Iterable[Agreement]) -> None:
    """Free what `agreements` hold and have not spent, budget by budget in one order: nobody waits in a ring."""
    for row in sorted(agreements, key=lambda row: row.budget_id or 0):
        free = row.kroner - (row.spent or 0)
        if row.budget_id and free:
            Budget.objects.filter(pk=row.budget_id).update(given=F("given") - free)


def call_off_meetings(ideas: Iterable[Idea], *, by, at: dt.datetime) -> None:
    """Call off what was proposed or booked with a supporter who has the locked `ideas` no more."""
    meetings = Meeting.objects.not_over(at).filter(idea__in=ideas)
    rows = list(meetings.select_related("supporter", "idea__author", "idea__incubator").order_by("pk"))
    mail_meetings_called_off(rows)
    facts = {"status": Meeting.Status.CALLED_OFF, "called_off_at": at, "called_off_by": by}
    Meeting.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)

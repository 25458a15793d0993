"""What the areas do when a case ends, moves, changes hands or is erased: one ordered list, FOLLOWERS.

`transitions.change_idea` runs the list for one idea, `closing.close_incubator` for many at once, and
`erasing.erase_ideas` for an idea whose author erases the account. An area joins with one function in the list.

The caller holds the locks of the ideas, in the order of their ids. A follower may lock more, in the order of the list:
appeals (`lapse_appeals`), budgets in the order of their ids (`end_agreements`). None locks another idea.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import Case, Q, When

from ideas.emails import (
    cancel_appeal_late,
    mail_meetings_called_off,
    mail_merge_lapsed,
    mail_merge_over,
    mail_support_over,
)
from ideas.models import (
    Agreement,
    Appeal,
    Budget,
    CoAuthor,
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
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.users.models import User

Kind = Transition.Kind


@dataclasses.dataclass(frozen=True)
class CaseChange:
    """One change of the locked `ideas`, already made. `is_erased`: the author erases the account and has no heir."""

    ideas: list[Idea]
    kind: Transition.Kind
    by: User | None
    at: dt.datetime
    is_erased: bool = False

    @property
    def without_support(self) -> list[Idea]:
        """Ideas that nobody of the incubator works on with the author any more."""
        is_over = self.is_erased or self.kind == Kind.MOVED
        return [idea for idea in self.ideas if is_over or not idea.is_supportable]

    @property
    def without_questions(self) -> list[Idea]:
        """Ideas about which a question to their author has lost its ground."""
        is_over = self.is_erased or self.kind in (Kind.MOVED, Kind.HANDED_OVER)
        return [idea for idea in self.ideas if is_over or idea.status not in Idea.OPEN_STATUSES]


def follow(change: CaseChange) -> None:
    """Let each area follow `change`, in the order of FOLLOWERS."""
    for follower in FOLLOWERS:
        follower(change)


# --- Who is told ------------------------------------------------------------------------------------------------------


def tell_by_mouth(change: CaseChange) -> None:
    """Staff have to tell an author without e-mail of what staff did."""
    if change.kind not in (*Transition.INTERNAL_KINDS, *Transition.AUTHOR_KINDS):
        ask_to_tell(change.ideas, change.at)


def ask_to_tell(ideas: Iterable[Idea], at: dt.datetime) -> None:
    """Mark ideas told at the desk: no mail reaches their authors, so staff have to tell them."""
    untold = [idea.pk for idea in ideas if idea.author_id is None]
    if untold:
        DeskEntry.objects.unclaimed().filter(idea__in=untold, to_tell_since=None).update(to_tell_since=at)


# --- Appeals ----------------------------------------------------------------------------------------------------------


def lapse_appeals(change: CaseChange) -> None:
    """Close the open appeals against decisions that the change has overtaken."""
    if change.kind == Kind.MOVED:
        return  # the case moves with its appeals
    ideas = {idea.pk: idea for idea in change.ideas}
    rows = Appeal.objects.open().filter(decision__idea__in=ideas).select_related("decision__idea").order_by("pk")
    for appeal in rows.select_for_update(no_key=True, of=("self",)):
        idea = ideas[appeal.decision.idea_id]
        if change.is_erased or idea.author_id is None or not stands(appeal.decision, idea):
            appeal.status, appeal.answered_at = Appeal.Status.LAPSED, change.at
            appeal.save(update_fields=["status", "answered_at"])
            cancel_appeal_late(appeal)


# --- Supporter, meetings, hallmarks -----------------------------------------------------------------------------------


def end_support(change: CaseChange) -> None:
    """End the work of supporters and authors; a question that waits for an answer is declined. In sets."""
    ideas = change.without_support
    rows = SupportRelation.objects.under_way().filter(idea__in=ideas).select_related("supporter", "idea__incubator")
    rows = list(rows.order_by("pk")) if ideas else []
    if not rows:
        return
    facts = {"ended_at": change.at, "ended_by": change.by}
    ended = SupportRelation.objects.filter(pk__in=[row.pk for row in rows])
    ended.filter(status__in=SupportRelation.WAITING).update(status=SupportRelation.Status.DECLINED, **facts)
    goes_on, reasons = Q(idea__status__in=SupportRelation.SUPPORTED), SupportRelation.EndReason
    for which, reason in ((goes_on, reasons.MOVED), (~goes_on, reasons.CLOSED)):
        ended.active().filter(which).update(status=SupportRelation.Status.ENDED, end_reason=reason, **facts)
    mail_support_over(rows, by=change.by, is_erased=change.is_erased)
    end_joint_work(ideas, by=change.by, at=change.at)


@audited
def end_joint_work(ideas: Iterable[Idea], *, by: User | None, at: dt.datetime) -> None:
    """Let go of what a supporter who has the locked `ideas` no more had begun with their authors."""
    call_off_meetings(ideas, by=by, at=at)
    # What one supporter answered is not the next one's answer; what the author answered waits for the next one's.
    sheets = TalkSheet.objects.open().filter(idea__in=ideas)
    HallmarkAnswer.objects.filter(OneOf("sheet", sheets.values("pk")), side=Side.SUPPORTER).delete()
    sheets.update(supporter_at=None)


@audited
def call_off_meetings(ideas: Iterable[Idea], *, by: User | None, at: dt.datetime) -> None:
    """Call off what was proposed or booked, and take it out of the calendars of all who have it."""
    meetings = Meeting.objects.not_over(at).filter(idea__in=ideas)
    rows = list(meetings.select_related("supporter", "idea__author", "idea__incubator").order_by("pk"))
    mail_meetings_called_off(rows)
    facts = {"status": Meeting.Status.CALLED_OFF, "called_off_at": at, "called_off_by": by}
    Meeting.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)


def call_off_what_is_left(change: CaseChange) -> None:
    """A meeting can be left without a supporter at work: it goes with the author."""
    if change.is_erased:
        call_off_meetings(change.ideas, by=change.by, at=change.at)


# --- Agreements and their money ---------------------------------------------------------------------------------------


def end_agreements(change: CaseChange) -> None:
    """End what was agreed on or proposed. What was not given yet is free again.

    What was given is not all spent: the leader is asked how much was (`AgreementQuerySet.unsettled`).
    """
    ideas = change.without_support
    if not ideas:
        return
    lock_budgets(ideas)
    mine = Agreement.objects.filter(idea__in=ideas)
    mine.proposed().update(status=Agreement.Status.DECLINED, answered_at=change.at)
    outcome = {"outcome": Agreement.Outcome.OVERTAKEN, "ended_at": change.at, "ended_by": change.by}
    spent = Case(When(kroner=0, then=0), default=None)
    mine.agreed().update(status=Agreement.Status.ENDED, spent=spent, **outcome)


def lock_budgets(ideas: Iterable[Idea]) -> None:
    """Lock the budgets that open agreements about `ideas` hold money of, in the order of their ids.

    Triggers change the budgets; without this, two transactions could wait for each other in a ring.
    """
    held = Agreement.objects.open().filter(idea__in=ideas, budget__isnull=False).values_list("budget", flat=True)
    budgets = Budget.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(held))
    list(budgets.order_by("pk").values_list("pk", flat=True))


# --- Questions about merging, and those who share the idea ------------------------------------------------------------


def lapse_merges(change: CaseChange) -> None:
    """Close the questions whether two ideas may become one; tell who proposed it, and the other idea's author."""
    ideas = change.without_questions
    about = Merge.objects.open().about(*ideas).with_ideas().order_by("pk") if ideas else []
    for merge in about:
        # A concurrent change of the other idea may have closed the question first.
        if Merge.objects.open().filter(pk=merge.pk).update(status=Merge.Status.LAPSED, ended_at=change.at):
            left = [idea for idea in (merge.source, merge.target) if idea not in ideas]
            mail_merge_over(merge, idea=left[0] if left and change.is_erased else None)
            mail_merge_lapsed(merge, overtaken=ideas, but=change.by)


def end_sharing(change: CaseChange) -> None:
    """Where the author is erased and the law keeps the case, it is out of sight of those who wrote or read along."""
    if change.is_erased:
        current = CoAuthor.objects.current().filter(idea__in=change.ideas)
        current.update(status=CoAuthor.Status.REMOVED, ended_at=change.at)


# The order of effects and of locks; see the module's docstring.
FOLLOWERS: tuple[Callable[[CaseChange], None], ...] = (
    lapse_appeals,
    tell_by_mouth,
    end_support,
    call_off_what_is_left,
    end_agreements,
    lapse_merges,
    end_sharing,
)

"""An author appeals a decision, and somebody else than who took it answers. See docs/decisions/appeals.md."""

from django.utils import timezone

from ideas import emails
from ideas.actions.redaction import put_all_back, take_out_again, without_passages_taken_out
from ideas.actions.submission import NotTheAuthorError, keep_version
from ideas.actions.transitions import IdeaError, change_idea, locked_idea
from ideas.models import Appeal, Idea, Transition
from ideas.models.appeal import decisions_that_stand
from unlimited.origin import audited
from unlimited.users.models import User

Kind, Status = Transition.Kind, Idea.Status
# What granting an appeal does to the status.
OPENS_AS = {
    Kind.DECLINED: Status.SUBMITTED,
    Kind.CHANGES_REQUESTED: Status.SUBMITTED,
    Kind.ENDED: Status.ACCEPTED,
    Kind.PAUSED: Status.ACCEPTED,
}


class AppealClosedError(IdeaError):
    """The appeal has been answered, or there is nothing left to answer."""


class NotToBeAppealedError(IdeaError):
    """The decision is no longer in force, or cannot be appealed."""


@audited
def appeal_decision(*, decision: Transition, by: User, reason: str) -> Appeal:
    """Appeal a decision about an idea of one's own. Idempotent: the first appeal comes back unchanged."""
    with locked_idea(decision.idea, seen_revision=None) as idea:
        if by.pk != idea.author_id:
            raise NotTheAuthorError
        if earlier := Appeal.objects.filter(decision=decision).first():
            return earlier
        if decision not in decisions_that_stand(idea, idea.transitions.order_by("revision")):
            raise NotToBeAppealedError
        closed = _go_to_heir(idea, by)
        now = timezone.now()
        due_on = idea.incubator.answer_due_on(now)
        decision.idea = idea
        appeal = Appeal.objects.create(decision=decision, author=by, reason=reason, created_at=now, due_on=due_on)
        log = change_idea(idea, by=by, kind=Kind.APPEALED, reason=reason)
        emails.mail_appeal_received(appeal, log, closed=closed)
        emails.mail_appeal_waits(appeal)
        return appeal


def _go_to_heir(idea: Idea, by: User) -> str:
    """Where the incubator has closed since, give the case to who has its work: somebody must be there to answer.

    Returns the name of the closed incubator, else "". The receipt for the appeal tells the author.
    """
    heir, closed = idea.incubator.heir, idea.incubator.name
    if heir == idea.incubator:
        return ""
    idea.incubator, idea.taken_by, idea.taken_at = heir, None, None
    idea.team_members.all().delete()
    way = {"way_on_kind": Transition.WayOn.INCUBATOR, "way_on_incubator": heir}
    change_idea(idea, by=by, kind=Kind.MOVED, **way)
    return closed


@audited
def answer_appeal(*, appeal: Appeal, by: User, seen_revision: int, is_granted: bool, answer: str) -> Appeal:
    """Answer an appeal, with a reason either way. Granted, what was decided is undone at once."""
    with locked_idea(appeal.idea, seen_revision=seen_revision) as idea:
        # The nightly run holds this row while it tells of a delay.
        now = Appeal.objects.select_for_update(no_key=True, of=("self",)).get(pk=appeal.pk)
        appeal.status, appeal.new_due_on = now.status, now.new_due_on
        if not appeal.is_open:
            raise AppealClosedError
        # Closed first: undoing the decision would else let the appeal lapse.
        _close(appeal, Appeal.Status.GRANTED if is_granted else Appeal.Status.REFUSED, by=by, answer=answer)
        log = (
            _undo(appeal, idea, by) if is_granted else change_idea(idea, by=by, kind=Kind.APPEAL_REFUSED, reason=answer)
        )
        emails.mail_appeal_answered(appeal, idea, log)
        return appeal


def _close(appeal: Appeal, status: str, **facts) -> None:
    appeal.status, appeal.answered_at = status, timezone.now()
    appeal.answered_by, appeal.answer = facts.get("by"), facts.get("answer", "")
    appeal.save(update_fields=["status", "answered_at", "answered_by", "answer"])
    emails.cancel_appeal_late(appeal)


def _undo(appeal: Appeal, idea: Idea, by: User) -> Transition:
    """Bring the idea back to where it was before the decision; what waits for an answer gets a new date for it."""
    kind = appeal.decision.kind
    to_status = OPENS_AS.get(kind)
    if kind == Kind.HIDDEN:
        idea.is_hidden, idea.hidden_reason = False, ""
    if kind == Kind.REDACTED:
        put_all_back(idea, by=by)
    if to_status == Status.SUBMITTED:
        _queue_anew(idea)
    return change_idea(idea, by=by, kind=Kind.APPEAL_GRANTED, to_status=to_status, reason=appeal.answer)


def _queue_anew(idea: Idea) -> None:
    """Put the idea back in the queue for anyone to take, with the words that its author has written meanwhile."""
    now = timezone.now()
    idea.answered_at = idea.taken_by = idea.taken_at = idea.new_due_on = None
    idea.answer_due_on = idea.incubator.answer_due_on(now)
    sent = without_passages_taken_out(idea, idea.versions.order_by("number").last().texts)
    for name in ("need", "proposal", "title"):
        if not getattr(idea, name).strip():
            setattr(idea, name, sent[name])
    if any(getattr(idea, name) != sent[name] for name in Idea.TEXT_FIELDS):
        idea.submitted_at = now
        keep_version(idea)
        take_out_again(idea)

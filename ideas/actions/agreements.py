"""What is agreed on at each step: proposed, answered, ended by a talk; and the incubator's money.

Locks: the idea, then the budget of the year, whose row stands for all that is given of it. What is given is counted
by triggers of the agreements' table.
"""

import datetime as dt

from django.utils import timezone

from ideas import emails
from ideas.actions.transitions import (
    IdeaBusyError,
    IdeaError,
    TransitionNotAllowedError,
    change_idea,
    locked_idea,
    record_contact,
)
from ideas.models import Agreement, Budget, Grant, Idea, Organisation, Transition
from incubators.models import Incubator
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.runs.parts import Parts
from unlimited.users.models import User

Kind, Status, Outcome = Transition.Kind, Agreement.Status, Agreement.Outcome


class AgreementChangedError(IdeaError):
    """It is no longer as the person saw it: answered, taken back or ended meanwhile."""


class OpenAlreadyError(IdeaError):
    """The idea has an agreement, or one is proposed."""


class NoSupporterError(IdeaError):
    """An agreement needs a supporter, and the idea has none."""


class NotTheAuthorsError(IdeaError):
    """The answer is the author's to give."""


class NoFormError(IdeaError):
    """Before an idea is built, somebody has thought about which form it is given."""


class MoneySettledError(IdeaError):
    """Somebody has written down another number: `spent` kroner."""

    def __init__(self, spent: int):
        super().__init__(f"{spent} kroner were spent")
        self.spent = spent


class OverdrawnError(IdeaError):
    """The budget does not hold so much; `left` is what it holds, None where the year has no budget."""

    def __init__(self, left: int | None):
        super().__init__(f"{left} kroner are left")
        self.left = left


@audited
def propose_agreement(*, idea: Idea, by: User, seen_revision: int, kroner: int = 0, **facts) -> Agreement:
    """Propose an agreement for the idea's step; its money is held from now on.

    `facts` are find_out, starts_on, ends_on, talk_on, room and guidance.
    Raises TransitionNotAllowedError (not taken in), OpenAlreadyError, NoSupporterError, OverdrawnError.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status != Idea.Status.ACCEPTED:
            raise TransitionNotAllowedError(idea, Kind.AGREED)
        if idea.agreements.open().exists():
            raise OpenAlreadyError
        relation = idea.support_relations.active().select_related("supporter").first()
        if relation is None:
            raise NoSupporterError
        agreement = Agreement(
            idea=idea, step=idea.step, supporter=relation.supporter, proposed_by=by, kroner=kroner, **facts
        )  # fmt: skip
        agreement.budget = _hold(idea.incubator, agreement.starts_on.year, kroner) if kroner else None
        agreement.save()
        record_contact(idea, at=timezone.now())
        emails.mail_agreement_proposed(agreement)
        return agreement


@audited
def agree(*, agreement: Agreement, by: User, spoken_words: str = "") -> Agreement:
    """Say yes as the author. Staff write down `spoken_words` where the author has no account. Idempotent."""
    with locked_idea(agreement.idea, seen_revision=None) as idea:
        row = _now(agreement, idea)
        _check_author(idea, by, is_spoken=bool(spoken_words))
        if row.is_agreed:
            return row
        if not row.is_proposed:
            raise AgreementChangedError
        row.status, row.answered_at, row.answer_words = Status.AGREED, timezone.now(), spoken_words
        row.save()
        change_idea(idea, by=by, kind=Kind.AGREED)
        record_contact(idea, at=row.answered_at)
        emails.mail_agreement_answered(row, by=by)
        return row


@audited
def decline_agreement(*, agreement: Agreement, by: User, words: str = "") -> Agreement:
    """Say no as the author, or take it back as staff; the money is free again. Idempotent."""
    with locked_idea(agreement.idea, seen_revision=None) as idea:
        row = _now(agreement, idea)
        if row.status == Status.DECLINED:
            return row
        if not row.is_proposed:
            raise AgreementChangedError
        row.status, row.answered_at, row.answer_words = Status.DECLINED, timezone.now(), words
        row.save()
        if by.pk != idea.author_id:
            record_contact(idea, at=row.answered_at)
        emails.mail_agreement_answered(row, by=by)
        return row


@audited
def end_agreement(
    *, agreement: Agreement, by: User, outcome: str, learnt: str, onwards: str, spent: int = 0
) -> Agreement:  # fmt: skip
    """Write down what the talk came to, and let the idea go there; what was not spent is free again.

    Raises AgreementChangedError, NoFormError, TransitionNotAllowedError (nothing leads there from step or status).
    """
    with locked_idea(agreement.idea, seen_revision=None) as idea:
        row = _now(agreement, idea)
        if not row.is_agreed:
            raise AgreementChangedError
        if outcome not in row.outcomes():
            raise TransitionNotAllowedError(idea, Kind.STEP_CHANGED)
        leads_to_build = outcome == Outcome.UP and row.step_after(outcome) == Idea.Step.BUILD
        if leads_to_build and not Organisation.is_thought_of(idea):
            raise NoFormError
        row.spent = min(spent, row.kroner)
        row.status, row.outcome, row.ended_at, row.ended_by = Status.ENDED, outcome, timezone.now(), by
        row.learnt, row.onwards = learnt, onwards
        row.save()
        record_contact(idea, at=row.ended_at)
        _go_there(row, by=by)
        return row


@audited
def set_budget(*, incubator: Incubator, by: User, year: int, kroner: int) -> Budget:
    """Say what the incubator has for a year. Raises OverdrawnError with what is given, where that is more."""
    with short_wait(IdeaBusyError):
        Budget.objects.get_or_create(incubator=incubator, year=year, defaults={"kroner": kroner})
        budget = _locked(incubator, year)
        if kroner < budget.given:
            raise OverdrawnError(budget.given)
        budget.kroner = kroner
        budget.save(update_fields=["kroner"])
        return budget


@audited
def settle_money(*, row: Agreement | Grant, by: User, spent: int) -> Agreement | Grant:
    """Write down what of the money of an overtaken agreement was spent; the rest is free again.

    The same answer twice is one. Raises MoneySettledError, or AgreementChangedError where the row is gone.
    """
    if isinstance(row, Agreement):
        with locked_idea(row.idea, seen_revision=None):
            return _settle(row, spent)
    with short_wait(IdeaBusyError):
        return _settle(row, spent)


def _settle(row: Agreement | Grant, spent: int) -> Agreement | Grant:
    now = type(row).objects.select_for_update(no_key=True, of=("self",)).filter(pk=row.pk).first()
    if now is None:
        raise AgreementChangedError
    if now.spent not in (None, spent):
        raise MoneySettledError(now.spent)
    if now.spent is None:
        now.spent = min(spent, now.kroner)
        now.save(update_fields=["spent"])
    return now


def remind_of_talks(*, now: dt.datetime | None = None) -> int:
    """Tell each supporter, once, that the day of a talk has passed without notes on it."""
    now = now or timezone.now()
    due = Agreement.objects.to_remind_of(timezone.localdate(now)).select_related("idea__incubator", "supporter")

    def remind(batch: list[Agreement]) -> int:
        emails.mail_talks_overdue(batch)
        return Agreement.objects.filter(pk__in=[row.pk for row in batch]).update(reminded_at=now)

    with Parts("ideas.remind_of_talks") as parts:
        return parts.in_batches("agreements", due, remind)


def _go_there(row: Agreement, *, by: User) -> None:
    """Let the idea follow from the talk, with the words that each way has."""
    idea, texts = row.idea, {"went_well": row.learnt, "reason": row.onwards}
    if row.outcome in (Outcome.UP, Outcome.BACK):
        idea.step = row.step_after(row.outcome)
        emails.mail_step_changed(idea, change_idea(idea, by=by, kind=Kind.STEP_CHANGED, **texts))
    elif row.outcome == Outcome.PAUSE:
        log = change_idea(idea, by=by, kind=Kind.PAUSED, to_status=Idea.Status.PAUSED, **texts)
        emails.mail_paused(idea, log)
    elif row.outcome == Outcome.STAY:
        emails.mail_stays(idea, change_idea(idea, by=by, kind=Kind.STAYS, **texts))
    elif row.outcome == Outcome.ESTABLISHED:
        idea.established_at = row.ended_at
        log = change_idea(idea, by=by, kind=Kind.ESTABLISHED, to_status=Idea.Status.ENDED, **texts)
        emails.mail_established(idea, log)
    else:
        emails.mail_ended(idea, change_idea(idea, by=by, kind=Kind.ENDED, to_status=Idea.Status.ENDED, **texts))


def _check_author(idea: Idea, by: User, *, is_spoken: bool) -> None:
    if is_spoken != (idea.author_id is None) or (not is_spoken and by.pk != idea.author_id):
        raise NotTheAuthorsError


def _hold(incubator: Incubator, year: int, kroner: int) -> Budget:
    """Return the year's budget, locked, where it has `kroner` left: two proposals cannot both get the last kroner."""
    budget = _locked(incubator, year)
    if budget is None or budget.left < kroner:
        raise OverdrawnError(budget.left if budget else None)
    return budget


def _locked(incubator: Incubator, year: int) -> Budget | None:
    budgets = Budget.objects.select_for_update(no_key=True, of=("self",))
    return budgets.filter(incubator=incubator, year=year).first()


def _now(agreement: Agreement, idea: Idea) -> Agreement:
    """The row as it is under the idea's lock, with that idea on it."""
    row = Agreement.objects.select_related("supporter", "proposed_by").filter(pk=agreement.pk).first()
    if row is None:
        raise AgreementChangedError
    row.idea = idea
    return row

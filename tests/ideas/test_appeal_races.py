"""Two at one appeal at the same moment, on real connections: one counts, the other is told, nothing is half."""

import datetime as dt
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ideas.actions import moderation, submission
from ideas.actions.appeal import answer_appeal, appeal_decision
from ideas.actions.transitions import IdeaError
from ideas.models import Appeal, Idea
from incubators.actions.promises import tell_of_delays
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory
from tests.races import at_once, overtaken

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def paused() -> tuple[Idea, list]:
    """Return a paused idea and three who work there."""
    incubator = IncubatorFactory()
    staff = [MembershipFactory(incubator=incubator, leader=True).user for _ in range(3)]
    idea = IdeaFactory(accepted=True, incubator=incubator)
    idea = moderation.pause_idea(idea=idea, by=staff[0], seen_revision=idea.revision, reason="Summer.")
    return idea, staff


def decision_of(idea: Idea):
    """The decision as one request of its own has read it."""
    return idea.transitions.select_related("idea__author").get(kind="paused")


def appealing(idea: Idea, words: str):
    row = decision_of(idea)
    return lambda: appeal_decision(decision=row, by=row.idea.author, reason=words)


def appealed() -> tuple[Appeal, list]:
    idea, staff = paused()
    return appeal_decision(decision=decision_of(idea), by=idea.author, reason="It is warm."), staff


def answering(appeal: Appeal, by, *, is_granted: bool):
    row = Appeal.objects.with_case().get(pk=appeal.pk)
    facts = {"seen_revision": row.idea.revision, "is_granted": is_granted, "answer": f"{is_granted}"}
    return lambda: answer_appeal(appeal=row, by=by, **facts)


def test_appeal_sent_twice_at_once_is_one_appeal(outbox):
    for _ in range(ROUNDS):
        idea, _staff = paused()
        sends = [appealing(idea, words) for words in ("It is warm.", "It is not cold.")]
        one, other = at_once(*sends, refused=IdeaError)
        assert one == other == Appeal.objects.get(decision__idea=idea)
        assert idea.transitions.filter(kind="appealed").count() == 1
    assert len(outbox("appeal-received")) == ROUNDS
    assert len(outbox("appeal-waits")) == 2 * ROUNDS


def test_one_of_two_answers_counts(outbox):
    for _ in range(ROUNDS):
        appeal, (_decider, kari, ola) = appealed()
        results = at_once(
            answering(appeal, kari, is_granted=True), answering(appeal, ola, is_granted=False), refused=IdeaError
        )
        (refused,) = [result for result in results if isinstance(result, IdeaError)]
        appeal.refresh_from_db()
        idea = Idea.objects.get(pk=appeal.idea.pk)
        assert refused.last.by == appeal.answered_by
        assert (idea.status, appeal.answer) in [("accepted", "True"), ("paused", "False")]
        assert (appeal.status == "granted") == (idea.status == "accepted")
    assert len(outbox("appeal-answered")) == ROUNDS


def test_withdrawal_and_answer_leave_no_open_appeal_and_no_half(outbox):
    for _ in range(ROUNDS):
        appeal, (_decider, kari, _ola) = appealed()
        idea = Idea.objects.select_related("author").get(pk=appeal.idea.pk)
        withdrawing = partial(submission.withdraw_idea, idea=idea, by=idea.author)
        at_once(answering(appeal, kari, is_granted=True), withdrawing, refused=IdeaError)
        appeal.refresh_from_db()
        idea.refresh_from_db()
        kinds = set(idea.transitions.values_list("kind", flat=True))
        assert idea.status == "withdrawn"
        assert (appeal.status == "granted") == ("appeal_granted" in kinds)
        assert appeal.status in ("granted", "lapsed")
    assert not Appeal.objects.open().exists()


def test_appeal_and_what_overtakes_it_leave_none_open():
    for _ in range(ROUNDS):
        idea, (_decider, kari, _ola) = paused()
        resuming = partial(moderation.resume_idea, idea=idea, by=kari, seen_revision=idea.revision)
        at_once(appealing(idea, "It is warm."), resuming, refused=IdeaError)
        idea.refresh_from_db()
        assert (idea.status == "accepted") != Appeal.objects.open().filter(decision__idea=idea).exists()


def test_without_the_lock_a_second_appeal_is_stopped_by_the_database():
    """The negative control: both have looked for an earlier appeal, and found none."""
    idea, _staff = paused()
    sends = appealing(idea, "Warm."), appealing(idea, "Hot.")
    results = at_once(*sends, refused=IntegrityError, without_lock_on=Idea)

    assert [isinstance(result, IntegrityError) for result in results].count(True) == 1


def overdue() -> tuple[Appeal, list]:
    """Return an appeal whose promised day has passed, and those who work there."""
    appeal, staff = appealed()
    Appeal.objects.filter(pk=appeal.pk).update(due_on=timezone.localdate() - dt.timedelta(days=3))
    return appeal, staff


def test_answer_and_nightly_run_leave_no_news_of_a_delay(outbox):
    for _ in range(ROUNDS):
        appeal, (_decider, kari, _ola) = overdue()
        at_once(answering(appeal, kari, is_granted=False), tell_of_delays, refused=IdeaError)
        appeal.refresh_from_db()
        assert appeal.status == "refused"
    assert len(outbox("appeal-answered")) == ROUNDS
    assert not [mail for mail in outbox("appeal-late") if mail.status == "queued"]


def test_without_the_lock_an_answered_appeal_is_told_to_be_late(outbox):
    """The negative control: the nightly run has read the appeal, and it is answered before the run writes."""
    appeal, (_decider, kari, _ola) = overdue()
    overtaken(tell_of_delays, by=answering(appeal, kari, is_granted=False), refused=IdeaError, without_lock_on=Appeal)
    assert [mail.status for mail in outbox("appeal-late")] == ["queued"]

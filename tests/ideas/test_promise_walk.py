"""Whatever author, supporter and staff do between the nightly runs: no run fails, and nobody who waits is missed."""

import contextlib
import datetime as dt
import uuid

import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ideas.actions import agreements, appeal, meetings, moderation, notes, submission, support, trials
from ideas.actions.transitions import IdeaError
from ideas.models import Agreement, Appeal, Delay, Idea, Meeting, SupportRelation
from ideas.models.appeal import decisions_that_stand
from incubators.actions.promises import promises, tell_of_delays
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory
from unlimited.mail.models import OutgoingMail

START = dt.datetime(2026, 11, 2, 6, 0, tzinfo=dt.UTC)
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}


def _by_staff(name: str, **words):
    return lambda walk, idea: getattr(moderation, name)(
        idea=idea, by=walk.moderator, seen_revision=idea.revision, **words
    )


def _propose_agreement(walk, idea):
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=30), "talk_on": today + dt.timedelta(days=30)}
    facts = {"by": walk.supporter, "seen_revision": idea.revision, "find_out": "Who comes?"}
    agreements.propose_agreement(idea=idea, **facts, **days)


def _end_agreement(walk, idea):
    words = {"outcome": Agreement.Outcome.STAY, "learnt": "A lot.", "onwards": "More."}
    agreements.end_agreement(agreement=idea.agreements.agreed().get(), by=walk.supporter, **words)


def _propose_meeting(by: str):
    def act(walk, idea):
        times = [timezone.now() + dt.timedelta(days=days) for days in (1, 9)]
        meetings.propose_meeting(idea=idea, by=getattr(walk, by), times=times, venue="The library")

    return act


def _choose_time(by: str):
    def act(walk, idea):
        meeting = idea.meetings.proposed().get()
        meetings.choose_time(meeting=meeting, by=getattr(walk, by), starts_at=meeting.times[-1])

    return act


def _appeal(walk, idea):
    decision = decisions_that_stand(idea, idea.transitions.order_by("revision"))[0]
    decision.idea = idea
    appeal.appeal_decision(decision=decision, by=walk.author, reason="Not so.")


def _answer_appeal(is_granted: bool):
    def act(walk, idea):
        row = Appeal.objects.open().with_case().get(decision__idea=idea)
        facts = {"seen_revision": idea.revision, "answer": "Because."}
        appeal.answer_appeal(appeal=row, by=walk.leader, is_granted=is_granted, **facts)

    return act


def _trial(by: str):
    words = {"hypothesis": "Would anyone come?", "happened": "Forty came.", "learnt": "They cook."}
    return lambda walk, idea: trials.write_trial(idea=idea, by=getattr(walk, by), token=uuid.uuid4(), **words)


def _ask_supporter(walk, idea):
    support.ask_supporter(idea=idea, by=walk.supporter, seen_revision=None, supporter=walk.supporter)


def _agree_to_support(walk, idea):
    support.agree_to_support(relation=idea.support_relations.waiting().get(), by=walk.author)


def _end_support(walk, idea):
    words = {"reason": SupportRelation.EndReason.NO_TIME, "words": "Sorry."}
    support.end_support(relation=idea.support_relations.active().get(), by=walk.supporter, **words)


ACTS = {
    "take": _by_staff("take_idea"),
    "accept": _by_staff("accept_idea"),
    "ask for changes": _by_staff("request_changes", reason="For whom?"),
    "decline": _by_staff("decline_idea", **NO),
    "step": _by_staff("change_step", step=Idea.Step.DO),
    "pause": _by_staff("pause_idea", reason="Summer."),
    "resume": _by_staff("resume_idea"),
    "end": _by_staff("end_idea", went_well="Forty came.", reason="Done."),
    "hide": _by_staff("hide_idea", reason="It names a neighbour."),
    "write to author": lambda walk, idea: notes.write_to_author(idea=idea, by=walk.moderator, body="Hello."),
    "write a note": lambda walk, idea: notes.add_note(idea=idea, by=walk.moderator, body="Who knows more?"),
    "author writes": lambda walk, idea: submission.write_to_incubator(idea=idea, by=walk.author, body="Hello?"),
    "author sends in": lambda walk, idea: submission.submit_idea(idea=idea, by=walk.author),
    "author appeals": _appeal,
    "refuse appeal": _answer_appeal(is_granted=False),
    "grant appeal": _answer_appeal(is_granted=True),
    "ask supporter": _ask_supporter,
    "agree to support": _agree_to_support,
    "end support": _end_support,
    "note contact": lambda walk, idea: support.note_contact(
        relation=idea.support_relations.active().get(), by=walk.supporter
    ),
    "propose meeting": _propose_meeting("supporter"),
    "author proposes meeting": _propose_meeting("author"),
    "author chooses": _choose_time("author"),
    "supporter chooses": _choose_time("supporter"),
    "call off": lambda walk, idea: meetings.call_off_meeting(
        meeting=idea.meetings.not_over().first(), by=walk.supporter
    ),
    "propose agreement": _propose_agreement,
    "agree": lambda walk, idea: agreements.agree(agreement=idea.agreements.proposed().get(), by=walk.author),
    "no to agreement": lambda walk, idea: agreements.decline_agreement(
        agreement=idea.agreements.proposed().get(), by=walk.author
    ),
    "take agreement back": lambda walk, idea: agreements.decline_agreement(
        agreement=idea.agreements.proposed().get(), by=walk.supporter
    ),
    "end agreement": _end_agreement,
    "author tries": _trial("author"),
    "supporter tries": _trial("supporter"),
}
# What there is nothing for just now: the act is passed over.
NOTHING_TO_DO = (IdeaError, IndexError, AttributeError, *(model.DoesNotExist for model in (
    Appeal, Agreement, Meeting, SupportRelation,
)))  # fmt: skip


class PromiseWalk(RuleBasedStateMachine):
    """One idea sent in and one taken in with a supporter, over months, with clocks that are set back at times."""

    @initialize()
    def begin(self):
        # The examples share one transaction.
        OutgoingMail.objects.all().delete()
        Idea.objects.all().delete()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        place = IncubatorFactory(answer_days=3)
        self.moderator = MembershipFactory(incubator=place).user
        self.leader = MembershipFactory(incubator=place, leader=True).user
        self.supporter = MembershipFactory(incubator=place, supporter=True).user
        sent = IdeaFactory(submitted=True, incubator=place)
        self.author = sent.author
        taken = IdeaFactory(accepted=True, incubator=place, author=self.author)
        self.ideas = [sent.pk, taken.pk]
        _ask_supporter(self, taken)
        _agree_to_support(self, taken)

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()

    @rule(which=st.integers(0, 1), act=st.sampled_from(sorted(ACTS)))
    def somebody_acts(self, which, act):
        idea = Idea.objects.select_related("author", "incubator").get(pk=self.ideas[which])
        with contextlib.suppress(*NOTHING_TO_DO):
            ACTS[act](self, idea)

    @rule(hours=st.one_of(st.integers(1, 24 * 30), st.integers(-50, -1)))
    def time_passes(self, hours):
        self.now.shift(dt.timedelta(hours=hours))

    @rule()
    def meetings_are_recorded(self):
        meetings.record_meetings_held()

    @rule(again=st.booleans())
    def night_comes(self, again):
        tell_of_delays()
        assert tell_of_delays() == 0 if again else True
        for promise in promises.values():
            assert not promise.broken(timezone.now()).exists(), f"{promise.name} is broken and not told"
        self._check_nobody_is_missed()

    def _check_nobody_is_missed(self):
        """The same by other means: no word of the queries that the run asks."""
        today, now = timezone.localdate(), timezone.now()
        for idea in Idea.objects.filter(pk__in=self.ideas):
            is_late = idea.status == "submitted" and idea.answer_due_on < today
            is_silent = idea.status == "accepted" and idea.staff_acted_at < now - dt.timedelta(days=30)
            meets = idea.meetings.filter(status="booked", starts_at__gt=now).exists()
            if is_late or (is_silent and not meets):
                assert idea.new_due_on is not None, f"{idea.status} since {idea.staff_acted_at}"
                assert idea.new_due_on >= today
        for delay in Delay.objects.all():
            told = OutgoingMail.objects.filter(snapshot__new_due_on=delay.new_due_on.isoformat())
            assert told.filter(recipient=self.author.email).exists(), f"{delay} has no mail"


class TestPromiseWalk(TestCase, PromiseWalk.TestCase):
    settings = settings(max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck))

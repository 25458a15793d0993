"""A broken promise is told once, honestly, with a new date; also where a run was missed, doubled, or met an answer."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ideas.actions import moderation, notes, submission
from ideas.models import Delay, Idea, Transition
from ideas.models.promise import Month, months_of_promises
from ideas.privacy import export_ideas
from incubators.actions.promises import tell_of_delays
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from tests.races import at_once, held_elsewhere
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose, say

pytestmark = pytest.mark.django_db
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}
MONDAY = dt.datetime(2026, 11, 23, 6, 20, tzinfo=dt.UTC)


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def broken(kind: str, **facts) -> Idea:
    """An idea of which the promise is broken since long."""
    idea = IdeaFactory(**{"overdue" if kind == "answer" else "quiet": True}, **facts)
    if kind == "contact":
        SupportRelationFactory(idea=idea, contact_at=idea.staff_acted_at)
    return idea


# Appeals are told of too: tests/unlimited/site/test_promises.py.
OF_IDEAS = [kind for kind in Delay.Kind.values if kind != Delay.Kind.APPEAL]
KINDS = pytest.mark.parametrize("kind", OF_IDEAS)


# --- Telling ----------------------------------------------------------------------------------------------------------


@time_machine.travel(MONDAY)
@pytest.mark.parametrize(("answer_days", "new_date"), [(2, dt.date(2026, 11, 25)), (10, dt.date(2026, 11, 30))])
def test_late_answer_is_told_once_with_a_new_date_within_a_working_week(answer_days, new_date, outbox):
    idea = IdeaFactory(overdue=True, incubator=IncubatorFactory(answer_days=answer_days))

    assert [tell_of_delays(), tell_of_delays()] == [1, 0]

    idea.refresh_from_db()
    delay = idea.delays.get()
    assert (delay.kind, delay.promised_on, delay.new_due_on) == ("answer", idea.answer_due_on, new_date)
    assert idea.new_due_on == new_date
    assert idea.is_overdue
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("idea-answer-late", idea.author.email)]


@time_machine.travel(MONDAY)
def test_new_date_is_no_day_on_which_the_incubator_is_closed():
    place = IncubatorFactory(answer_days=2)
    place.closed_periods.create(starts_on=dt.date(2026, 11, 24), ends_on=dt.date(2026, 11, 27), words="Moving")
    IdeaFactory(overdue=True, incubator=place)
    tell_of_delays()
    assert Idea.objects.get().new_due_on == dt.date(2026, 12, 1)


@time_machine.travel(MONDAY)
def test_quiet_case_is_told_once(outbox):
    idea = IdeaFactory(quiet=True, staff_acted_at=timezone.now() - days(40))

    assert [tell_of_delays(), tell_of_delays()] == [1, 0]

    delay = idea.delays.get()
    assert (delay.kind, delay.promised_on) == ("silence", timezone.localdate() - days(10))
    assert [mail.kind for mail in outbox()] == ["idea-quiet"]


@KINDS
def test_new_date_that_is_broken_too_is_told_again_however_many_runs_were_missed(kind, outbox):
    idea = broken(kind)
    tell_of_delays()
    first = Idea.objects.get().new_due_on

    assert tell_of_delays(now=timezone.now() + days(1)) == 0
    assert tell_of_delays(now=timezone.now() + days(60)) == 1

    assert [delay.promised_on for delay in idea.delays.all()][1:] == [first]
    assert len(outbox()) == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"submitted": True},
        {"accepted": True},
        {"accepted": True, "staff_acted_at": None},
        {"paused": True, "staff_acted_at": timezone.now() - days(99)},
        {"changes_requested": True, "staff_acted_at": timezone.now() - days(99)},
        {"ended": True, "staff_acted_at": timezone.now() - days(99)},
        {"overdue": True, "author": None},
        {"overdue": True, "author__is_active": False},
        {"quiet": True, "author": None},
    ],
)
def test_nobody_is_told_who_was_promised_nothing_or_has_left(facts, outbox):
    IdeaFactory(**facts)

    assert tell_of_delays() == 0
    assert (outbox(), Delay.objects.count()) == ([], 0)


def test_promise_holds_until_the_end_of_its_day(outbox):
    today = timezone.localdate()
    IdeaFactory(submitted=True, answer_due_on=today)
    assert tell_of_delays() == 0
    assert tell_of_delays(now=timezone.now() + days(1)) == 1


@pytest.mark.parametrize("days_ago", [29, 31])
def test_silence_is_counted_by_the_setting(days_ago, settings):
    settings.QUIET_CASE_DAYS = 30
    idea = IdeaFactory(quiet=True, staff_acted_at=timezone.now() - days(days_ago))
    assert tell_of_delays() == (days_ago > 30)
    assert Idea.objects.get().is_quiet == Idea.objects.quiet().filter(pk=idea.pk).exists() == (days_ago > 30)


def test_run_asks_as_often_for_300_as_for_one_and_reaches_all(outbox, monkeypatch):
    asked = []
    for count in (1, 300):
        for kind in OF_IDEAS:
            for _ in range(count):
                broken(kind)
        with CaptureQueriesContext(connection) as queries:
            assert tell_of_delays() == 3 * count
        asked.append(len(queries))
    assert asked[0] == asked[1]
    monkeypatch.setattr("incubators.actions.promises.BATCH", 40)
    assert tell_of_delays(now=timezone.now() + days(60)) == 903
    assert len(outbox()) == 1806


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
@KINDS
def test_mail_is_honest_and_tells_no_story(kind, language, prefix, outbox, settings):
    idea = broken(kind, title="Verksted", need="zebrafink", author=UserFactory(language=language))
    tell_of_delays()

    [mail] = outbox()
    with translation.override(language):
        words = say(mail)

    assert "Verksted" in words.subject
    assert idea.incubator.name in words.text
    assert words.url == f"{settings.SITE_URL}{prefix}/min-side/ideer/{idea.uuid}/"
    assert "zebrafink" not in words.text + compose(mail)[2].decode()


@KINDS
def test_nothing_is_told_that_was_rolled_back(kind, outbox):
    idea = broken(kind)
    with transaction.atomic():
        tell_of_delays()
        transaction.set_rollback(True)
    idea.refresh_from_db()
    assert (outbox(), Delay.objects.count(), idea.new_due_on) == ([], 0, None)


# --- Keeping ----------------------------------------------------------------------------------------------------------


def act(idea: Idea, name: str, **needs) -> None:
    idea.refresh_from_db()
    getattr(moderation, name)(idea=idea, by=UserFactory(), seen_revision=idea.revision, **needs)
    idea.refresh_from_db()


def test_answer_keeps_the_promise_it_was_given_and_takes_back_word_that_has_not_left(outbox):
    idea = IdeaFactory(overdue=True)
    tell_of_delays()

    act(idea, "decline_idea", **NO)

    assert idea.new_due_on is None
    assert [(mail.kind, mail.status) for mail in outbox()] == [
        ("idea-answer-late", OutgoingMail.Status.CANCELLED),
        ("idea-declined", OutgoingMail.Status.QUEUED),
    ]
    assert idea.transitions.get().due_on == idea.answer_due_on
    assert idea.staff_acted_at is not None


def test_only_the_first_answer_to_a_submission_keeps_a_promise():
    idea = IdeaFactory(submitted=True)
    act(idea, "request_changes", reason="For whom?")
    act(idea, "decline_idea", **NO)
    assert [change.due_on for change in idea.transitions.all()] == [idea.answer_due_on, None]


def test_late_answer_is_still_promised_while_somebody_merely_takes_the_case_or_writes():
    idea = IdeaFactory(overdue=True)
    tell_of_delays()
    act(idea, "take_idea")
    notes.write_to_author(idea=idea, by=UserFactory(), body="I am on it.")
    idea.refresh_from_db()
    assert idea.new_due_on is not None


def test_silence_is_broken_by_what_the_author_hears_and_by_nothing_else():
    idea = IdeaFactory(quiet=True)
    tell_of_delays()
    act(idea, "take_idea")
    notes.add_note(idea=idea, by=UserFactory(), body="Who knows the caretaker?")
    submission.write_to_incubator(idea=idea, by=idea.author, body="Hello?")
    idea.refresh_from_db()
    assert idea.is_quiet
    notes.write_to_author(idea=idea, by=UserFactory(), body="Can we meet?")
    idea.refresh_from_db()
    assert (idea.new_due_on, idea.is_quiet) == (None, False)


def test_message_sent_twice_by_its_token_acts_once():
    idea, by = IdeaFactory(quiet=True), UserFactory()
    note = notes.write_to_author(idea=idea, by=by, body="Hello")
    at = Idea.objects.get().staff_acted_at
    notes.write_to_author(idea=idea, by=by, body="Hello", token=note.uuid)
    assert Idea.objects.get().staff_acted_at == at


def test_what_the_author_does_is_no_act_of_staff():
    idea = IdeaFactory(overdue=True)
    tell_of_delays()
    idea.refresh_from_db()
    submission.withdraw_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert (idea.staff_acted_at, idea.new_due_on) == (None, None)


def test_new_submission_has_a_promise_of_its_own():
    idea = IdeaFactory(overdue=True)
    tell_of_delays()
    act(idea, "request_changes", reason="For whom?")
    submission.submit_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert idea.new_due_on is None
    assert idea.answer_due_on > timezone.localdate()


def test_export_says_what_was_told():
    idea = IdeaFactory(overdue=True)
    tell_of_delays()
    [delay] = export_ideas(idea.author)[0]["delays"]
    assert delay["promised_on"] == idea.answer_due_on


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_each_author_once(outbox):
    for _ in range(5):
        IdeaFactory(overdue=True)
    told = at_once(tell_of_delays, tell_of_delays, refused=())
    assert sum(told) == 5
    assert len(outbox()) == Delay.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_answer_at_the_same_moment_leaves_no_word_of_delay_to_send(outbox):
    for _ in range(5):
        idea, by = IdeaFactory(overdue=True), UserFactory()
        answer, _told = at_once(
            lambda idea=idea, by=by: moderation.accept_idea(idea=idea, by=by, seen_revision=idea.revision),
            tell_of_delays,
            refused=(),
        )
        assert answer.status == "accepted"
        idea.refresh_from_db()
        assert idea.new_due_on is None
    assert {mail.status for mail in outbox("idea-answer-late")} <= {OutgoingMail.Status.CANCELLED}
    assert len(outbox("idea-accepted")) == 5


@pytest.mark.django_db(transaction=True)
def test_case_somebody_is_at_work_on_is_passed_over_and_told_the_next_time(outbox):
    idea = IdeaFactory(overdue=True)
    with held_elsewhere(idea):
        assert tell_of_delays() == 0
    assert outbox() == []
    assert tell_of_delays() == 1


# --- What the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["delay_told_once", "delay_new_date_is_later"])
def test_database_refuses_a_delay(name):
    idea, day = IdeaFactory(overdue=True), timezone.localdate()
    good = {"idea": idea, "kind": "answer", "promised_on": day, "new_due_on": day + days(1)}
    Delay.objects.create(**good)
    bad = good if name == "delay_told_once" else good | {"promised_on": day + days(1)}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Delay.objects.create(**bad)


def test_database_refuses_a_promised_day_on_what_is_no_answer():
    facts = {"kind": "hidden", "revision": 2, "from_status": "submitted", "to_status": "submitted", "reason": "No."}
    with pytest.raises(IntegrityError, match="transition_due_on_is_of_an_answer"), transaction.atomic():
        Transition.objects.create(idea=IdeaFactory(submitted=True), due_on=timezone.localdate(), **facts)


# --- How many were kept -----------------------------------------------------------------------------------------------


def answered(incubator, due_on: dt.date, late_by: int) -> None:
    idea = IdeaFactory(accepted=True, incubator=incubator)
    at = timezone.make_aware(dt.datetime.combine(due_on, dt.time(23, 50))) + days(late_by)
    facts = {"kind": "accepted", "from_status": "submitted", "to_status": "accepted", "step": "try", "revision": 2}
    Transition.objects.create(idea=idea, due_on=due_on, at=at, **facts)


@time_machine.travel(MONDAY)
def test_months_count_what_was_kept_what_was_late_and_what_still_waits():
    incubator = IncubatorFactory()
    for due_on, late_by in [((2026, 10, 31), 0), ((2026, 10, 31), 1), ((2026, 10, 1), -9), ((2025, 11, 30), 0)]:
        answered(incubator, dt.date(*due_on), late_by)
    answered(IncubatorFactory(), dt.date(2026, 10, 31), 0)
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 11, 20))
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 11, 23))

    assert months_of_promises([incubator.pk]) == [
        Month(dt.date(2026, 11, 1), waiting=1),
        Month(dt.date(2026, 10, 1), kept=2, late=1),
    ]
    assert [month.kept_percent for month in months_of_promises([incubator.pk])] == [0, 66]
    assert months_of_promises([]) == []


# --- What the log knew before -----------------------------------------------------------------------------------------


def test_rows_of_before_get_their_promise_and_their_latest_act_of_staff_by_one_update_each():
    before = import_module("ideas.migrations.0007_promises_of_before")
    idea, staff = IdeaFactory(submitted=True), UserFactory()
    moderation.request_changes(idea=idea, by=staff, seen_revision=idea.revision, reason="For whom?")
    notes.write_to_author(idea=idea, by=staff, body="Can we talk?")
    submission.write_to_incubator(idea=idea, by=idea.author, body="Yes.")
    idea.refresh_from_db()
    silent = IdeaFactory(submitted=True)
    expected = (idea.staff_acted_at, idea.answer_due_on)
    Idea.objects.update(staff_acted_at=None)
    Transition.objects.update(due_on=None)

    with connection.cursor() as cursor:
        cursor.execute(before.ANSWERS)
        cursor.execute(before.ACTED)

    idea.refresh_from_db()
    said = idea.notes.get(author=staff).created_at
    assert (idea.staff_acted_at, idea.transitions.get().due_on) == (said, expected[1])
    assert abs(said - expected[0]) < dt.timedelta(seconds=1)
    silent.refresh_from_db()
    assert silent.staff_acted_at is None


# --- The leaders ------------------------------------------------------------------------------------------------------


def test_leaders_are_told_once_a_day_that_there_is_something_new(outbox):
    place = IncubatorFactory()
    leader = MembershipFactory(incubator=place, leader=True).user
    MembershipFactory(incubator=place)
    MembershipFactory(leader=True)
    for kind in OF_IDEAS:
        broken(kind, incubator=place)

    tell_of_delays()
    tell_of_delays()

    [mail] = outbox("leader-notice")
    assert mail.recipient == leader.email
    assert set(mail.snapshot) == {"incubator", "replies_to", "url"}
    broken("answer", incubator=place)
    tell_of_delays(now=timezone.now() + days(1))
    assert len(outbox("leader-notice")) == 2

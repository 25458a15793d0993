"""Of each scheduled task: one row that the database refuses keeps nobody else from being told."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from events.models import LinkRequest
from ideas.models import Agreement, Idea
from incubators.models import Membership
from tests.factories import (
    AgreementFactory,
    EventFactory,
    IdeaFactory,
    IndicatorFactory,
    MeetingFactory,
    NextStepFactory,
    SeatFactory,
    SupportRelationFactory,
)
from unlimited import celery_app
from unlimited.mail.models import OutgoingMail
from unlimited.runs.models import TaskRun
from unlimited.runs.parts import PartsFailedError

pytestmark = pytest.mark.django_db
BAD = "bad@example.no"
POISON = f"""
    CREATE FUNCTION refuse_mail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'this row is bad'; END $$;
    CREATE TRIGGER refuse_mail BEFORE INSERT ON mail_outgoingmail
        FOR EACH ROW WHEN (NEW.recipient = '{BAD}') EXECUTE FUNCTION refuse_mail()
"""


def _ago(**length) -> dt.datetime:
    return timezone.now() - dt.timedelta(**length)


def _later(**length) -> dt.datetime:
    return timezone.now() + dt.timedelta(**length)


def late_answer(email: str) -> None:
    IdeaFactory(overdue=True, author__email=email)


def quiet_idea(email: str) -> None:
    IdeaFactory(quiet=True, author__email=email)


def talk(email: str) -> None:
    agreement = AgreementFactory(agreed=True)
    type(agreement.supporter).objects.filter(pk=agreement.supporter.pk).update(email=email)
    past = timezone.localdate() - dt.timedelta(days=1)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=past, ends_on=past, talk_on=past)


def meeting(email: str) -> None:
    idea = SupportRelationFactory(idea__author__email=email).idea
    MeetingFactory(idea=idea, booked=True, times=[_later(hours=3)])


def step(email: str) -> None:
    NextStepFactory(overdue=True, idea=SupportRelationFactory(idea__author__email=email).idea)


def measurement(email: str) -> None:
    idea = IdeaFactory(accepted=True, author__email=email)
    IndicatorFactory(idea=idea, created_at=_ago(days=30))
    steps = {"from_status": "submitted", "to_status": "accepted", "step": "try", "revision": 2}
    idea.transitions.create(kind="accepted", at=_ago(days=2), **steps)


def supporter_left(email: str) -> None:
    relation = SupportRelationFactory(idea__author__email=email)
    Membership.objects.filter(user=relation.supporter).update(ends_on=timezone.localdate())


def offer(email: str) -> None:
    SeatFactory(
        offered=True, offered_at=_ago(days=2), offer_expires_at=_ago(hours=1), registration__contact_email=email
    )


def reminder(email: str) -> None:
    seat = SeatFactory(event=EventFactory(days=1, reminder_days=[7]), seated_at=_ago(days=60), participant__email=email)
    type(seat.participant).objects.update(created_at=_ago(days=60))


def nameless(email: str) -> None:
    SeatFactory(unnamed=True, event=EventFactory(days=8), seated_at=_ago(days=60), registration__contact_email=email)


def released(email: str) -> None:
    facts = {"seated_at": _ago(days=60), "names_asked": 2, "registration__contact_email": email}
    SeatFactory(unnamed=True, event=(event := EventFactory(days=2, capacity=1)), **facts)
    SeatFactory(waiting=True, event=event)


def lost_link(email: str) -> None:
    SeatFactory(registration__group=True, registration__contact_email=email)
    LinkRequest.objects.create(email=email)


CASES = [
    ("incubators.tell_of_delays", late_answer),
    ("incubators.tell_of_delays", quiet_idea),
    ("ideas.remind_of_talks", talk),
    ("ideas.remind_of_meetings", meeting),
    ("ideas.remind_of_steps", step),
    ("ideas.ask_for_measurements", measurement),
    ("ideas.part_from_who_left", supporter_left),
    ("events.expire_offers", offer),
    ("events.make_reminders", reminder),
    ("events.ask_for_names", nameless),
    ("events.ask_for_names", released),
    ("events.send_links", lost_link),
]
# Shown elsewhere: each mail fails alone (tests/unlimited/mail), each app's retention too (tests/unlimited/users).
# Of the others one is a single UPDATE, one appends to a file in order, and one makes no mail: it is below.
OTHERS = {
    "mail.deliver_due",
    "mail.wipe_snapshots",
    "users.apply_retention",
    "users.write_erasures",
    "ideas.record_meetings_held",
}


def test_every_scheduled_task_is_shown_to_go_on():
    rung = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert rung == {task for task, _make in CASES} | OTHERS


@pytest.mark.parametrize(("task", "make"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_one_bad_row_stops_nobody_else_and_is_reported(task, make):
    for email in ("first@example.no", BAD, "last@example.no"):
        make(email)
    OutgoingMail.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(POISON)
    celery_app.loader.import_default_modules()

    with pytest.raises(PartsFailedError):
        celery_app.tasks[task]()

    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) >= {"first@example.no", "last@example.no"}
    run = TaskRun.objects.get(task=task)
    assert (run.failures_in_a_row, run.error_class) == (1, "ProgrammingError")


def test_one_meeting_that_cannot_be_recorded_stops_no_other():
    ideas = [MeetingFactory(past=True).idea for _each in range(3)]
    Idea.objects.update(staff_acted_at=_ago(days=20))
    with connection.cursor() as cursor:
        cursor.execute(POISON.replace("BEFORE INSERT ON mail_outgoingmail", "BEFORE UPDATE ON ideas_idea")
                       .replace(f"NEW.recipient = '{BAD}'", f"NEW.id = {ideas[1].pk}"))  # fmt: skip

    with pytest.raises(PartsFailedError):
        celery_app.tasks["ideas.record_meetings_held"]()

    acted = [Idea.objects.get(pk=idea.pk).staff_acted_at > _ago(days=10) for idea in ideas]
    assert acted == [True, False, True]

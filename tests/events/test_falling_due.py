"""What falls due by itself while others are at work on the same events."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions import reminders
from events.actions.locking import BusyError
from events.actions.registration import Person
from events.actions.reminders import ask_for_names, make_reminders, release_unnamed
from events.models import Event
from tests.events.test_mails import group, group_with_others_in_line, long_ago, unnamed_until
from tests.events.test_registration_actions import alone, party, register

pytestmark = pytest.mark.django_db


def test_one_busy_event_does_not_keep_the_others_from_releasing_seats(monkeypatch, outbox):
    busy, event = group_with_others_in_line("nb"), group_with_others_in_line("nb")
    for one in (busy, event):
        long_ago(one)
    for days in (9, 4):
        ask_for_names(now=event.starts_at - dt.timedelta(days=days))
    now = event.starts_at - dt.timedelta(days=2)
    real = reminders.locked_events

    def held_by_others(ids):
        if busy.pk in ids:
            raise BusyError
        return real(ids)

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "locked_events", held_by_others)
        assert release_unnamed(now=now) == 2
    assert release_unnamed(now=now) == 2
    assert len(outbox("unnamed-seats-released")) == 2


def test_mail_of_released_seats_names_the_event_as_it_is_under_the_lock(monkeypatch, outbox):
    event = group_with_others_in_line("nb")
    unnamed_until(event, 9, 4)
    real = reminders.line_of

    def renamed_just_before(row):
        Event.objects.update(title="Et nytt navn")
        return real(row)

    monkeypatch.setattr(reminders, "line_of", renamed_just_before)
    release_unnamed(now=event.starts_at - dt.timedelta(days=2))
    assert outbox("unnamed-seats-released")[0].snapshot["days"][0]["title"] == "Et nytt navn"


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"title": "Et nytt navn"}, True),
        (
            {"starts_at": timezone.now() + dt.timedelta(days=60), "ends_at": timezone.now() + dt.timedelta(days=61)},
            False,
        ),
        ({"cancelled_at": timezone.now(), "cancel_reason": "The roof leaks."}, False),
        ({"is_published": False}, False),
    ],
    ids=["renamed", "moved", "cancelled", "unpublished"],
)
@pytest.mark.parametrize("name", ["_ask", "_remind"])
def test_mail_that_falls_due_is_about_the_event_as_it_is_under_the_lock(name, changes, is_told, monkeypatch, outbox):
    event = group("nb")
    long_ago(event)
    real = getattr(reminders, name)

    def changed_just_before(*facts, **named):
        Event.objects.update(**changes)
        return real(*facts, **named)

    monkeypatch.setattr(reminders, name, changed_just_before)
    make, kind = {"_ask": (ask_for_names, "name-your-seats"), "_remind": (make_reminders, "seat-reminder")}[name]
    make(now=event.starts_at - dt.timedelta(days=6.5))
    mails = outbox(kind)
    assert bool(mails) == is_told
    assert all("Et nytt navn" in str(mail.snapshot) for mail in mails)


def test_seats_without_a_name_stay_where_nobody_waits(outbox):
    event = group("nb", capacity=5)
    unnamed_until(event, 9, 4, 2)
    assert event.seats.filter(status="cancelled").count() == 0
    assert not outbox("unnamed-seats-released")


def test_as_many_seats_without_a_name_are_released_as_somebody_in_line_takes(outbox):
    event = group("nb", capacity=5)
    register(event, who=party(Person("Q0"), Person("Q1"), Person("Q2"), contact_email="q@example.no"))
    register(event, who=alone("one@example.no"))
    unnamed_until(event, 9, 4, 2)
    assert event.seats.filter(cancel_reason="released").count() == 1
    assert event.seats.get(status="offered").email == "one@example.no"
    assert outbox("unnamed-seats-released")[0].snapshot["count"] == 1
    release_unnamed(now=event.starts_at - dt.timedelta(days=2))
    assert event.seats.filter(cancel_reason="released").count() == 1

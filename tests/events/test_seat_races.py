"""Several people at the last seat, on real connections. The negative controls show the race that the lock closes."""

import pytest
from django.db import connection

from events.actions.locking import BusyError, EventError
from events.actions.programme import change_event
from events.actions.seats import give_back_seats
from events.models import Event, Seat
from tests.events.invariants import what_is_broken
from tests.events.test_registration_actions import ALL, alone, register, two_days
from tests.factories import EventFactory
from tests.races import at_once, held_elsewhere
from unlimited import locks

pytestmark = pytest.mark.django_db(transaction=True)


def tries(event: Event, count: int, **how) -> list:
    """Let `count` people try at once; return what came of it for each."""
    calls = [lambda n=n: register(event, who=alone(f"p{n}@example.no")) for n in range(count)]
    return at_once(*calls, refused=EventError, **how)


def test_last_seat_is_had_by_one_and_the_others_stand_in_line():
    event = EventFactory(capacity=1)
    results = tries(event, 8)
    assert sorted(day.seated for (day,) in results) == [0] * 7 + [1]
    assert sorted(day.number for (day,) in results if day.number) == list(range(1, 8))
    assert what_is_broken() == []


def test_without_the_lock_the_database_refuses_all_but_one():
    event = EventFactory(capacity=1)
    results = tries(event, 4, without_lock_on=Event)
    refused = [result for result in results if isinstance(result, BusyError)]
    assert len(refused) == 3
    assert all("event_never_oversold" in str(error.__cause__) for error in refused)
    assert event.seats.taken().count() == 1


def test_without_lock_and_backstop_the_seat_is_sold_four_times():
    """The negative control: so the race is there, and the tests above do meet it."""
    event = EventFactory(capacity=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DROP CONSTRAINT event_never_oversold")
    try:
        tries(event, 4, without_lock_on=Event)
        assert event.seats.taken().count() == 4
    finally:
        Seat.objects.all().delete()
        constraint = next(c for c in Event._meta.constraints if c.name == "event_never_oversold")
        with connection.schema_editor() as editor:
            editor.add_constraint(Event, constraint)


def test_both_days_in_opposite_order_end_without_a_deadlock():
    one, two = two_days(capacity=5)
    Event.objects.update(capacity=5)
    calls = [
        lambda n=n: register(*((one, two) if n % 2 else (two, one)), who=alone(f"p{n}@example.no", wish=ALL))
        for n in range(12)
    ]
    results = at_once(*calls, refused=EventError)
    assert not [result for result in results if isinstance(result, Exception)]
    assert [event.seats.taken().count() for event in (one, two)] == [5, 5]
    assert what_is_broken() == []


def test_seat_given_back_while_somebody_registers_is_lost_to_nobody():
    event = EventFactory(capacity=1)
    for n in range(5):
        register(event, who=alone(f"first{n}@example.no"))
        seat = event.seats.taken().get()
        at_once(
            lambda seat=seat: give_back_seats(seats=[seat]),
            lambda n=n: register(event, who=alone(f"second{n}@example.no")),
            refused=EventError,
        )
        assert what_is_broken() == []


def test_capacity_changed_while_somebody_registers_is_never_exceeded():
    event = EventFactory(capacity=1)
    for n in range(1, 5):
        event.refresh_from_db()
        at_once(
            lambda n=n: change_event(event=event, values={"capacity": n + 1}, seen=event.updated_at),
            lambda n=n: register(event, who=alone(f"p{n}@example.no")),
            lambda n=n: register(event, who=alone(f"q{n}@example.no")),
            refused=EventError,
        )
        assert what_is_broken() == []


def test_same_form_pressed_by_many_fingers_is_one_registration(outbox):
    event = EventFactory()
    token = "0b8f4a34-0f3d-4c07-9a34-0a1f2f8f7f11"
    calls = [lambda: register(event, who=alone(), token=token)] * 6
    results = at_once(*calls, refused=())
    assert results == [results[0]] * 6
    assert (event.seats.count(), len(outbox())) == (1, 1)


def test_event_held_too_long_is_told_and_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    event = EventFactory()
    with held_elsewhere(event), pytest.raises(BusyError):
        register(event, who=alone())
    assert not Seat.objects.exists()

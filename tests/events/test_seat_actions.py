"""What a party does with its seats: who takes over an address, who is the same person, and who is told."""

import pytest

from events.actions import waitlist
from events.actions.programme import cancel_event
from events.actions.registration import Person
from events.actions.seats import give_back_seats, name_place
from events.models import Seat
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db
KARI = "kari@example.no"


def named_again(event) -> Seat:
    """Let Kari, who has a seat, be named by her municipality too; return the seat that is without her address."""
    register(event, who=alone(KARI))
    register(event, who=party(Person("Kari Vik", "Kari@example.no"), *people(1)))
    return event.seats.get(registration__kind="municipality", place=1)


# --- One address, one seat at an event --------------------------------------------------------------------------------


def test_seat_behind_one_given_back_takes_the_address_and_gets_its_receipt(outbox):
    event = EventFactory()
    behind = named_again(event)
    assert behind.email == ""
    give_back_seats(seats=event.seats.filter(email=KARI))
    behind.refresh_from_db()
    assert behind.email == KARI
    receipt = outbox("seat-confirmed")[-1]
    assert (receipt.recipient, receipt.snapshot["calendar"]["uid"]) == (KARI, behind.calendar_uid)
    give_back_seats(seats=[behind])
    assert outbox("seat-cancelled")[-1].order_key == behind.calendar_uid


def test_seat_behind_one_that_another_person_takes_over_gets_the_address(outbox):
    event = EventFactory()
    behind = named_again(event)
    first = event.seats.get(email=KARI)
    name_place(
        registration=first.registration, place=1, name="Per", email="per@example.no", seen=str(first.participant.uuid)
    )
    behind.refresh_from_db()
    assert behind.email == KARI
    assert outbox("seat-confirmed")[-1].order_key == behind.calendar_uid


def test_seat_behind_an_offer_said_no_to_gets_the_address(outbox):
    event = EventFactory(capacity=3)
    register(event, who=party(*people(3)))
    register(event, who=alone(KARI))
    event.capacity = 6
    event.save()
    register(event, who=party(Person("Kari Vik", KARI)))
    behind = event.seats.get(participant__email=KARI, email="")
    give_back_seats(seats=event.seats.filter(email="p0@example.no"))
    waitlist.decline_offer(registration=event.seats.get(email=KARI).registration)
    behind.refresh_from_db()
    assert behind.email == KARI
    assert outbox("seat-confirmed")[-1].order_key == behind.calendar_uid


def test_one_in_line_behind_a_seat_takes_the_address_without_a_receipt(outbox):
    event = EventFactory(capacity=2)
    register(event, who=alone(KARI))
    register(event, who=party(Person("Kari Vik", KARI), *people(2)))
    made = len(outbox("seat-confirmed"))
    give_back_seats(seats=event.seats.filter(email=KARI))
    assert event.seats.get(email=KARI, registration__kind="municipality").status == "waiting"
    assert len(outbox("seat-confirmed")) == made


def test_cancelled_event_hands_on_no_address(outbox):
    event = EventFactory()
    named_again(event)
    made = len(outbox("seat-confirmed"))
    cancel_event(event=event, reason="The roof leaks.", by=UserFactory())
    assert len(outbox("seat-confirmed")) == made

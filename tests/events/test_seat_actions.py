"""What a party does with its seats: who takes over an address, who is the same person, and who is told."""

import pytest

from events.actions import waitlist
from events.actions.programme import cancel_event
from events.actions.registration import Person
from events.actions.seats import ChangedElsewhereError, give_back_seats, name_place
from events.models import Needs, Participant, Registration, Seat
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


# --- The same person, or another --------------------------------------------------------------------------------------


def one_named(email: str = KARI) -> Registration:
    register(EventFactory(), who=party(Person("Kari Wik", email, needs={"diet": ["vegan"]})))
    return Registration.objects.get()


def name_anew(registration: Registration, name: str, email: str) -> Participant:
    seen = str(registration.participants.get().uuid)
    return name_place(registration=registration, place=1, name=name, email=email, role="Leader", seen=seen)


def test_corrected_name_with_the_same_address_is_the_same_person_and_tells_nobody(outbox):
    registration = one_named()
    before, mails = registration.participants.get(), len(outbox())
    after = name_anew(registration, "Kari Vik", "KARI@example.no")
    assert (after.pk, after.name, after.role, after.email) == (before.pk, "Kari Vik", "Leader", KARI)
    assert registration.seats.get().participant == before
    assert Needs.objects.get().participant == before
    assert len(outbox()) == mails


def test_corrected_name_does_not_undo_what_another_wrote_meanwhile():
    registration = one_named()
    seen = str(registration.participants.get().uuid)
    name_anew(registration, "Per", "per@example.no")
    with pytest.raises(ChangedElsewhereError):
        name_place(registration=registration, place=1, name="Peer", email="per@example.no", seen=seen)
    assert registration.participants.get().name == "Per"


def test_address_added_later_keeps_what_the_person_needs(outbox):
    registration = one_named(email="")
    after = name_anew(registration, "Kari Wik", KARI)
    assert Needs.objects.get().participant == after
    assert Needs.objects.get().diet == ["vegan"]
    assert outbox("seat-confirmed")[-1].recipient == KARI


@pytest.mark.parametrize("email", ["per@example.no", ""])
def test_another_address_never_learns_what_the_person_before_needs(email):
    registration = one_named()
    name_anew(registration, "Kari Wik", email)
    assert not Needs.objects.exists()


def test_another_person_without_an_address_inherits_nothing(outbox):
    registration = one_named(email="")
    name_anew(registration, "Per", "")
    assert not Needs.objects.exists()
    assert len(outbox("seat-cancelled")) == 1

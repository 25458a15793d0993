"""How a party changes: more people within the capacity or in line, fewer who are enough, another contact."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from events.actions.contact import accept_contact, ask_new_contact, withdraw_contact_request
from events.actions.locking import EventError, GoneError
from events.actions.party import AlreadyInPartyError, TooManyError, add_people, change_fewest
from events.actions.registration import ClosedError, FullError, Person
from events.actions.seats import ChangedElsewhereError, give_back_seats
from events.links import make_token
from events.models import ContactRequest, Event, Registration, Seat
from tests.events.invariants import what_is_broken
from tests.events.test_registration_actions import ALL, alone, party, people, register, statuses, two_days
from tests.factories import EventFactory, SeatFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
EVA = Person("Eva Lie", "eva@example.no", "Adviser")


def registered(*events: Event, count: int = 2, **facts) -> Registration:
    """Return a municipality's party of so many people at these events."""
    register(*events, who=party(*people(count), **facts))
    return Registration.objects.order_by("pk").last()


def add(registration: Registration, *events: Event, who=(EVA,), **more) -> list[Seat]:
    usual = {"seen": registration.last_place, "people": who}
    return add_people(registration=registration, events=events, **usual | more)


def told(outbox) -> list[tuple[str, str]]:
    return [(mail.kind, mail.recipient) for mail in outbox()]


# --- More people ------------------------------------------------------------------------------------------------------


def test_added_person_gets_a_seat_on_each_day_and_all_are_told_once(outbox):
    one, two = two_days()
    registration = registered(one, two)
    before = len(outbox())
    seats = add(registration, one, two)
    assert [(seat.place, seat.status, seat.participant.name) for seat in seats] == [(3, "seated", "Eva Lie")] * 2
    assert [statuses(event) for event in (one, two)] == [["seated"] * 3] * 2
    assert sorted(told(outbox)[before:]) == sorted(
        [("party-grown", "anna@example.no"), ("seat-confirmed", "eva@example.no"), ("seat-confirmed", "eva@example.no")]
    )
    assert what_is_broken() == []


def test_same_press_again_adds_nobody(outbox):
    event = EventFactory()
    registration = registered(event)
    seen, before = registration.last_place, len(outbox())
    assert len(add(registration, event, seen=seen)) == 1
    assert add(registration, event, seen=seen) == []
    assert event.seats.count() == 3
    assert len(outbox()) == before + 2


def test_page_that_is_behind_adds_nobody_unseen():
    event = EventFactory()
    registration = registered(event)
    seen = registration.last_place
    add(registration, event, who=(), unnamed=1)
    with pytest.raises(ChangedElsewhereError):
        add(registration, event, seen=seen)
    assert event.seats.count() == 3


def test_added_people_stand_behind_all_who_were_in_line_before():
    event = EventFactory(capacity=2)
    registration = registered(event, count=2)
    register(event, who=alone("first@example.no"))
    (added,) = add(registration, event)
    assert added.status == "waiting"
    register(event, who=alone("last@example.no"))
    line = [seat.registration.contact_email for seat in event.seats.waiting().select_related("registration")]
    assert line == ["first@example.no", "anna@example.no", "last@example.no"]
    give_back_seats(seats=event.seats.filter(place=1, registration=registration))
    assert event.seats.get(status="offered").email == "first@example.no"
    assert what_is_broken() == []


def test_adding_to_a_party_in_line_moves_nobody_forward():
    event = EventFactory(capacity=1)
    register(event, who=alone("seated@example.no"))
    waits = registered(event, count=1)
    register(event, who=alone("next@example.no"))
    add(waits, event)
    give_back_seats(seats=event.seats.filter(email="seated@example.no"))
    assert event.seats.get(status="offered").email == "p0@example.no"
    give_back_seats(seats=event.seats.filter(email="p0@example.no"))
    assert event.seats.get(status="offered").email == "next@example.no"
    assert what_is_broken() == []


def test_added_person_of_a_party_that_waits_together_does_not_come_alone():
    event = EventFactory(capacity=4)
    register(event, who=party(*[Person(f"Q{n}") for n in range(2)], contact_email="q@example.no"))
    together = registered(event, count=3)
    assert set(together.seats.values_list("status", flat=True)) == {"waiting"}
    assert [seat.status for seat in add(together, event)] == ["waiting"]
    assert what_is_broken() == []
    give_back_seats(seats=event.seats.exclude(registration=together))
    assert together.seats.filter(status="offered").count() == 4
    assert what_is_broken() == []


def test_where_there_is_no_waitlist_nobody_is_added_beyond_the_seats(outbox):
    event = EventFactory(capacity=3, has_waitlist=False)
    registration = registered(event)
    before = len(outbox())
    with pytest.raises(FullError) as refused:
        add(registration, event, unnamed=1)
    assert refused.value.event.seats_free == 1
    assert (event.seats.count(), len(outbox())) == (2, before)


@pytest.mark.parametrize("facts", [{"registration_closes_at": "now"}, {"cancelled_at": "now", "cancel_reason": "x"}])
def test_nobody_is_added_where_registration_is_closed_but_by_an_organiser(facts):
    event = EventFactory()
    registration = registered(event)
    Event.objects.update(**{name: timezone.now() if value == "now" else value for name, value in facts.items()})
    with pytest.raises(ClosedError):
        add(registration, event)
    if "cancelled_at" not in facts:
        assert len(add(registration, event, is_by_organiser=True, by=UserFactory())) == 1


def test_address_of_the_party_is_not_added_twice_and_one_of_another_party_is_told(outbox):
    event = EventFactory()
    register(event, who=alone("eva@example.no"))
    registration = registered(event)
    with pytest.raises(AlreadyInPartyError):
        add(registration, event, who=[Person("Somebody", "P0@example.no")])
    before = len(outbox())
    (seat,) = add(registration, event)
    assert (seat.status, seat.email) == ("seated", "")
    news = [("already-registered", "eva@example.no"), ("party-grown", "anna@example.no")]
    assert sorted(told(outbox)[before:]) == news


def test_party_has_room_for_a_hundred_and_none_is_added_to_one_that_is_gone():
    event = EventFactory(capacity=200)
    registration = registered(event)
    with pytest.raises(TooManyError):
        add(registration, event, unnamed=98)
    give_back_seats(seats=event.seats.all())
    with pytest.raises(GoneError):
        add(registration, event)


# --- Fewer are enough -------------------------------------------------------------------------------------------------


def test_lower_minimum_takes_what_is_free_at_once(outbox):
    event = EventFactory(capacity=5)
    register(event, who=alone())
    registration = registered(event, count=6)
    before = len(outbox())
    seats = change_fewest(registration=registration, fewest=3)
    assert [seat.place for seat in seats] == [1, 2, 3, 4]
    assert [seat.status for seat in registration.seats.order_by("place")] == ["seated"] * 4 + ["waiting"] * 2
    assert told(outbox)[before:] == [("seat-confirmed", f"p{n}@example.no") for n in range(4)]
    assert change_fewest(registration=registration, fewest=3) == []
    assert what_is_broken() == []


def test_lower_minimum_that_does_not_fit_keeps_the_place_in_line():
    event = EventFactory(capacity=3)
    register(event, who=party(Person("Q0"), Person("Q1"), contact_email="q@example.no"))
    registration = registered(event, count=4)
    assert change_fewest(registration=registration, fewest=2) == []
    registration.refresh_from_db()
    assert registration.fewest == 2
    assert set(registration.seats.values_list("status", flat=True)) == {"waiting"}


def test_party_that_wants_both_days_or_none_takes_both_or_none():
    one, two = two_days(capacity=2)
    register(two, who=alone())
    registration = registered(one, two, count=2, wish=ALL)
    assert set(registration.seats.values_list("status", flat=True)) == {"waiting"}
    assert {seat.event_id for seat in change_fewest(registration=registration, fewest=1)} == {one.pk, two.pk}
    assert what_is_broken() == []


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_once_add_one_place_each_time_it_was_seen():
    event = EventFactory(capacity=3)
    registration = registered(event)
    calls = [lambda n=n: add(registration, event, seen=2, who=[Person(f"N{n}")]) for n in range(3)]
    results = at_once(*calls, refused=EventError)
    assert sum(isinstance(result, ChangedElsewhereError) for result in results) == 2
    assert event.seats.count() == 3
    assert what_is_broken() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_who_add_at_once_meet_at_the_same_place():
    """The negative control: only the database's own constraint keeps two people from one place."""
    event = EventFactory()
    registration = registered(event)
    calls = [lambda n=n: add(registration, event, seen=2, who=[Person(f"N{n}")]) for n in range(2)]
    results = at_once(*calls, refused=IntegrityError, without_lock_on=Event)
    assert [type(result) for result in results].count(IntegrityError) == 1
    assert "seat_one_per_place" in str(next(result for result in results if isinstance(result, IntegrityError)))


@pytest.mark.django_db(transaction=True)
def test_last_seat_goes_to_one_of_who_is_added_and_who_registers():
    event = EventFactory(capacity=3)
    registration = registered(event)
    at_once(
        lambda: add(registration, event),
        lambda: register(event, who=alone("kari@example.no")),
        lambda: change_fewest(registration=registration, fewest=1),
        refused=EventError,
    )
    assert event.seats.taken().count() == 3
    assert what_is_broken() == []


# --- The contact ------------------------------------------------------------------------------------------------------


def test_new_contact_says_yes_by_mail_and_nothing_changes_before(outbox):
    event = EventFactory()
    registration = registered(event)
    Registration.objects.update(user=UserFactory())
    old = make_token(registration)
    before = len(outbox())
    asked = ask_new_contact(registration=registration, name="Siri Vik", email="siri@example.no")
    registration.refresh_from_db()
    assert (registration.contact_name, registration.contact_email) == ("Anna Berg", "anna@example.no")
    assert told(outbox)[before:] == [("party-contact-asked", "siri@example.no")]
    accept_contact(request=asked)
    registration.refresh_from_db()
    assert (registration.contact_name, registration.contact_email, registration.user) == (
        "Siri Vik",
        "siri@example.no",
        None,
    )
    assert told(outbox)[before + 1 :] == [
        ("party-contact-new", "siri@example.no"),
        ("party-contact-was", "anna@example.no"),
    ]
    assert make_token(registration) != old
    with pytest.raises(GoneError):
        accept_contact(request=asked)


def test_same_question_is_mailed_once_a_minute_and_a_later_one_takes_its_place(outbox):
    registration = registered(EventFactory())
    for _press in range(2):
        first = ask_new_contact(registration=registration, name="Siri Vik", email="siri@example.no")
    assert len(outbox("party-contact-asked")) == 1
    ask_new_contact(registration=registration, name="Ola Nes", email="ola@example.no")
    assert ContactRequest.objects.get().email == "ola@example.no"
    with pytest.raises(GoneError):
        accept_contact(request=first)


def test_question_ends_by_itself_and_by_being_taken_back():
    registration = registered(EventFactory())
    asked = ask_new_contact(registration=registration, name="Siri Vik", email="siri@example.no")
    with pytest.raises(GoneError):
        accept_contact(request=asked, now=timezone.now() + dt.timedelta(days=15))
    assert withdraw_contact_request(registration=registration)
    assert not withdraw_contact_request(registration=registration)
    with pytest.raises(GoneError):
        accept_contact(request=asked)


def test_corrected_name_needs_no_mail_and_holds_for_ones_own_seat(outbox):
    event = EventFactory()
    register(event, who=party(Person("Ana Berg", "anna@example.no"), Person("Per"), contact_name="Ana Berg"))
    registration, before = Registration.objects.get(), len(outbox())
    assert ask_new_contact(registration=registration, name="Anna Berg", email="Anna@example.no") is None
    registration.refresh_from_db()
    assert registration.contact_name == "Anna Berg"
    assert sorted(registration.participants.values_list("name", flat=True)) == ["Anna Berg", "Per"]
    assert len(outbox()) == before


def test_same_person_with_another_address_keeps_their_own_seat(outbox):
    event = EventFactory()
    register(event, who=party(Person("Anna Berg", "ana@example.no"), Person("Per"), contact_email="ana@example.no"))
    registration = Registration.objects.get()
    asked = ask_new_contact(registration=registration, name="Anna Berg", email="anna@example.no")
    accept_contact(request=asked)
    seat = registration.seats.get(place=1)
    assert (seat.email, seat.participant.email, seat.calendar_sequence) == ("anna@example.no", "anna@example.no", 1)
    assert ("seat-confirmed", "anna@example.no") in told(outbox)


def test_address_that_has_a_seat_there_keeps_it_and_the_other_stands_behind():
    event = EventFactory()
    register(event, who=party(Person("Anna Berg", "ana@example.no"), contact_email="ana@example.no"))
    registration = Registration.objects.get()
    SeatFactory(event=event, participant__email="anna@example.no")
    accept_contact(request=ask_new_contact(registration=registration, name="Anna Berg", email="anna@example.no"))
    assert registration.seats.get().email == ""
    assert event.seats.filter(email="anna@example.no").count() == 1


def test_party_without_seats_needs_no_contact():
    registration = registered(EventFactory())
    give_back_seats(seats=registration.seats.all())
    with pytest.raises(GoneError):
        ask_new_contact(registration=registration, name="Siri Vik", email="siri@example.no")

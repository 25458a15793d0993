"""The line: who is offered what, in which order, and what comes of it."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions import waitlist
from events.actions.party import change_fewest
from events.actions.programme import FewerSeatsError, cancel_event, change_event
from events.actions.registration import Person
from events.actions.reminders import make_reminders
from events.actions.seats import OverError, give_back_seats, name_place
from events.models import Event, Participant, Registration, Seat
from events.offers import OSLO, offer_ends_at
from tests.events.invariants import what_is_broken
from tests.events.test_registration_actions import ALL, alone, party, people, register, statuses, two_days
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-23T10:30", "2026-11-24T10:30"),  # Monday
        ("2026-11-23T22:00", "2026-11-25T12:00"),  # the night from Tuesday on is no time to answer in
        ("2026-11-23T05:00", "2026-11-24T12:00"),
        ("2026-11-27T11:00", "2026-11-30T12:00"),  # a day later is Saturday
        ("2026-12-23T11:00", "2026-12-28T12:00"),  # Christmas
        ("2026-10-23T14:30", "2026-10-26T12:00"),  # summer time ends in between
    ],
)
def test_offer_ends_in_working_hours(now, end):
    assert offer_ends_at(at(now), starts_at=at("2027-06-01T09:00")) == at(end)


def test_offer_ends_when_the_event_begins():
    start = at("2026-11-24T09:00")
    assert offer_ends_at(at("2026-11-23T12:00"), starts_at=start) == start


def seat_of(event, email: str) -> Seat:
    return event.seats.get(email=email)


def test_seat_given_back_is_offered_to_the_first_in_line(outbox):
    event = EventFactory(capacity=1)
    for name in "abc":
        register(event, who=alone(f"{name}@example.no"))
    give_back_seats(seats=[seat_of(event, "a@example.no")])
    assert statuses(event) == ["cancelled", "offered", "waiting"]
    offer = outbox("waitlist-offer")[0]
    assert (offer.recipient, offer.expires_at) == ("b@example.no", seat_of(event, "b@example.no").offer_expires_at)
    cancelled = outbox("seat-cancelled")[0]
    assert (cancelled.recipient, cancelled.snapshot["calendar"]["method"]) == ("a@example.no", "CANCEL")
    assert cancelled.snapshot["calendar"]["sequence"] == 1


def test_accepted_offer_is_a_seat_with_its_receipt(outbox):
    event = EventFactory(capacity=1)
    register(event, who=alone("a@example.no"))
    register(event, who=alone("b@example.no"))
    give_back_seats(seats=[seat_of(event, "a@example.no")])
    waitlist.accept_offer(registration=seat_of(event, "b@example.no").registration)
    assert statuses(event) == ["cancelled", "seated"]
    assert outbox("seat-confirmed")[-1].recipient == "b@example.no"
    with pytest.raises(waitlist.OfferOverError):
        waitlist.accept_offer(registration=seat_of(event, "b@example.no").registration)


def test_declined_offer_goes_to_the_next_and_is_final():
    event = EventFactory(capacity=1)
    for name in "abc":
        register(event, who=alone(f"{name}@example.no"))
    give_back_seats(seats=[seat_of(event, "a@example.no")])
    waitlist.decline_offer(registration=seat_of(event, "b@example.no").registration)
    assert statuses(event) == ["cancelled", "cancelled", "offered"]


def test_offer_that_ran_out_goes_to_the_next_once(outbox):
    event = EventFactory(capacity=1)
    for name in "abc":
        register(event, who=alone(f"{name}@example.no"))
    give_back_seats(seats=[seat_of(event, "a@example.no")])
    later = timezone.now() + dt.timedelta(days=6)
    assert waitlist.expire_offers() == 0
    assert waitlist.expire_offers(now=later) == 1
    assert waitlist.expire_offers(now=later) == 0
    assert statuses(event) == ["cancelled", "cancelled", "offered"]
    assert [mail.recipient for mail in outbox("waitlist-offer-expired")] == ["b@example.no"]


def test_party_that_does_not_fit_is_passed_over_and_keeps_its_number():
    event = EventFactory(capacity=2)
    register(event, who=party(*people(2)))
    register(event, who=party(*people(5)[2:]))
    register(event, who=alone())
    give_back_seats(seats=event.seats.filter(place=1, status="seated"))
    assert seat_of(event, "kari@example.no").status == "offered"
    give_back_seats(seats=event.seats.filter(status="seated"))
    assert set(event.seats.filter(email__in=["p2@example.no", "p3@example.no"]).values_list("status", flat=True)) == {
        "waiting"
    }


def test_party_that_may_be_parted_is_offered_what_is_free():
    event = EventFactory(capacity=2)
    register(event, who=party(*people(2)))
    register(event, who=party(*people(5)[2:5], fewest=2))
    give_back_seats(seats=event.seats.filter(status="seated"))
    theirs = event.seats.exclude(status="cancelled").order_by("place").values_list("status", flat=True)
    assert list(theirs) == ["offered", "offered", "waiting"]


def test_both_or_nothing_is_offered_both_together_in_one_mail(outbox):
    one, two = two_days(capacity=1)
    register(two, who=alone("first@example.no"))
    register(one, two, who=alone(wish=ALL))
    give_back_seats(seats=[seat_of(two, "first@example.no")])
    assert [seat_of(day, "kari@example.no").status for day in (one, two)] == ["offered", "offered"]
    assert len(outbox("waitlist-offer")) == 1
    assert len(outbox("waitlist-offer")[0].snapshot["days"]) == 2


def test_line_of_the_second_day_is_not_jumped_by_who_waits_for_both_days():
    one, two = two_days(capacity=1)
    register(two, who=alone("first@example.no"))
    register(two, who=alone("second@example.no"))
    register(one, two, who=alone(wish=ALL))
    give_back_seats(seats=[seat_of(two, "first@example.no")])
    assert seat_of(two, "second@example.no").status == "offered"
    assert seat_of(one, "kari@example.no").status == "waiting"


def change(event, confirmed: str = "", **values):
    event.refresh_from_db()
    return change_event(event=event, values=values, seen=event.updated_at, moving=confirmed)


def test_more_seats_are_offered_at_once():
    event = EventFactory(capacity=1)
    for name in "abc":
        register(event, who=alone(f"{name}@example.no"))
    change(event, capacity=2)
    assert statuses(event) == ["seated", "offered", "waiting"]


def test_fewer_seats_move_the_newest_to_the_head_of_the_line_once_confirmed(outbox):
    event = EventFactory(capacity=3)
    for name in "abcd":
        register(event, who=alone(f"{name}@example.no"))
    with pytest.raises(FewerSeatsError) as asked:
        change(event, capacity=1)
    assert sorted(seat.email for seat in asked.value.seats) == ["b@example.no", "c@example.no"]
    assert statuses(event) == ["seated", "seated", "seated", "waiting"]

    change(event, capacity=1, confirmed=asked.value.token)
    in_line = event.seats.waiting().values_list("email", flat=True)
    assert list(in_line) == ["b@example.no", "c@example.no", "d@example.no"]
    assert {mail.recipient for mail in outbox("seat-moved-to-line")} == {"b@example.no", "c@example.no"}

    change(event, capacity=2)
    waitlist.accept_offer(registration=seat_of(event, "b@example.no").registration)
    sequences = [
        (mail.snapshot["calendar"]["method"], mail.snapshot["calendar"]["sequence"])
        for mail in outbox()
        if mail.recipient == "b@example.no" and "calendar" in mail.snapshot
    ]
    assert sequences == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_another_time_tells_all_who_come_and_makes_reminders_anew(outbox):
    event = EventFactory(days=6)
    register(event, who=alone("old@example.no"))
    event.seats.update(seated_at=timezone.now() - dt.timedelta(days=9))
    Participant.objects.update(created_at=timezone.now() - dt.timedelta(days=9))
    assert make_reminders() == 1
    assert make_reminders() == 0
    change(event, starts_at=event.starts_at + dt.timedelta(hours=1))
    assert make_reminders() == 1
    told = [(mail.kind, mail.status) for mail in outbox()]
    assert told == [
        ("seat-confirmed", "queued"),
        ("seat-reminder", "cancelled"),
        ("event-changed", "queued"),
        ("seat-reminder", "queued"),
    ]
    assert outbox("event-changed")[0].snapshot["calendar"]["sequence"] == 1


def test_reminder_whose_time_had_passed_is_never_made():
    event = EventFactory(days=5)
    register(event, who=alone())
    assert make_reminders() == 0
    assert make_reminders(now=event.starts_at - dt.timedelta(hours=20)) == 1


def test_cancelled_event_cancels_every_seat_and_offers_none(outbox):
    event = EventFactory(capacity=1)
    register(event, who=alone("a@example.no"))
    register(event, who=alone("b@example.no"))
    cancel_event(event=event, reason="The roof leaks.", by=UserFactory())
    assert statuses(event) == ["cancelled", "cancelled"]
    assert not outbox("waitlist-offer")
    assert outbox("seat-cancelled")[0].snapshot["why"] == "The roof leaks."


def test_renaming_needs_no_free_seat_and_tells_both(outbox):
    event = EventFactory(capacity=1)
    register(event, who=party(*people(1)))
    registration = Registration.objects.get()
    old = registration.participants.get()
    name_place(registration=registration, place=1, name="Ny Person", email="ny@example.no", seen=str(old.uuid))
    told = [(mail.kind, mail.recipient) for mail in outbox()[2:]]
    assert told == [("seat-cancelled", "p0@example.no"), ("seat-confirmed", "ny@example.no")]
    cancelled, confirmed = (mail.snapshot["calendar"] for mail in outbox()[2:])
    assert cancelled["uid"] != confirmed["uid"]
    assert statuses(event) == ["seated"]
    assert registration.participants.get().name == "Ny Person"


def test_place_in_line_taken_by_the_organiser_is_told_and_one_given_up_is_not(outbox):
    event = EventFactory(capacity=1)
    for name in "abc":
        register(event, who=alone(f"{name}@example.no"))
    give_back_seats(seats=[seat_of(event, "b@example.no")])
    give_back_seats(seats=[seat_of(event, "c@example.no")], reason=Seat.CancelReason.STAFF)
    (told,) = outbox("seat-cancelled")
    assert (told.recipient, "calendar" in told.snapshot) == ("c@example.no", False)


def test_cancelling_and_moving_an_event_ask_the_same_however_many_come(django_assert_max_num_queries):
    event = EventFactory(capacity=100)
    register(event, who=party(*people(50), unnamed=20))
    with django_assert_max_num_queries(20):
        change(event, venue="Kjelleren")
    with django_assert_max_num_queries(16):
        cancel_event(event=event, reason="The roof leaks.", by=UserFactory())


def test_offer_ends_when_the_event_moves_to_an_earlier_time():
    event = EventFactory(capacity=1)
    register(event, who=alone("a@example.no"))
    register(event, who=alone("b@example.no"))
    give_back_seats(seats=[seat_of(event, "a@example.no")])
    event.refresh_from_db()
    start = timezone.now() + dt.timedelta(hours=1)
    change_event(event=event, values={"starts_at": start}, seen=event.updated_at)
    offer = seat_of(event, "b@example.no")
    assert offer.offer_expires_at == start
    with pytest.raises(waitlist.OfferOverError):
        waitlist.accept_offer(registration=offer.registration, now=start)


def test_event_that_has_begun_takes_no_seats_away():
    event = EventFactory(capacity=2)
    register(event, who=party(*people(2)))
    Event.objects.update(starts_at=timezone.now() - dt.timedelta(hours=1))
    event.refresh_from_db()
    with pytest.raises(OverError):
        change_event(event=event, values={"capacity": 1}, seen=event.updated_at)


def test_party_that_waits_together_is_told_of_fewer_free_seats_once_for_each_number(outbox):
    event = EventFactory(capacity=4)
    register(event, who=party(*people(4), contact_email="first@example.no"))
    register(event, who=party(*[Person(f"Q{n}") for n in range(4)], contact_email="q@example.no"))
    for place in (1, 2):
        give_back_seats(seats=event.seats.filter(place=place, status="seated"))
    told = [(mail.recipient, mail.snapshot["free"], mail.snapshot["fewest"]) for mail in outbox("party-fewer-free")]
    assert told == [("q@example.no", 1, 4), ("q@example.no", 2, 4)]
    change_fewest(registration=Registration.objects.get(contact_email="q@example.no"), fewest=2)
    assert len(outbox("party-fewer-free")) == 2
    assert what_is_broken() == []

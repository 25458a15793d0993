"""What the database refuses, whatever the code does."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Event, Material, Registration, Seat, Session, Speaker
from tests.factories import EventFactory, RegistrationFactory, SeatFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = dt.timedelta(hours=1)


def refused(constraint: str, make, **facts) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**facts)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("event_ends_after_start", {"starts_at": NOW, "ends_at": NOW}),
        ("event_capacity_positive", {"capacity": 0}),
        ("event_seats_need_capacity", {"capacity": None, "seats_taken": 1}),
        ("event_closes_after_opening", {"registration_opens_at": NOW, "registration_closes_at": NOW}),
        ("event_registration_before_end", {"past": True, "registration_opens_at": NOW}),
        ("event_registration_before_end", {"past": True, "registration_closes_at": NOW}),
        ("event_cancelled_with_reason", {"cancelled_at": NOW}),
        ("event_contact_has_address", {"contact_name": "Kari Vik"}),
    ],
)
def test_event_is_refused(name, facts):
    refused(name, EventFactory, **facts)


@pytest.mark.parametrize(
    ("name", "make", "facts"),
    [
        ("session_ends_after_start", Session.objects.create, {"title": "A", "starts_at": NOW, "ends_at": NOW}),
        ("speaker_picture_needs_consent", Speaker.objects.create, {"name": "A", "picture": "speakers/a.jpg"}),
        ("material_link_or_file", Material.objects.create, {"title": "A"}),
    ],
)
def test_part_of_a_programme_is_refused(name, make, facts):
    refused(name, make, event=EventFactory(), **facts)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("registration_fewest_positive", {"fewest": 0}),
        ("registration_held_or_confirmed", {"confirm_by": timezone.now(), "confirmed_at": timezone.now()}),
        ("registration_municipality_named", {"kind": Registration.Kind.MUNICIPALITY}),
        ("registration_municipality_named", {"kind": Registration.Kind.DISTRICT, "district": "Gamle Oslo"}),
    ],
)
def test_registration_is_refused(name, facts):
    refused(name, RegistrationFactory, **facts)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("seat_in_line_has_rank", {"status": Seat.Status.WAITING, "seated_at": None}),
        ("seat_offer_has_end", {"offer_expires_at": NOW}),
        ("seat_cancelled_with_reason", {"status": Seat.Status.CANCELLED}),
        ("seat_seated_has_time", {"seated_at": None}),
        ("seat_place_positive", {"place": 0}),
    ],
)
def test_seat_is_refused(name, facts):
    refused(name, SeatFactory, **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "open"),
        ({"cancelled": True}, "cancelled"),
        ({"past": True}, "past"),
        ({"drop_in": True}, "drop_in"),
        ({"registration_closes_at": NOW - HOUR}, "closed"),
        ({"registration_opens_at": NOW + HOUR}, "not_open_yet"),
    ],
)
def test_event_says_the_one_state_a_visitor_must_know(facts, state):
    assert EventFactory(**facts).state == state


@pytest.mark.parametrize(("has_waitlist", "state"), [(True, "waitlist"), (False, "full")])
def test_full_event_says_whether_one_can_wait(has_waitlist, state):
    event = EventFactory(capacity=1, has_waitlist=has_waitlist)
    SeatFactory(event=event)
    event.refresh_from_db()
    assert event.state == state


def test_location_is_one_line():
    assert str(Event(venue="KRA", street_address="Verven 24", postcode="4014", city="Stavanger").location) == (
        "KRA, Verven 24, 4014 Stavanger"
    )


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "closed"),
        ({"registration_closes_at": NOW + HOUR}, "open"),
        ({"registration_closes_at": NOW - HOUR / 2, "ends_at": NOW - HOUR / 2}, "past"),
    ],
    ids=["closes at the start", "says otherwise", "over"],
)
def test_registration_closes_at_the_start_unless_the_event_says_otherwise_and_never_outlasts_it(facts, state):
    event = EventFactory(**{"starts_at": NOW - HOUR, "ends_at": NOW + 5 * HOUR, **facts})
    assert event.state == state

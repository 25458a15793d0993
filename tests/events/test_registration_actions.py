"""Registering: who gets a seat, who waits, and what nobody learns."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.actions import registration as actions
from events.actions.registration import Day, Party, Person, register_party
from events.models import Event, Needs, Participant, Registration, Seat
from tests.factories import (
    EventFactory,
    MunicipalityFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ALL = Registration.Wish.ALL


def party(*people: Person, unnamed: int = 0, **facts) -> Party:
    """Return a municipality's party of `people`."""
    usual = {
        "kind": Registration.Kind.MUNICIPALITY,
        "municipality": MunicipalityFactory(),
        "contact_name": "Anna Berg",
        "contact_email": "anna@example.no",
        "language": "nb",
        "fewest": len(people) + unnamed,
    }
    return Party(usual | facts, list(people), unnamed)


def alone(email: str = "kari@example.no", **facts) -> Party:
    """Return somebody who registers themselves."""
    usual = {"kind": Registration.Kind.MYSELF, "contact_name": "Kari Vik", "contact_email": email, "language": "nb"}
    return Party(usual | facts, [Person("Kari Vik", email)])


def register(*events: Event, who: Party, token: uuid.UUID | None = None, **more) -> list[Day]:
    return register_party(events=events, party=who, form_token=token or uuid.uuid4(), **more)


def people(count: int) -> list[Person]:
    return [Person(f"Person {n}", f"p{n}@example.no") for n in range(count)]


def two_days(**second) -> tuple[Event, Event]:
    series = SeriesFactory()
    return EventFactory(series=series), EventFactory(series=series, days=22, city="Oslo", **second)


def statuses(event: Event) -> list[str]:
    return list(event.seats.order_by("place", "pk").values_list("status", flat=True))


def test_registering_alone_gives_a_seat_and_one_mail(outbox):
    event = EventFactory()
    assert register(event, who=alone()) == [Day(event.pk, 1, 0, None)]
    seat = event.seats.get()
    assert (seat.status, seat.email, seat.participant.name) == ("seated", "kari@example.no", "Kari Vik")
    event.refresh_from_db()
    assert event.seats_taken == 1
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("seat-confirmed", "kari@example.no")]


def test_registering_a_group_mails_each_and_the_contact(outbox):
    one, two = two_days()
    days = register(one, two, who=party(*people(2), Person("Per Uten Epost"), unnamed=1))
    assert days == [Day(one.pk, 4, 0, None), Day(two.pk, 4, 0, None)]
    assert Seat.objects.filter(participant=None).count() == 2
    assert Participant.objects.count() == 3
    got = sorted((mail.kind, mail.recipient) for mail in outbox())
    assert got == sorted(
        [("seat-confirmed", "p0@example.no")] * 2
        + [("seat-confirmed", "p1@example.no")] * 2
        + [("seat-confirmed", "anna@example.no")] * 2  # Per's
        + [("party-registered", "anna@example.no")]
    )


def test_needs_are_kept_only_where_there_are_some():
    event = EventFactory()
    register(event, who=party(Person("A", needs={"diet": ["vegan"]}), Person("B")))
    assert list(Needs.objects.values_list("participant__name", "diet")) == [("A", ["vegan"])]


def test_double_submit_is_one_registration_with_the_same_receipt(outbox):
    event, token = EventFactory(), uuid.uuid4()
    first = register(event, who=alone(), token=token)
    assert register(event, who=alone(), token=token) == first
    assert Registration.objects.count() == 1
    assert len(outbox()) == 1


def test_full_event_gives_a_number_in_line(outbox):
    event = EventFactory(capacity=1)
    register(event, who=alone("a@example.no"))
    assert register(event, who=alone("b@example.no")) == [Day(event.pk, 0, 1, 1)]
    assert register(event, who=alone("c@example.no")) == [Day(event.pk, 0, 1, 2)]
    assert [mail.kind for mail in outbox()] == ["seat-confirmed", "seat-in-line", "seat-in-line"]
    assert outbox()[2].snapshot["number"] == 2


def test_full_event_without_waitlist_is_refused_and_nothing_is_kept(outbox):
    event = EventFactory(capacity=1, has_waitlist=False)
    register(event, who=alone("a@example.no"))
    with pytest.raises(actions.FullError):
        register(event, who=alone("b@example.no"))
    assert Registration.objects.count() == 1
    assert len(outbox()) == 1


def test_party_that_may_be_parted_gets_what_is_free():
    event = EventFactory(capacity=2)
    assert register(event, who=party(*people(3), fewest=2)) == [Day(event.pk, 2, 1, 1)]
    assert statuses(event) == ["seated", "seated", "waiting"]


def test_party_that_may_not_be_parted_waits_whole_and_lets_others_in():
    event = EventFactory(capacity=2)
    assert register(event, who=party(*people(3))) == [Day(event.pk, 0, 3, 1)]
    assert register(event, who=alone()) == [Day(event.pk, 1, 0, None)]


def test_both_or_nothing_waits_for_both_and_holds_neither():
    one, two = two_days(capacity=1)
    register(two, who=alone("first@example.no"))
    assert register(one, two, who=alone(wish=ALL)) == [Day(one.pk, 0, 1, 1), Day(two.pk, 0, 1, 1)]
    one.refresh_from_db()
    assert one.seats_taken == 0


def test_either_one_takes_what_is_free():
    one, two = two_days(capacity=1)
    register(two, who=alone("first@example.no"))
    assert register(one, two, who=alone()) == [Day(one.pk, 1, 0, None), Day(two.pk, 0, 1, 1)]


def test_registering_oneself_again_takes_no_second_seat_and_tells_only_the_owner(outbox):
    event = EventFactory()
    fresh = register(event, who=alone("new@example.no"))
    first = register(event, who=alone())
    assert register(event, who=alone("KARI@example.no")) == first == fresh
    assert event.seats.count() == 2
    assert Registration.objects.exclude(contact_email="").count() == 2
    # For the form's token alone: a second press of the button costs the same as for a stranger.
    assert Registration.objects.filter(contact_name="", contact_email="", user=None, seats=None).count() == 1
    mail = outbox("already-registered")[0]
    assert (mail.recipient, mail.snapshot["party"]) == ("kari@example.no", "")
    assert "/plass/" in mail.snapshot["url"]


def test_registering_oneself_for_one_day_more_adds_just_that_day(outbox):
    one, two = two_days()
    register(one, who=alone())
    assert register(one, two, who=alone()) == [Day(one.pk, 1, 0, None), Day(two.pk, 1, 0, None)]
    assert (one.seats.count(), two.seats.count()) == (1, 1)
    assert [mail.kind for mail in outbox()] == ["seat-confirmed", "seat-confirmed", "already-registered"]


def test_colleague_who_has_a_seat_is_told_and_the_contact_learns_nothing(outbox):
    event = EventFactory()
    register(event, who=alone())
    days = register(event, who=party(Person("Kari Vik", "kari@example.no"), *people(1)))
    assert days == [Day(event.pk, 2, 0, None)]
    again = event.seats.get(place=1, registration__kind="municipality")
    assert (again.email, again.participant.email) == ("", "kari@example.no")
    told = [(mail.kind, mail.recipient) for mail in outbox()[1:]]
    assert sorted(told) == [
        ("already-registered", "kari@example.no"),
        ("party-registered", "anna@example.no"),
        ("seat-confirmed", "p0@example.no"),
    ]
    assert outbox("already-registered")[0].snapshot["party"] == "Oslo"


@pytest.mark.parametrize(
    "facts",
    [
        {"past": True},
        {"cancelled": True},
        {"draft": True},
        {"drop_in": True},
        {"registration_opens_at": timezone.now() + dt.timedelta(days=1)},
        {"registration_closes_at": timezone.now() - dt.timedelta(minutes=1)},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_closed_event_takes_nobody(facts):
    event = EventFactory(**facts)
    with pytest.raises(actions.ClosedError):
        register(event, who=alone())
    assert not Registration.objects.exists()


def test_organiser_registers_people_after_the_deadline_but_not_to_a_cancelled_event():
    event = EventFactory(registration_closes_at=timezone.now() - dt.timedelta(minutes=1))
    organiser = UserFactory()
    assert register(event, who=alone(), by=organiser, is_by_organiser=True)[0].seated == 1
    # Whoever organises does not find strangers' seats on their own page.
    assert Registration.objects.get().user is None
    with pytest.raises(actions.ClosedError):
        register(EventFactory(cancelled=True), who=alone(), is_by_organiser=True)


def test_nothing_is_mailed_when_the_registration_is_undone(outbox):
    event = EventFactory()
    with transaction.atomic():
        register(event, who=alone())
        transaction.set_rollback(True)
    assert not outbox()
    assert not Seat.objects.exists()


def test_hundred_at_once_ask_as_often_as_one(django_assert_max_num_queries):
    event = EventFactory(capacity=150)
    with django_assert_max_num_queries(14):
        register(event, who=party(*people(100)))
    event.refresh_from_db()
    assert event.seats_taken == 100


# --- What the database keeps true by itself ---------------------------------------------------------------------------


def test_database_refuses_one_seat_too_many():
    event = EventFactory(capacity=1)
    SeatFactory(event=event)
    with pytest.raises(IntegrityError, match="event_never_oversold"), transaction.atomic():
        SeatFactory(event=event)


def test_database_counts_offers_and_forgets_what_is_given_back():
    event = EventFactory()
    seat = SeatFactory(event=event)
    SeatFactory(event=event, offered=True)
    SeatFactory(event=event, waiting=True)
    event.refresh_from_db()
    assert event.seats_taken == 2
    seat.cancel(reason="given_back", at=timezone.now())
    seat.save()
    Seat.objects.filter(status="offered").delete()
    event.refresh_from_db()
    assert event.seats_taken == 0


def test_database_lets_no_cancelled_seat_come_back():
    seat = SeatFactory(given_back=True)
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(status="seated", cancelled_at=None, cancel_reason="")


def test_database_refuses_a_second_seat_for_an_address():
    seat = SeatFactory(email="kari@example.no")
    with pytest.raises(IntegrityError, match="seat_one_per_address"), transaction.atomic():
        SeatFactory(event=seat.event, email="KARI@example.no")
    SeatFactory(event=seat.event, email="kari@example.no", given_back=True)


def test_database_refuses_two_in_one_place():
    registration = RegistrationFactory()
    seat = SeatFactory(registration=registration)
    with pytest.raises(IntegrityError, match="seat_one_per_place"), transaction.atomic():
        SeatFactory(registration=registration, event=seat.event)


def test_contact_who_has_a_seat_leaves_theirs_to_a_colleague():
    event = EventFactory(capacity=2)
    register(event, who=alone("anna@example.no"))
    register(event, who=party(Person("Anna Berg", "anna@example.no"), Person("Per")))
    assert sorted(statuses(event)) == ["seated", "seated"]


def test_second_press_after_all_is_given_back_shows_nothing_and_changes_nothing():
    event, token = EventFactory(), uuid.uuid4()
    register(event, who=alone(), token=token)
    event.seats.update(status="cancelled", cancelled_at=timezone.now(), cancel_reason="given_back")
    assert register(event, who=alone(), token=token) == []
    assert event.seats.count() == 1


@pytest.mark.parametrize(("full", "line"), [("one", False), ("two", False), ("one", True), ("two", True)])
def test_both_or_nothing_is_refused_for_the_day_that_is_full(full, line):
    series = SeriesFactory()
    days = {"one": EventFactory(series=series, has_waitlist=False)}
    days["two"] = EventFactory(series=series, days=22, has_waitlist=False)
    other = days["two" if full == "one" else "one"]
    Event.objects.filter(pk=days[full].pk).update(capacity=1, has_waitlist=line)
    register(days[full], who=alone("first@example.no"))
    with pytest.raises(actions.FullError) as refused:
        register(*days.values(), who=alone(wish=ALL))
    assert refused.value.event == days[full]
    assert refused.value.without_line == (other if line else days[full])


@pytest.mark.parametrize("is_by_organiser", [True, False])
def test_past_event_takes_nobody_whatever_it_says_of_its_registration(is_by_organiser):
    event = EventFactory(past=True)
    Event.objects.filter(pk=event.pk).update(registration_closes_at=event.ends_at)
    with pytest.raises(actions.ClosedError):
        register(event, who=alone(), is_by_organiser=is_by_organiser)
    assert not Registration.objects.exists()


@pytest.mark.parametrize("is_by_organiser", [True, False])
def test_nobody_waits_for_an_event_that_has_begun(is_by_organiser):
    later = timezone.now() + dt.timedelta(hours=1)
    event = EventFactory(capacity=1, registration_closes_at=later)
    register(event, who=alone("first@example.no"))
    Event.objects.filter(pk=event.pk).update(starts_at=timezone.now() - dt.timedelta(hours=1))
    event.refresh_from_db()
    assert event.state == "full"
    with pytest.raises(actions.FullError):
        register(event, who=alone(), is_by_organiser=is_by_organiser)

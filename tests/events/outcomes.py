"""What can become of a registration, one scene each: for the tests of what its mails say."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions import waitlist
from events.actions.holding import release_unconfirmed
from events.actions.programme import FewerSeatsError, cancel_event, change_event
from events.actions.registration import Person
from events.actions.reminders import make_reminders
from events.actions.seats import give_back_seats, name_place
from events.models import Event, Participant, Registration, Seat
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import EventFactory, SeriesFactory, UserFactory

COURSE = "Sosialt entreprenørskap"
CONTACT, OLA, KARI = "anna@example.no", "ola@example.no", "kari@example.no"


def workshop(**facts) -> Event:
    return EventFactory(title="Verksted", city="Stavanger", **facts)


def choir(*people: Person, **facts):
    """Return the party *Koret*, which Anna has registered: Ola with an address and Eva without, unless others come."""
    coming = people or (Person("Ola Lie", OLA), Person("Eva Dal"))
    usual = {"kind": "organisation", "organisation": "Koret", "municipality": None, "contact_email": CONTACT}
    return party(*coming, **usual | facts)


def choir_registered(language: str, *people: Person, capacity: int = 10, **facts) -> Event:
    event = workshop(capacity=capacity)
    register(event, who=choir(*people, language=language, **facts))
    return event


def crowded(language: str, *people: Person, free: int = 0, **facts) -> Event:
    """Return an event where the choir finds `free` seats, after somebody else who took the first."""
    event = workshop(capacity=1 + free)
    register(event, who=alone("first@example.no", language=language))
    register(event, who=choir(*people, language=language, **facts))
    return event


def choir_of(event: Event) -> Registration:
    return Registration.objects.get(organisation="Koret", seats__event=event, seats__place=1)


def both_or_nothing(language: str) -> tuple[Event, Event]:
    """Return two days that the choir waits for together; the first is full."""
    series = SeriesFactory()
    full = workshop(series=series, capacity=1)
    other = EventFactory(series=series, title="Dag to", days=22)
    register(full, who=alone("first@example.no", language=language))
    register(full, other, who=choir(language=language, wish=Registration.Wish.ALL))
    return full, other


def one_waits(language: str) -> Event:
    event = workshop(capacity=1)
    register(event, who=alone("first@example.no", language=language))
    register(event, who=alone(KARI, language=language))
    return event


def one_waits_for_both(language: str) -> None:
    series = SeriesFactory()
    full, other = workshop(series=series, capacity=1), EventFactory(series=series, title="Dag to", days=22)
    register(full, who=alone("first@example.no", language=language))
    register(full, other, who=alone(KARI, language=language, wish=Registration.Wish.ALL))


def offered(event: Event) -> Event:
    """Give the waiting the seat of the first."""
    event.refresh_from_db()
    change(event, capacity=event.capacity + 5)
    return event


def change(event: Event, **values) -> None:
    event.refresh_from_db()
    change_event(event=event, values=values, seen=event.updated_at)


def fewer_seats(event: Event, capacity: int) -> None:
    event.refresh_from_db()
    with pytest.raises(FewerSeatsError) as asked:
        change_event(event=event, values={"capacity": capacity}, seen=event.updated_at)
    change_event(event=event, values={"capacity": capacity}, seen=event.updated_at, moving=asked.value.token)


def answered(event: Event, answer, **facts) -> None:
    seat = offered(event).seats.filter(status=Seat.Status.OFFERED).first()
    answer(registration=seat.registration, **facts)


def expired(event: Event) -> None:
    offered(event)
    waitlist.expire_offers(now=timezone.now() + dt.timedelta(days=8))


def moved(event: Event) -> None:
    change(event, starts_at=event.starts_at + dt.timedelta(hours=1))


def reminded(language: str) -> None:
    event = choir_registered(language)
    then = timezone.now() - dt.timedelta(days=90)
    event.seats.update(seated_at=then)
    Participant.objects.update(created_at=then)
    make_reminders(now=event.starts_at - dt.timedelta(days=2))


def given_back(event: Event, giver=None, **facts) -> None:
    """Let what the choir, or the person in line, has at the event be given back."""
    give_back_seats(seats=event.seats.exclude(email="first@example.no"), giver=giver, **facts)


def by_contact(event: Event) -> Event:
    """Let the contact give back all that the choir has there."""
    given_back(event, choir_of(event))
    return event


def by_person(event: Event, address: str) -> None:
    seat = event.seats.get(email=address)
    give_back_seats(seats=[seat], giver=seat.participant)


def by_organiser(event: Event) -> None:
    given_back(event, reason=Seat.CancelReason.STAFF)


def replaced(event: Event) -> None:
    """Let somebody else come instead of each of the choir's two."""
    registration = choir_of(event)
    for place in (1, 2):
        before = registration.seats.get(place=place).participant
        person = {"name": "Ny", "email": f"ny{place}@example.no", "seen": str(before.uuid)}
        name_place(registration=registration, place=place, **person)


def cancelled(event: Event) -> None:
    cancel_event(event=event, reason="Taket lekker.", by=UserFactory())


def unconfirmed(language: str) -> None:
    """Hold the seats of a large party, and release them."""
    register(EventFactory(title=COURSE), who=party(*people(6), language=language))
    release_unconfirmed(now=timezone.now() + dt.timedelta(hours=3))


def fewer_free(language: str) -> None:
    """Let a party of three wait together where two seats become free."""
    event = EventFactory(title=COURSE, capacity=3)
    for email in (OLA, CONTACT):
        three = (Person("Per"), Person("Eva"), Person("Ali"))
        register(event, who=party(*three, language=language, contact_email=email))
    give_back_seats(seats=event.seats.filter(status="seated")[:2])

"""What a party's page shows: its places, day by day, with where each seat stands."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from events.actions.registration import numbers_in_line
from events.actions.reminders import names_wanted
from events.actions.seats import seats_token
from events.emails import latest_mails
from events.models import Event, Participant, Registration, Seat
from unlimited.mail.models import OutgoingMail


@dataclass
class Cell:
    """One place at one event."""

    event: Event
    seat: Seat | None = None
    number: int | None = None

    @property
    def can_change(self) -> bool:
        return self.seat is not None and not self.seat.is_cancelled and self.event.starts_at > timezone.now()

    @property
    def token(self) -> str:
        return seats_token([self.seat])


@dataclass
class Place:
    """One line of the page: who comes, day by day."""

    number: int
    cells: list[Cell]
    mail: OutgoingMail | None = None

    @property
    def person(self) -> Participant | None:
        """Who sits there now: on the days to come first, else who sat there last."""
        seats = sorted((cell.seat for cell in self.cells if cell.seat), key=lambda seat: seat.is_cancelled)
        to_come = [cell.seat for cell in self.cells if cell.can_change]
        return (to_come or seats)[0].participant

    @property
    def changeable(self) -> list[Seat]:
        return [cell.seat for cell in self.cells if cell.can_change]

    @property
    def token(self) -> str:
        return seats_token(self.changeable)


@dataclass
class Offer:
    """Seats that one offer is about."""

    seats: list[Seat] = field(default_factory=list)

    @property
    def days(self) -> list[tuple[Event, int]]:
        events = {seat.event_id: seat.event for seat in self.seats}
        return [(event, sum(seat.event_id == pk for seat in self.seats)) for pk, event in events.items()]

    @property
    def event_ids(self) -> set[int]:
        return {seat.event_id for seat in self.seats}

    @property
    def until(self) -> dt.datetime:
        return self.seats[0].offer_expires_at

    @property
    def stamp(self) -> str:
        return self.seats[0].offered_at.isoformat()


def open_offers(seats: list[Seat]) -> list[Offer]:
    """Each offer by itself: seats of two days may have become free at two times."""
    offers: dict[dt.datetime, Offer] = {}
    for seat in seats:
        if seat.is_offer_open:
            offers.setdefault(seat.offered_at, Offer()).seats.append(seat)
    return list(offers.values())


class Desk:
    """All that a party has, read with as many queries for one seat as for a hundred."""

    def __init__(self, registration: Registration, place: int | None = None):
        seats = registration.seats.select_related("event", "participant").defer("event__body", "event__partners")
        if place:
            seats = seats.filter(place=place)
        self.registration = registration
        self.seats = list(seats.order_by("event__starts_at", "event_id", "place", "pk"))
        for seat in self.seats:
            seat.registration = registration
        self.events = list({seat.event_id: seat.event for seat in self.seats}.values())
        numbers = numbers_in_line(registration)
        mails = latest_mails(self.seats)
        self.places = [self._place(number, numbers, mails) for number in sorted({seat.place for seat in self.seats})]

    def _place(self, number: int, numbers: dict[int, int], mails: dict[int, OutgoingMail]) -> Place:
        # A live seat before one that was given back.
        mine = [seat for seat in self.seats if seat.place == number]
        mine.sort(key=lambda seat: not seat.is_cancelled)
        by_event = {seat.event_id: seat for seat in mine}
        cells = [Cell(event, by_event.get(event.pk), numbers.get(event.pk)) for event in self.events]
        place = Place(number, cells)
        place.mail = mails.get(place.person.pk) if place.person else None
        return place

    @property
    def changeable(self) -> list[Seat]:
        return [seat for place in self.places for seat in place.changeable]

    @property
    def token(self) -> str:
        return seats_token(self.changeable)

    @property
    def offers(self) -> list[Offer]:
        return open_offers(self.seats)

    @property
    def unnamed_count(self) -> int:
        """How many places have seats to come and nobody in them."""
        return sum(bool(place.changeable) and place.person is None for place in self.places)

    @property
    def is_one_in_line(self) -> bool:
        """The party is one person who waits for one seat: there is nothing to give back but a number."""
        return len(self.changeable) == 1 and self.changeable[0].status == Seat.Status.WAITING

    @property
    def waiting_days(self) -> list[tuple[Event, int]]:
        """The days to come where some of the party wait, and how many."""
        waiting = [seat for seat in self.changeable if seat.status == Seat.Status.WAITING]
        counts = Counter(seat.event_id for seat in waiting)
        return [(event, counts[event.pk]) for event in self.events if event.pk in counts]

    @property
    def size(self) -> int:
        """How many places have a seat to come or wait for one."""
        return sum(bool(place.changeable) for place in self.places)

    @property
    def releases(self) -> list[dict]:
        """When seats without a name would be asked about and given to others, event by event."""
        return [wanted for event in self.events if (wanted := names_wanted(event, self.changeable))]

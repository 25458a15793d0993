"""How a party changes after it has registered: more people come, or fewer are enough."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from events.actions.locking import EventError, GoneError, lines_of, locked_events
from events.actions.registration import (
    ClosedError,
    FullError,
    Person,
    is_open_to,
    numbers_in_line,
    seats_by_address,
)
from events.actions.seats import ChangedElsewhereError, OverError
from events.actions.waitlist import offer_free_seats
from events.emails import mail_people_added, mail_seats_confirmed
from events.models import Event, Participant, Registration, Seat
from events.models.registration import LARGEST_PARTY
from unlimited.origin import audited

Status = Seat.Status


class AlreadyInPartyError(EventError):
    """The party has somebody with that address already."""


class TooManyError(EventError):
    """The party would have more people than one registration has room for."""


# --- More people ------------------------------------------------------------------------------------------------------


@audited
def add_people(
    *,
    registration: Registration,
    events: Iterable[Event],
    seen: int,
    people: Iterable[Person] = (),
    unnamed: int = 0,
    by=None,
    is_by_organiser: bool = False,
    now: dt.datetime | None = None,
) -> list[Seat]:
    """Add people to a party on some of its days, within the capacity or in line; return their seats.

    They come after all who are in line already, also where the rest of the party is. `seen` is the party's last place
    on the page that was read; the same request again changes nothing and returns no seats.
    Raises ClosedError, FullError, ChangedElsewhereError, AlreadyInPartyError, TooManyError, GoneError, BusyError.
    """
    now, people, chosen = now or timezone.now(), list(people), {event.pk for event in events}
    with locked_events({*lines_of(registration), *chosen}) as locked:
        party = _reloaded(registration)
        if party.last_place != seen:
            if _are_there(party, people, seen):
                return []
            raise ChangedElsewhereError
        days = {pk: locked[pk] for pk in sorted(chosen)}
        for event in days.values():
            if not is_open_to(event, now, is_by_organiser):
                raise ClosedError(event)
        _check(party, people, len(people) + unnamed)
        return _add(party, days, locked, people, unnamed, now)


def _reloaded(registration: Registration) -> Registration:
    return Registration.objects.select_related("municipality").get(pk=registration.pk)


def _are_there(party: Registration, people: list[Person], seen: int) -> bool:
    """Whether just these people were added after the place `seen`: the button was pressed twice."""
    added = party.seats.live().filter(place__gt=seen).order_by("place").distinct("place")
    names = [(seat.participant.name, seat.participant.email) for seat in added.select_related("participant")
             if seat.participant]  # fmt: skip
    return bool(people) and names == [(person.name, person.email) for person in people]


def _check(party: Registration, people: list[Person], count: int) -> None:
    live = party.seats.live()
    if not live.exists():
        raise GoneError
    if live.values("place").distinct().count() + count > LARGEST_PARTY:
        raise TooManyError
    addresses = {person.email.lower() for person in people if person.email}
    theirs = live.exclude(participant=None).values_list("participant__email", flat=True)
    if addresses & {email.lower() for email in theirs}:
        raise AlreadyInPartyError


def _add(
    party: Registration,
    days: dict[int, Event],
    locked: dict[int, Event],
    people: list[Person],
    unnamed: int,
    now: dt.datetime,
) -> list[Seat]:
    known = seats_by_address(days, people)
    seats = _waiting_seats(party, days, people, unnamed, now)
    for seat in seats:
        if (seat.email, seat.event_id) in known:
            seat.email = ""
    Seat.objects.bulk_create(seats)
    given = {seat.pk: seat for seat in offer_free_seats(locked, now=now, present=party)}
    seats = [given.get(seat.pk, seat) for seat in seats]
    for seat in seats:
        seat.registration = party
    _refuse_without_line(seats, days, now)
    mail_people_added(party, seats, locked, numbers_in_line(party), known)
    return seats


def _refuse_without_line(seats: list[Seat], days: dict[int, Event], now: dt.datetime) -> None:
    for pk, event in days.items():
        theirs = [seat.status for seat in seats if seat.event_id == pk]
        if Status.WAITING in theirs and not event.has_line_at(now):
            event.seats_taken -= theirs.count(Status.SEATED)
            raise FullError(event, event)


def _waiting_seats(
    party: Registration, days: Iterable[int], people: list[Person], unnamed: int, now: dt.datetime
) -> list[Seat]:
    """Return the seats of those who are added, all in line behind everybody who is there."""
    rank, first = _next_rank(), party.last_place + 1
    rows = [Participant(registration=party, name=one.name, email=one.email, role=one.role) for one in people]
    Participant.objects.bulk_create(rows)
    places = list(enumerate([*rows, *[None] * unnamed], start=first))
    return [
        Seat(
            registration=party, event_id=pk, place=place, participant=person, status=Status.WAITING, rank=rank,
            email=person.email.lower() if person else "", created_at=now,
        )
        for pk in days
        for place, person in places
    ]  # fmt: skip


def _next_rank() -> int:
    """Return a number that is above those of all registrations so far, and below those of all to come."""
    table = Registration._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return cursor.fetchone()[0]


# --- Fewer are enough -------------------------------------------------------------------------------------------------


@audited
def change_fewest(*, registration: Registration, fewest: int, by=None, now: dt.datetime | None = None) -> list[Seat]:
    """Set how few of a party come without the rest, and give it what is free and fits now; return those seats.

    Whoever in line is before them and fits has been offered these seats already. Raises GoneError where the party has
    no seat left, OverError where it waits for nothing to come, BusyError.
    """
    now = now or timezone.now()
    with locked_events(lines_of(registration)) as events:
        party = _reloaded(registration)
        live = party.seats.live()
        if not live.exists():
            raise GoneError
        if not live.filter(event__starts_at__gt=now).exists():
            raise OverError
        party.fewest = min(fewest, live.values("place").distinct().count())
        party.save(update_fields=["fewest"])
        offered = offer_free_seats(events, now=now, present=party)
        seats = [seat for seat in offered if seat.registration_id == party.pk]
        mail_seats_confirmed(seats, events)
        return seats

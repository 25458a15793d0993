"""Registering: one party, one or several days of a series, one transaction, and a receipt that says what came of it."""

import datetime as dt
import json
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Min, Q
from django.utils import timezone

from events.actions.addresses import seats_with
from events.actions.locking import EventError, locked_events
from events.emails import already_registered, mail_registered
from events.models import Event, Needs, Participant, Registration, Seat
from events.models.registration import HELD_FOR, LARGEST_UNCONFIRMED
from unlimited.alike import kept_if
from unlimited.keyed import keyed_hash
from unlimited.origin import audited

Status = Seat.Status


class ClosedError(EventError):
    """One of the events takes no registrations; `event` is it, as it is now."""

    def __init__(self, event: Event):
        super().__init__(f"{event.slug} is {event.state}")
        self.event = event


class FullError(ClosedError):
    """No seats left for this party at `event`, and it cannot wait: `without_line` has no waitlist.

    That is another one where a party wants all its days or none: `event` is full, and it cannot wait for them together.
    """

    def __init__(self, event: Event, without_line: Event):
        super().__init__(event)
        self.without_line = without_line


class DiffersError(EventError):
    """The form has registered a party already, and now says something else."""


@dataclass(frozen=True)
class Person:
    """Somebody who comes, as they were named in the form. `needs` are the fields of Needs that are not empty."""

    name: str
    email: str = ""
    role: str = ""
    needs: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Party:
    """What a form says: the registration's own fields, who comes, and how many more are named later."""

    facts: dict
    people: list[Person]
    unnamed: int = 0

    @property
    def size(self) -> int:
        return len(self.people) + self.unnamed


@dataclass(frozen=True)
class Day:
    """What a party got at one event: so many seats, so many places in line, and the number in that line."""

    event_id: int
    seated: int
    waiting: int
    number: int | None


# --- Registering ------------------------------------------------------------------------------------------------------


@audited
def register_party(
    *,
    events: Iterable[Event],
    party: Party,
    form_token: uuid.UUID,
    by=None,
    is_by_organiser: bool = False,
    now: dt.datetime | None = None,
) -> list[Day]:
    """Register `party` for `events` and return what it got, day by day. The same submission with the same
    `form_token` again changes nothing; another one is refused, so that nothing of it is dropped in silence.

    Somebody whose address has a seat at an event already gets no second one by registering themselves: they get a mail
    with a link to what they have. The answer does not show it, for whoever asks need not be the owner of that address.
    An organiser registers people also before registration opens and after it closes.
    Raises DiffersError, ClosedError, FullError, BusyError.
    """
    now, events = now or timezone.now(), list(events)
    submission = submission_of(events, party)
    with locked_events(event.pk for event in events) as locked:
        if known := Registration.objects.filter(form_token=form_token).first():
            if known.submission != submission:
                raise DiffersError
            return _days_again(known, locked, party)
        for event in locked.values():
            if not is_open_to(event, now, is_by_organiser):
                raise ClosedError(event)
        # Who organises does not become the one who speaks for the party.
        sent = {"form_token": form_token, "submission": submission}
        if not is_by_organiser:
            sent |= _confirmation(party, by, now)
        return _register(locked, party, sent, None if is_by_organiser else by, now)


def is_own_address(party: Party, by) -> bool:
    """Whether the one who registers is logged in with the contact's address: then they read what is sent there."""
    return by is not None and by.is_authenticated and by.email.lower() == party.facts["contact_email"].lower()


def is_held(party: Party, by) -> bool:
    """Return whether a party gets its seats for a while only, until its contact confirms."""
    return party.size > LARGEST_UNCONFIRMED and not is_own_address(party, by)


def _confirmation(party: Party, by, now: dt.datetime) -> dict:
    if is_own_address(party, by):
        return {"confirmed_at": now}
    return {"confirm_by": now + HELD_FOR if is_held(party, by) else None}


def submission_of(events: Iterable[Event], party: Party) -> str:
    """Return a keyed hash of all that a form says, by which a second press is told from another submission."""
    facts = {name: str(getattr(value, "pk", value)) for name, value in party.facts.items()}
    people = [[one.name, one.email, one.role, one.needs] for one in party.people]
    said = [sorted(event.pk for event in events), facts, people, party.unnamed]
    return keyed_hash("events.submission", json.dumps(said, sort_keys=True))


def is_open_to(event: Event, now: dt.datetime, is_by_organiser: bool) -> bool:
    """Return whether people can be registered at the event; an organiser also before and after the time for it."""
    states = [*Event.TAKES_REGISTRATIONS, Event.State.FULL]
    if is_by_organiser:
        states += [Event.State.NOT_OPEN_YET, Event.State.CLOSED]
    return (event.is_published or is_by_organiser) and event.state_at(now) in states


def _register(events: dict[int, Event], party: Party, sent: dict, by, now: dt.datetime) -> list[Day]:
    known = seats_by_address(events, party.people)
    registration = Registration(**sent, user=by, created_at=now, **party.facts)
    itself = registration.contact_email.lower()
    shares = _shares(events, dict.fromkeys(events, party.size), registration)
    _refuse_full(events, shares, registration, party.size)
    numbers = _next_numbers([pk for pk, share in shares.items() if share < party.size])
    # What is told counts everybody; what is given counts who has no seat there yet.
    sizes = {pk: party.size - ((itself, pk) in known) for pk in events}
    seats = _seats(registration, party, _shares(events, sizes, registration), known, now)
    already = mails_of_known(registration, party.people, known, events)
    _save(registration, party, seats, as_if=_seats(registration, party, shares, {}, now))
    mail_registered(registration, seats, events, numbers, already)
    return [Day(pk, share, party.size - share, numbers.get(pk)) for pk, share in shares.items()]


def mails_of_known(
    registration: Registration,
    people: Iterable[Person | Participant],
    known: dict[tuple[str, int], Seat],
    events: dict[int, Event],
) -> list[dict]:
    """Return the mails to the owners of the seats in `known`, whose addresses are named in this party once more."""
    names = {person.email.lower(): person.name for person in people}
    itself, stamp = registration.contact_email.lower(), str(registration.form_token)
    return [
        already_registered(
            registration, events[pk], there, address, stamp=stamp,
            also=names[address] if address == itself else "", is_own_doing=address == itself,
        )
        for (address, pk), there in sorted(known.items(), key=lambda item: item[0])
    ]  # fmt: skip


def _save(registration: Registration, party: Party, seats: list[Seat], *, as_if: list[Seat]) -> None:
    """Save the party with its seats. Where nobody gets one, save and undo `as_if`: it takes as long as for a stranger.

    Then the row stays for its `form_token` alone, without the person: a second press of the button costs the same too.
    """
    if not seats:
        registration.contact_name, registration.contact_email, registration.user = "", "", None
    registration.save()
    with kept_if(bool(seats)):
        rows = seats or as_if
        for seat in as_if if not seats else ():
            seat.email = ""  # that address has its seat
        _save_people(registration, rows, party)
        Seat.objects.bulk_create(rows)


def _days_again(known: Registration, events: dict[int, Event], party: Party) -> list[Day]:
    """Return what a second press of the button is told: as the first, also of a day on which the address was known.

    There it got no seat. Left out, that day would tell a stranger that the address has one.
    """
    days = {day.event_id: day for day in days_of(known)}
    silent = [pk for pk in events if not known.seats.filter(event=pk).exists()]
    shares = _shares({pk: events[pk] for pk in silent}, dict.fromkeys(silent, party.size), known)
    numbers = _next_numbers([pk for pk in silent if shares[pk] < party.size])
    days |= {pk: Day(pk, shares[pk], party.size - shares[pk], numbers.get(pk)) for pk in silent}
    return [days[pk] for pk in sorted(days)]


def seats_by_address(events: dict[int, Event], people: list[Person]) -> dict[tuple[str, int], Seat]:
    """Return the seats that the people's addresses have already, by address in small letters and event's id."""
    addresses = [person.email.lower() for person in people if person.email]
    return {(seat.email.lower(), seat.event_id): seat for seat in seats_with(addresses, events)}


def _shares(events: dict[int, Event], sizes: dict[int, int], registration: Registration) -> dict[int, int]:
    """Return how many of a party of those `sizes` are seated at once, by event."""
    shares = {pk: _share(event, sizes[pk], registration) for pk, event in events.items()}
    if registration.wish == Registration.Wish.ALL and any(sizes[pk] and not share for pk, share in shares.items()):
        return dict.fromkeys(shares, 0)
    return shares


def _share(event: Event, size: int, registration: Registration) -> int:
    """Return how many of a party of that size there is room for at one event, whatever becomes of its other days."""
    free = event.seats_free
    return size if size <= free else free if free >= registration.fewest else 0


def _refuse_full(events: dict[int, Event], shares: dict[int, int], registration: Registration, size: int) -> None:
    """Raise FullError where somebody would have to wait at an event that has no waitlist."""
    without_line = [
        event for pk, event in events.items() if shares[pk] < size and not event.has_line_at(registration.created_at)
    ]
    if without_line:
        # Both or nothing: a day with room has no share either, when another one is full.
        full = [event for event in events.values() if _share(event, size, registration) < size]
        event = next((event for event in full if event in without_line), full[0])
        raise FullError(event, event if event in without_line else without_line[0])


def _seats(
    registration: Registration,
    party: Party,
    shares: dict[int, int],
    known: Container[tuple[str, int]],
    now: dt.datetime,
) -> list[Seat]:
    """Return the seats of a party, place by place; the first are seated where not all can be."""
    people = [Participant(registration=registration, name=p.name, email=p.email, role=p.role) for p in party.people]
    places = list(enumerate([*people, *[None] * party.unnamed], start=1))
    itself, seats = registration.contact_email.lower(), []
    for event_id, share in shares.items():
        seated = 0
        for place, person in places:
            address = person.email.lower() if person else ""
            has_seat = (address, event_id) in known
            if has_seat and address == itself:
                continue
            seat = Seat(registration=registration, event_id=event_id, place=place, participant=person, created_at=now)
            seat.email = "" if has_seat else address
            seat.status, seat.seated_at = (Status.SEATED, now) if seated < share else (Status.WAITING, None)
            seated += 1
            seats.append(seat)
    return seats


def _save_people(registration: Registration, seats: list[Seat], party: Party) -> None:
    """Save who really comes, with their needs, and give the seats in line their rank: the order of registering."""
    coming = {seat.place: seat.participant for seat in seats if seat.participant}
    Participant.objects.bulk_create(coming.values())
    needs = [(coming[place], person.needs) for place, person in enumerate(party.people, 1) if place in coming]
    Needs.objects.bulk_create(Needs(participant=person, **needed) for person, needed in needs if needed)
    for seat in seats:
        seat.rank = registration.pk if seat.status == Status.WAITING else None


# --- What a party has -------------------------------------------------------------------------------------------------


def _next_numbers(event_ids: list[int]) -> dict[int, int]:
    """Return the number in line that a new party gets, by event."""
    if not event_ids:
        return {}
    in_line = Seat.objects.filter(event__in=event_ids, status=Status.WAITING).order_by()
    parties = in_line.values("event_id").annotate(count=Count("registration", distinct=True))
    ahead = dict.fromkeys(event_ids, 0) | dict(parties.values_list("event_id", "count"))
    return {event_id: count + 1 for event_id, count in ahead.items()}


def numbers_in_line(registration: Registration) -> dict[int, int]:
    """Return which number a party has in the lines where it waits, by event, counted in parties."""
    mine = dict(
        registration.seats.filter(status=Status.WAITING).order_by().values_list("event_id").annotate(rank=Min("rank"))
    )
    if not mine:
        return {}
    ahead = Q()
    for event_id, rank in mine.items():
        ahead |= Q(event_id=event_id, rank__lt=rank)
    parties = Seat.objects.filter(ahead, status=Status.WAITING).order_by().values_list("event_id")
    counts = dict(parties.annotate(count=Count("registration", distinct=True)))
    return {event_id: counts.get(event_id, 0) + 1 for event_id in mine}


def days_of(registration: Registration) -> list[Day]:
    """Return what a party has now, day by day."""
    counts: dict[int, dict[bool, int]] = {}
    for event_id, status in registration.seats.live().order_by("event_id").values_list("event_id", "status"):
        day = counts.setdefault(event_id, {True: 0, False: 0})
        day[status in Seat.TAKEN] += 1
    numbers = numbers_in_line(registration)
    return [Day(event_id, day[True], day[False], numbers.get(event_id)) for event_id, day in counts.items()]

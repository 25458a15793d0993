"""The waitlist moves by itself: whoever frees a seat offers it on, in the same transaction and under the same locks."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.utils import timezone

from events.actions.addresses import hand_on_addresses
from events.actions.locking import BusyError, EventError, line_of, locked_events
from events.emails import mail_fewer_free, mail_offer, mail_offer_accepted, mail_offer_declined, mail_offer_expired
from events.models import Event, Registration, Seat
from events.offers import offer_ends_at
from unlimited.lookups import OneOf
from unlimited.runs.parts import Parts

Status = Seat.Status


class OfferOverError(EventError):
    """The offer has run out, was answered before, or never was."""


@dataclass
class Waiting:
    """Seats of a party that wait together, by event: those it registered first, or those it added later at one time.

    What a party adds later has a later rank, so that nobody gets past others in line by adding people.
    """

    registration: Registration
    is_first: bool
    # Shared by all that a party waits for: how many other seats it has, and how many in all, by event.
    taken: Counter[int]
    size: Counter[int]
    seats: dict[int, list[Seat]] = field(default_factory=lambda: defaultdict(list))

    def fitting(self, event_id: int, free: int) -> int:
        """Return how many of the free seats this party would take at one event; 0 where it is passed over."""
        wanted, fewest = len(self.seats[event_id]), self.registration.fewest
        if not self.is_first:
            # Those who were added come with the party: not before its smallest part has its seats.
            fewest = min(fewest, self.size[event_id])
        elif wanted <= free:
            return wanted
        count = min(wanted, free)
        return count if count > 0 and self.taken[event_id] + count >= fewest else 0

    def turns(self) -> list[tuple[int, list[int]]]:
        """Return the party's turns as (rank, ids of events): one for each day, or one for all where it wants all."""
        ranks = {event_id: seats[0].rank for event_id, seats in self.seats.items()}
        if self.registration.wish == Registration.Wish.ALL:
            return [(max(ranks.values()), list(ranks))]
        return [(rank, [event_id]) for event_id, rank in ranks.items()]


def offer_free_seats(events: dict[int, Event], *, now: dt.datetime, present: Registration | None = None) -> list[Seat]:
    """Offer what is free at the locked `events` to those in line, and return the seats offered.

    In order of the line. A party that does not fit is passed over and keeps its number. One that wants all its days
    or none is offered them together. One pass is enough: offering only ever takes seats away, and what a party has
    added comes after the rest of it. The party that is `present` has just asked, so it gets its seats without an offer;
    the caller sends the receipts.
    """
    free = _free_seats(events, now)
    if not any(free.values()):
        return []
    offered = _shared_out(events, free)
    _offer(offered, events, now, present)
    _tell_of_fewer(events, free)
    return offered


def _tell_of_fewer(events: dict[int, Event], free: dict[int, int]) -> None:
    """Tell each party that waits together of seats that are free, and fewer than it would take."""
    if not any(free.values()):
        return
    for party in _parties_in_line(events):
        if party.is_first and party.registration.wish == Registration.Wish.EACH:
            for event_id, seats in party.seats.items():
                if free[event_id]:
                    mail_fewer_free(party.registration, seats, events, free=free[event_id])


def count_wanted(events: dict[int, Event], event: Event, *, more: int, now: dt.datetime) -> int:
    """Return how many of `more` seats at one of the locked events somebody in line would be offered, were they free."""
    free = _free_seats(events, now)
    had = free[event.pk]
    if not _offers_seats(events[event.pk], now):
        return 0
    free[event.pk] += more
    wanted = sum(seat.event_id == event.pk for seat in _shared_out(events, free))
    return max(wanted - had, 0)


def _free_seats(events: dict[int, Event], now: dt.datetime) -> dict[int, int]:
    return {pk: event.seats_free if _offers_seats(event, now) else 0 for pk, event in events.items()}


def _shared_out(events: dict[int, Event], free: dict[int, int]) -> list[Seat]:
    """Return the seats in line that would get one of the `free` seats, in the order of the line."""
    offered: list[Seat] = []
    for party, event_ids in _in_order(_parties_in_line(events)):
        share = {event_id: party.fitting(event_id, free[event_id]) for event_id in event_ids}
        if all(share.values()):
            for event_id, count in share.items():
                free[event_id] -= count
                party.taken[event_id] += count
                offered += party.seats[event_id][:count]
    return offered


def _offers_seats(event: Event, now: dt.datetime) -> bool:
    takes_place = event.is_published and not event.is_cancelled and event.capacity is not None
    return takes_place and event.starts_at > now


def _parties_in_line(events: dict[int, Event]) -> list[Waiting]:
    waiting = Seat.objects.filter(event__in=events, status=Status.WAITING)
    parties: dict[tuple[int, int], Waiting] = {}
    taken: dict[int, Counter[int]] = defaultdict(Counter)
    sizes: dict[int, Counter[int]] = defaultdict(Counter)
    partly = set()
    for seat in waiting.select_related("registration__municipality", "participant").order_by(
        "event_id", "rank", "place"
    ):
        pk = seat.registration_id
        # The rank of those who were first is the party's number; lower where a capacity was lowered.
        turn = max(seat.rank, pk)
        party = parties.setdefault((pk, turn), Waiting(seat.registration, turn == pk, taken[pk], sizes[pk]))
        party.seats[seat.event_id].append(seat)
        sizes[pk][seat.event_id] += 1
        if seat.registration.fewest > 1:
            partly.add(pk)
    if partly:
        rows = Seat.objects.filter(registration__in=partly, event__in=events).taken()
        for registration_id, event_id in rows.values_list("registration_id", "event_id"):
            taken[registration_id][event_id] += 1
            sizes[registration_id][event_id] += 1
    return list(parties.values())


def _in_order(parties: list[Waiting]) -> list[tuple[Waiting, list[int]]]:
    """Return whose turn it is, for which events. Ranks rise with the registration, so days can be compared."""
    turns = [(rank, party, event_ids) for party in parties for rank, event_ids in party.turns()]
    return [(party, event_ids) for _, party, event_ids in sorted(turns, key=lambda turn: (turn[0], min(turn[2])))]


def _offer(seats: list[Seat], events: dict[int, Event], now: dt.datetime, present: Registration | None) -> None:
    """Give each party in `seats` its offer, in one mail; the one that is `present` its seats."""
    by_party = defaultdict(list)
    for seat in seats:
        by_party[seat.registration].append(seat)
        events[seat.event_id].seats_taken += 1
    for registration, theirs in by_party.items():
        if registration == present:
            _seat(theirs, now)
            continue
        ends_at = offer_ends_at(now, starts_at=min(events[seat.event_id].starts_at for seat in theirs))
        for seat in theirs:
            seat.status, seat.offered_at, seat.offer_expires_at = Status.OFFERED, now, ends_at
        mail_offer(registration, theirs, events)
    changed = ["status", "offered_at", "offer_expires_at", "seated_at", "calendar_sequence"]
    Seat.objects.bulk_update(seats, changed)


def _seat(seats: list[Seat], now: dt.datetime) -> None:
    for seat in seats:
        seat.status, seat.seated_at, seat.offer_expires_at = Status.SEATED, now, None
        # Above the CANCEL that took the entry away, where there was one.
        seat.calendar_sequence += bool(seat.calendar_sequence)


@contextmanager
def _offered(
    registration: Registration, offered_at: dt.datetime | None = None
) -> Iterator[tuple[dict[int, Event], list[Seat]]]:
    """Yield the locked events that hang together with a party's offer, and the seats it is offered now."""
    offered = registration.seats.filter(status=Status.OFFERED)
    if offered_at:
        offered = offered.filter(offered_at=offered_at)
    first = offered.select_related("event").only("event__series").first()
    with locked_events(line_of(first.event) if first else []) as events:
        seats = offered.filter(event__in=events).select_related("participant").order_by("event_id", "place")
        yield events, list(seats)


def accept_offer(
    *,
    registration: Registration,
    offered_at: dt.datetime | None = None,
    is_by_organiser: bool = False,
    now: dt.datetime | None = None,
) -> list[Seat]:
    """Take the seats that a party is offered; of several offers the one made at `offered_at`.

    The contact gets a receipt, which says so where an organiser answered for them.
    Raises OfferOverError where there is no open offer, BusyError.
    """
    now = now or timezone.now()
    with _offered(registration, offered_at) as (events, seats):
        seats = [seat for seat in seats if seat.offer_expires_at > now]
        if not seats:
            raise OfferOverError
        _seat(seats, now)
        Seat.objects.bulk_update(seats, ["status", "seated_at", "offer_expires_at", "calendar_sequence"])
        mail_offer_accepted(registration, seats, events, is_by_organiser=is_by_organiser)
    return seats


def decline_offer(
    *,
    registration: Registration,
    offered_at: dt.datetime | None = None,
    is_by_organiser: bool = False,
    now: dt.datetime | None = None,
) -> list[Seat]:
    """Say no to the seats that a party is offered, at `offered_at` where it is said; they go to the next in line.

    The contact gets a receipt, which says so where an organiser answered for them. Raises OfferOverError, BusyError.
    """
    now = now or timezone.now()
    with _offered(registration, offered_at) as (events, seats):
        if not seats:
            raise OfferOverError
        mail_offer_declined(registration, seats, events, is_by_organiser=is_by_organiser)
        _take_back(seats, events, reason=Seat.CancelReason.DECLINED, now=now)
    return seats


def expire_offers(*, now: dt.datetime | None = None) -> int:
    """Take back the offers whose time has run out, and offer on; return how many parties lost theirs."""
    now = now or timezone.now()
    over = Seat.objects.filter(status=Status.OFFERED, offer_expires_at__lte=now)
    registrations = Registration.objects.filter(OneOf("pk", over.values("registration"))).select_related("municipality")
    with Parts("events.expire_offers") as parts:
        return parts.each("parties", registrations, partial(_expire, now=now))


def _expire(registration: Registration, now: dt.datetime) -> bool:
    try:
        return _expire_locked(registration, now)
    except BusyError:
        return False  # the next run comes in a minute


def _expire_locked(registration: Registration, now: dt.datetime) -> bool:
    with _offered(registration) as (events, seats):
        seats = [seat for seat in seats if seat.offer_expires_at <= now]
        if not seats:
            return False
        mail_offer_expired(registration, seats, events)
        _take_back(seats, events, reason=Seat.CancelReason.EXPIRED, now=now)
    return True


def _take_back(seats: list[Seat], events: dict[int, Event], *, reason: str, now: dt.datetime) -> None:
    for seat in seats:
        seat.cancel(reason=reason, at=now)
        events[seat.event_id].seats_taken -= 1
    Seat.objects.bulk_update(seats, ["status", "cancelled_at", "cancel_reason", "offer_expires_at"])
    hand_on_addresses([(seat.email, seat.event_id) for seat in seats], events, now=now)
    offer_free_seats(events, now=now)

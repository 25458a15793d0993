"""What organisers do with an event: publish it, change it, give it more or fewer seats, cancel it."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, F, Q, Value
from django.db.models.lookups import Exact
from django.utils import timezone

from events.actions.locking import EventError, line_of, locked_events
from events.actions.seats import OverError, cancel_locked, seats_token
from events.actions.times import fit_times
from events.actions.waitlist import offer_free_seats
from events.emails import (
    cancel_reminders,
    mail_event_changed,
    mail_line_of_change,
    mail_moved_to_line,
)
from events.models import Event, Seat
from unlimited.origin import audited

Status = Seat.Status
# A change of these is another SEQUENCE of the calendar entry.
MOVES = ("starts_at", "ends_at", "venue", "street_address", "postcode", "city")
# Who is registered is told of these too, and gets the calendar entry anew; the link only who has a seat.
TOLD = (*MOVES, "title", "online_url")
# In these nobody sits yet: the contact is told.
_OF_CONTACTS = Q(status__in=Seat.IN_LINE) | Q(status=Status.SEATED, participant=None)
# Rows read and mails written at a time: an event may have thousands.
BATCH = 1000


class EditedElsewhereError(EventError):
    """Somebody else has changed the event since the page was read."""


class FewerSeatsError(EventError):
    """The new capacity is below the seats taken. `seats` would go back in line; `token` names just those."""

    def __init__(self, seats: list[Seat]):
        super().__init__(f"{len(seats)} seats would go back in line")
        self.seats, self.token = seats, seats_token(seats)


class NotPossibleError(EventError):
    """The event is over or cancelled, or people have seats that it would have no place for."""


@audited
def change_event(
    *, event: Event, values: dict, seen: dt.datetime, moving: str = "", moves_along: bool = True, by=None,
    now: dt.datetime | None = None,
) -> Event:  # fmt: skip
    """Set `values` (field by field) on the event. `seen` is the `updated_at` that the page was made of.

    With another beginning its sessions and the times of registration move along, unless told not to (`moves_along`).
    Who has a seat is told of another time, place, title or link, with the calendar entry anew. More seats are offered
    on at once.
    Fewer than are taken: FewerSeatsError names whom it would move; with its token as `moving` they go to the head of
    the line. An event that people have registered for keeps a capacity.
    Nor does it lose seats once it has begun, or its series: their line hangs on both.
    Raises EditedElsewhereError, FewerSeatsError, NotPossibleError, OutsideError, OverError, BusyError.
    """
    now = now or timezone.now()
    with locked_events(line_of(event)) as events:
        row = events[event.pk]
        if row.updated_at != seen:
            raise EditedElsewhereError
        before = {name: getattr(row, name) for name in ("starts_at", "ends_at", "location", "title", "online_url")}
        values = fit_times(row, values, moves_along=moves_along, now=now)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if "series" in changed and row.seats.live().exists():
            raise NotPossibleError
        for name in changed:
            setattr(row, name, values[name])
        _make_room(row, moving=moving, now=now)
        row.save(update_fields=[*changed, "updated_at"])
        _end_offers(row)
        if "starts_at" in changed:
            # Of another day the contact is asked anew, before seats without a name are released.
            row.seats.unnamed().update(names_asked=0)
        _tell_of_change(row, before, {*changed} & {*TOLD}, now)
        offer_free_seats(events, now=now)
        return row


def _make_room(event: Event, *, moving: str, now: dt.datetime) -> None:
    """Move the newest seats back to the head of the line, where there are more than the new capacity."""
    if event.capacity is None and event.seats.live().exists():
        raise NotPossibleError
    too_many = event.seats_taken - (event.capacity or 0)
    if too_many <= 0:
        return
    if event.starts_at <= now:
        raise OverError
    taken = event.seats.taken().select_related("participant", "registration__municipality")
    # An offer is the first to go: nobody counts on it yet. (NULL sorts first in descending order.)
    newest = list(taken.exclude(status=Status.ATTENDED).order_by("-seated_at", "-pk")[:too_many])
    if seats_token(newest) != moving:
        raise FewerSeatsError(newest)
    first = event.seats.waiting().values_list("rank", flat=True).first() or 0
    parties = sorted({seat.registration_id for seat in newest})
    ranks = {pk: min(first, 0) - len(parties) + index for index, pk in enumerate(parties)}
    had_seats = [seat for seat in newest if seat.status == Status.SEATED]
    of_contacts = [seat for seat in newest if seat.status == Status.OFFERED or seat.participant is None]
    for seat in had_seats:
        seat.calendar_sequence += 1
    for seat in newest:
        seat.status, seat.seated_at, seat.offer_expires_at = Status.WAITING, None, None
        seat.rank = ranks[seat.registration_id]
    # The seats first: the database refuses a capacity below those taken.
    Seat.objects.bulk_update(newest, ["status", "seated_at", "offer_expires_at", "rank", "calendar_sequence"], BATCH)
    event.seats_taken -= len(newest)
    mail_moved_to_line(had_seats, of_contacts, event)


def _end_offers(event: Event) -> None:
    """No offer outlasts the beginning, also where the event has moved to an earlier time."""
    late = event.seats.filter(status=Status.OFFERED, offer_expires_at__gt=event.starts_at)
    late.update(offer_expires_at=event.starts_at)


def _tell_of_change(event: Event, before: dict, changed: set[str], now: dt.datetime) -> None:
    if not changed or event.starts_at <= now or event.is_cancelled or not event.is_published:
        return
    for seats in _batches(event):
        if changed & {*MOVES}:
            for seat in seats:
                seat.calendar_sequence += 1
            pks = [seat.pk for seat in seats]
            Seat.objects.filter(pk__in=pks).update(calendar_sequence=F("calendar_sequence") + 1)
        if before["starts_at"] != event.starts_at:
            cancel_reminders(seats, event, before["starts_at"])
        mail_event_changed(seats, event, before)
    if _is_for_contacts(changed):
        mail_line_of_change(_of_contacts(event), event, before)


def _is_for_contacts(changed: Iterable[str]) -> bool:
    """Whether those hear of it who wait, or have seats with nobody in them: the link is for people with a seat."""
    return {*changed} != {"online_url"}


def count_told(*, event: Event, changed: Iterable[str] = TOLD) -> int:
    """Return how many are told of a change, or of the end: each with a seat, and contacts for the rest."""
    if event.starts_at <= timezone.now() or event.is_cancelled or not event.is_published:
        return 0
    seated = Q(status=Status.SEATED, participant__isnull=False)
    counts = {"seated": Count("pk", filter=seated)}
    if _is_for_contacts(changed):
        counts["contacts"] = Count("registration", distinct=True, filter=_OF_CONTACTS)
    return sum(event.seats.aggregate(**counts).values())


def _of_contacts(event: Event) -> list[Seat]:
    """Return one seat of each party whose contact is told: one in line, where there is one."""
    theirs = event.seats.filter(_OF_CONTACTS).select_related("registration__municipality")
    return list(theirs.order_by("registration", Exact(F("status"), Value(Status.SEATED))).distinct("registration"))


def _batches(event: Event) -> Iterable[list[Seat]]:
    """Yield the seats of an event with somebody in them, many at a time."""
    named = event.seats.filter(status=Status.SEATED).exclude(participant=None)
    named, last = named.select_related("participant", "registration").order_by("pk"), 0
    while seats := list(named.filter(pk__gt=last)[:BATCH]):
        yield seats
        last = seats[-1].pk


@audited
def cancel_event(*, event: Event, reason: str, by, now: dt.datetime | None = None) -> Event:
    """Cancel an event that is not over: all who have a seat or wait are told why. It cannot be undone.

    Raises NotPossibleError, BusyError.
    """
    now = now or timezone.now()
    with locked_events(line_of(event)) as events:
        row = events[event.pk]
        if row.is_cancelled or row.ends_at <= now:
            raise NotPossibleError
        row.cancelled_at, row.cancelled_by, row.cancel_reason = now, by, reason
        row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "updated_at"])
        seats = row.seats.live().select_related("participant", "registration__municipality").order_by("pk")
        cancel_locked(list(seats), events, reason=Seat.CancelReason.EVENT, now=now)
        return row

"""What a party and its people do with their seats: name them, rename them, give them back."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.actions.addresses import hand_on_addresses, seats_with
from events.actions.locking import EventError, GoneError, line_of, locked_events
from events.actions.waitlist import offer_free_seats
from events.emails import (
    Giver,
    mail_contacts_cancelled,
    mail_given_back,
    mail_moved_in,
    mail_own_link,
    mail_seats_cancelled,
)
from events.models import Event, Needs, Participant, Registration, Seat

Status = Seat.Status


class OverError(EventError):
    """The event has begun: what was, stays."""


class ChangedElsewhereError(EventError):
    """Somebody else has changed this seat since the page was read."""


# --- Giving back ------------------------------------------------------------------------------------------------------


def give_back_seats(
    *,
    seats: Iterable[Seat],
    seen: str = "",
    reason: str = Seat.CancelReason.GIVEN_BACK,
    giver: Giver = None,
    now: dt.datetime | None = None,
) -> list[Seat]:
    """Cancel seats of one party for good, tell those who sat there, and offer them on; return which were cancelled.

    Cancelled ones are left alone, so doing it twice is no error. `seen` is what `seats_token` said of those on the page
    that was read: nobody loses the seat that they got meanwhile. `giver` is who gives back, a person or the contact of
    the party: they get a receipt, and others are told who it was. Raises OverError where an event has begun,
    ChangedElsewhereError, BusyError.
    """
    now = now or timezone.now()
    with locked_seats(seats) as (events, rows):
        rows = [seat for seat in rows if not seat.is_cancelled]
        if seen and rows and seats_token(rows) != seen:
            raise ChangedElsewhereError
        if any(events[seat.event_id].starts_at <= now for seat in rows):
            raise OverError
        cancel_locked(rows, events, reason=reason, giver=giver, now=now)
        return rows


def seats_token(seats: Iterable[Seat]) -> str:
    """Return a short name for just these seats with just these people in them."""
    return hashlib.sha256(",".join(sorted(seat.calendar_uid for seat in seats)).encode()).hexdigest()[:16]


def cancel_locked(
    rows: list[Seat], events: dict[int, Event], *, reason: str, giver: Giver = None, now: dt.datetime
) -> None:
    """Cancel locked seats, mail who had one, and offer on what became free. For actions that hold the locks.

    Who gave up a place in line, or a seat with nobody in it, gets a receipt; who lost it to the organiser is told.
    """
    had_seats = [seat for seat in rows if seat.status == Status.SEATED]
    # Nobody but the contact knows of a party that is held.
    held = [seat for seat in had_seats if seat.registration.is_held]
    stood_in_line = [seat for seat in rows if seat.status in Seat.IN_LINE]
    unnamed = [seat for seat in had_seats if seat.participant is None]
    for seat in rows:
        events[seat.event_id].seats_taken -= seat.status in Seat.TAKEN
        seat.cancel(reason=reason, at=now)
    for seat in had_seats:
        seat.calendar_sequence += 1
    # An event may have thousands: as sets, not row by row.
    Seat.objects.filter(pk__in=[seat.pk for seat in rows]).update(
        status=Status.CANCELLED, cancelled_at=now, cancel_reason=reason, offer_expires_at=None
    )
    Seat.objects.filter(pk__in=[seat.pk for seat in had_seats]).update(calendar_sequence=F("calendar_sequence") + 1)
    mail_seats_cancelled([seat for seat in had_seats if not seat.registration.is_held], events, giver=giver)
    mail_given_back(giver, had_seats, stood_in_line, events)
    if reason == Seat.CancelReason.EVENT:
        mail_contacts_cancelled(stood_in_line + unnamed + held, events, is_in_line=True)
    if reason == Seat.CancelReason.STAFF:
        mail_contacts_cancelled(stood_in_line, events, is_in_line=True)
        mail_contacts_cancelled(unnamed + held, events, is_in_line=False)
    hand_on_addresses([(seat.email, seat.event_id) for seat in rows], events, now=now)
    offer_free_seats(events, now=now)


@contextmanager
def locked_seats(seats: Iterable[Seat]) -> Iterator[tuple[dict[int, Event], list[Seat]]]:
    """Yield the locked events that hang together with `seats`, and those seats as they are now, with their people."""
    pks = [seat.pk for seat in seats]
    touched = Event.objects.filter(seats__in=pks).distinct()
    ids = {pk for event in touched.only("pk", "series") for pk in line_of(event)}
    with locked_events(ids) as events:
        rows = Seat.objects.filter(pk__in=pks).select_related("participant", "registration__municipality")
        yield events, list(rows.order_by("event_id", "place"))


# --- Naming -----------------------------------------------------------------------------------------------------------


def name_place(
    *, registration: Registration, place: int, name: str, email: str = "", role: str = "", seen: str = ""
) -> Participant:
    """Put a person into a place of the party, on all its days. Nobody needs a free seat for that.

    Whoever sat there gets a cancellation, the new one a receipt. `seen` is the uuid of the participant whom the page
    showed in that place, empty for none; a button pressed twice does nothing twice. The same address under another name
    is the same person, whose name is corrected. The same name that gets its first address takes along what it needs: so
    far the contact got those mails. Another address learns nothing of the needs, for its owner may be somebody else.
    Raises ChangedElsewhereError, OverError where all its days have begun, GoneError where the place has no seat left.
    """
    with _locked_place(registration, place) as (events, seats):
        before = seats[0].participant
        if before and (before.name, before.email.lower()) == (name, email.lower()):
            return correct_participant(participant=before, name=name, role=role)
        if str(before.uuid if before else "") != seen:
            raise ChangedElsewhereError
        if before and email and before.email.lower() == email.lower():
            return correct_participant(participant=before, name=name, role=role)
        person = Participant.objects.create(registration=registration, name=name, email=email, role=role)
        if before and (before.name, before.email) == (name, ""):
            _copy_needs(before, person)
        _move_in(person, seats, events)
        if before and not before.seats.exists():
            before.delete()
        return person


def _copy_needs(before: Participant, person: Participant) -> None:
    for needs in Needs.objects.filter(participant=before):
        needs.pk, needs.participant = None, person
        needs.save(force_insert=True)


@contextmanager
def _locked_place(registration: Registration, place: int) -> Iterator[tuple[dict[int, Event], list[Seat]]]:
    """Yield the live seats of one place whose events have not begun, and those events, locked."""
    now = timezone.now()
    live = registration.seats.live().filter(place=place)
    with locked_seats(live) as (events, seats):
        seats = [seat for seat in seats if not seat.is_cancelled]
        if not seats:
            raise GoneError
        seats = [seat for seat in seats if events[seat.event_id].starts_at > now]
        if not seats:
            raise OverError
        yield events, seats


def _move_in(person: Participant, seats: list[Seat], events: dict[int, Event]) -> None:
    freed = [(seat.email, seat.event_id) for seat in seats]
    seated = [seat for seat in seats if seat.status == Status.SEATED]
    for seat in seated:
        seat.calendar_sequence += 1
    mail_seats_cancelled([seat for seat in seated if seat.participant], events, is_replaced=True)
    address = person.email.lower()
    # Under the locks of the events, so it stays true. An address that has a seat there already has none here.
    own = {seat.pk for seat in seats}
    there = {seat.event_id: seat for seat in seats_with([address] if address else [], events) if seat.pk not in own}
    for seat in seats:
        seat.participant, seat.calendar_sequence, seat.reminded, seat.names_asked = person, 0, "", 0
        seat.email = "" if seat.event_id in there else address
        seat.save(update_fields=["participant", "email", "calendar_sequence", "reminded", "names_asked"])
    mail_moved_in(seats, events, there)
    kept = [(seat.email, seat.event_id) for seat in seats]
    hand_on_addresses({*freed} - {*kept}, events, now=timezone.now())


def correct_participant(*, participant: Participant, name: str, role: str) -> Participant:
    """Correct how one's own name is written. It stays the same person, so nobody gets a new calendar entry."""
    participant.name, participant.role = name, role
    participant.save(update_fields=["name", "role"])
    return participant


def set_needs(*, participant: Participant, needs: dict) -> None:
    """Replace what a participant needs; nothing needed, nothing kept."""
    if needs:
        nothing = {"diet": [], "diet_details": "", "access": [], "access_details": ""}
        Needs.objects.update_or_create(participant=participant, defaults=nothing | needs)
    else:
        Needs.objects.filter(participant=participant).delete()


@transaction.atomic
def send_own_link(*, participant: Participant) -> None:
    """Mail a colleague the link to their own page, so that they can fill in themselves what only they know."""
    mail_own_link(participant)


def hold_unnamed(*, registration: Registration, is_held: bool) -> None:
    """Keep the seats without a name until the event, or let them be released in time."""
    registration.holds_unnamed = is_held
    registration.save(update_fields=["holds_unnamed"])

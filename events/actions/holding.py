"""Large parties: their seats are held until the contact confirms behind the link of the mail, or are released."""

import datetime as dt
from functools import partial

from django.utils import timezone

from events.actions.locking import BusyError, GoneError, lines_of, locked_events
from events.actions.registration import mails_of_known, numbers_in_line, seats_by_address
from events.actions.seats import cancel_locked
from events.emails import mail_registered, mail_unconfirmed
from events.models import Event, Registration, Seat
from unlimited.runs.parts import Parts


def confirm_party(*, registration: Registration, now: dt.datetime | None = None) -> bool:
    """Let a party keep its seats: now all who come get their receipts. Return False where that was done before.

    Raises GoneError where the seats have been released, BusyError.
    """
    with locked_events(lines_of(registration)) as events:
        party = _reloaded(registration)
        if party.confirmed_at:
            return False
        seats = list(party.seats.live().select_related("participant").order_by("event_id", "place"))
        if not seats:
            raise GoneError
        was_held = party.is_held
        party.confirm_by, party.confirmed_at = None, now or timezone.now()
        party.save(update_fields=["confirm_by", "confirmed_at"])
        if was_held:
            _mail_receipts(party, seats, events)
        return True


def _reloaded(registration: Registration) -> Registration:
    return Registration.objects.select_related("municipality").get(pk=registration.pk)


def _mail_receipts(party: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    """Tell everybody what they were not told before; also those whose address has a seat of another party."""
    for seat in seats:
        seat.registration = party
    itself = party.contact_email.lower()
    people = {seat.participant for seat in seats if seat.participant and seat.participant.email.lower() != itself}
    here = {(seat.participant.email.lower(), seat.event_id) for seat in seats if seat.participant in people}
    known = seats_by_address(events, people)
    elsewhere = {key: seat for key, seat in known.items() if key in here and seat.registration_id != party.pk}
    already = mails_of_known(party, people, elsewhere, events)
    mail_registered(party, seats, events, numbers_in_line(party), already)


def note_contact(*, registration: Registration, now: dt.datetime | None = None) -> None:
    """Note that somebody who reads the contact's mail has acted by its link. A held party needs its own button."""
    if registration.confirmed_at is None:
        unconfirmed = Registration.objects.filter(pk=registration.pk, confirmed_at=None, confirm_by=None)
        unconfirmed.update(confirmed_at=now or timezone.now())


def release_unconfirmed(*, now: dt.datetime | None = None) -> int:
    """Take back the seats of parties whose contact has not confirmed in time; return how many parties lost theirs."""
    now = now or timezone.now()
    over = Registration.objects.filter(confirm_by__lte=now).order_by("pk")
    with Parts("events.release_unconfirmed") as parts:
        return parts.each("parties", over, partial(_release, now=now))


def _release(registration: Registration, now: dt.datetime) -> bool:
    try:
        return _release_locked(registration, now)
    except BusyError:
        return False  # the next run comes in a minute


def _release_locked(registration: Registration, now: dt.datetime) -> bool:
    with locked_events(lines_of(registration)) as events:
        party = _reloaded(registration)
        if not party.is_held or party.confirm_by > now:
            return False
        live = party.seats.live().filter(event__starts_at__gt=now)
        seats = list(live.select_related("participant", "registration__municipality").order_by("event_id", "place"))
        if seats:
            mail_unconfirmed(party, seats, events)
            cancel_locked(seats, events, reason=Seat.CancelReason.UNCONFIRMED, now=now)
        party.confirm_by = None
        party.save(update_fields=["confirm_by"])
    return bool(seats)

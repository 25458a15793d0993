"""Seats and places in line that are given back, taken away, or gone with the event."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from events.emails.facts import event_url
from events.emails.recipients import gathered, to_contact_in_line, to_seat
from events.emails.reminders import cancel_reminders
from events.models import Event, Seat
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register

CONTACT_GONE = register(MailKind("party-contact-gone", _("A party has no contact any more"), is_listed=True))
CANCELLED = register(MailKind("seat-cancelled", _("A seat is given back"), is_listed=True))


def mail_seats_cancelled(seats: Iterable[Seat], events: dict[int, Event], *, is_replaced: bool = False) -> None:
    """Tell each who had a seat that it is theirs no more, and take the entry out of their calendar.

    A reminder that has not left yet would follow that: it is taken back.
    """
    mails, by_event = [], defaultdict(list)
    for seat in seats:
        by_event[seat.event_id].append(seat)
    for event_id, theirs in by_event.items():
        cancel_reminders(theirs, events[event_id], events[event_id].starts_at)
    for seat in (seat for theirs in by_event.values() for seat in theirs):
        event = events[seat.event_id]
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
        url = event_url(event, seat.registration.language)
        facts = _why_cancelled(event, seat, is_replaced) | {"url": url, "is_in_line": False, "has_entry": True}
        mails.append(to_seat(CANCELLED, seat, event, stamp, method="CANCEL", **facts))
    enqueue_many(gathered(mails))


def mail_contacts_cancelled(seats: Iterable[Seat], events: dict[int, Event], *, is_in_line: bool) -> None:
    """Tell of the end of places in line, or of seats with nobody in them: each party's contact, once a day."""
    mails = []
    for seat in {(seat.registration_id, seat.event_id): seat for seat in seats}.values():
        event, language = events[seat.event_id], seat.registration.language
        facts = _why_cancelled(event, seat, False) | {"url": event_url(event, language)}
        facts |= {"is_in_line": is_in_line, "has_entry": False}
        mails.append(to_contact_in_line(CANCELLED, seat.registration, event, f"{seat.uuid}:cancelled", **facts))
    enqueue_many(gathered(mails))


def mail_line_lost(seats: Iterable[Seat]) -> None:
    """Tell people in line, at their own address, that their place is gone with the account of the party's contact."""
    facts = {"is_in_line": True, "has_entry": False, "is_replaced": False, "reason": "contact", "why": ""}
    mails = []
    for seat in seats:
        if seat.email:
            url = event_url(seat.event, seat.registration.language)
            mails.append(to_seat(CANCELLED, seat, seat.event, f"{seat.uuid}:contact", url=url, **facts))
    enqueue_many(gathered(mails))


def mail_contact_gone(seats: Iterable[Seat]) -> None:
    """Tell people with a seat, at their own address, that their party has no contact any more; each person once."""
    mails = []
    for seat in {seat.participant_id: seat for seat in seats if seat.email}.values():
        mails.append(to_seat(CONTACT_GONE, seat, seat.event, f"{seat.calendar_uid}:contact-gone"))
    enqueue_many(gathered(mails))


def _why_cancelled(event: Event, seat: Seat, is_replaced: bool) -> dict:
    return {"is_replaced": is_replaced, "reason": seat.cancel_reason, "why": event.cancel_reason}

"""What the organiser changes: time, place, title, the link to join online, and how many seats there are."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from events.emails.facts import party_url
from events.emails.recipients import gathered, one_of_each_party, to_contact_in_line, to_seat
from events.models import Event, Seat
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register

CHANGED = register(MailKind("event-changed", _("A change to an event"), is_listed=True))
MOVED = register(MailKind("seat-moved-to-line", _("Back on the waitlist"), is_listed=True))


def mail_event_changed(seats: list[Seat], event: Event, before: dict) -> None:
    """Say what is different from `before`, and bring the calendar entry up to date."""
    mails = []
    for seat in seats:
        # Other words are no other SEQUENCE; each change has its own `updated_at`.
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}:{event.updated_at.isoformat()}"
        facts = _what_changed(event, before)
        facts |= {"is_in_line": False, "has_entry": True}
        mails.append(to_seat(CHANGED, seat, event, stamp, method="REQUEST", **facts))
    enqueue_many(gathered(mails))


def mail_line_of_change(seats: Iterable[Seat], event: Event, before: dict) -> None:
    """Tell those who wait, or have seats with nobody in them, of a change: each party's contact, once."""
    mails, changed = [], _what_changed(event, before) | {"has_entry": False}
    for seat in one_of_each_party(seats):
        facts = changed | {"is_in_line": seat.status in Seat.IN_LINE}
        stamp = f"{event.starts_at.isoformat()}:{event.updated_at.isoformat()}"
        url = party_url(seat.registration)
        mails.append(to_contact_in_line(CHANGED, seat.registration, event, stamp, url=url, **facts))
    enqueue_many(gathered(mails))


def _what_changed(event: Event, before: dict) -> dict:
    old = {
        f"old_{name}": value.isoformat() if isinstance(value, dt.datetime) else value
        for name, value in before.items()
        if name != "online_url"  # not for those in line, who get this too
    }
    is_time = (before["starts_at"], before["ends_at"]) != (event.starts_at, event.ends_at)
    return old | {
        "is_time": is_time,
        "is_place": before["location"] != event.location,
        "is_title": before["title"] != event.title,
        "is_link": before["online_url"] != event.online_url,
    }


def mail_moved_to_line(seats: Iterable[Seat], of_contacts: Iterable[Seat], event: Event) -> None:
    """Tell those whose seat is gone, because there are fewer now, that they are first in line.

    Of offers and of seats with nobody in them each party's contact is told, once.
    """
    mails = []
    for seat in seats:
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
        mails.append(to_seat(MOVED, seat, event, stamp, method="CANCEL", has_entry=True))
    for seat in one_of_each_party(of_contacts):
        # Each change has its own `updated_at`: here still that of the one before.
        facts = {"has_entry": False, "is_in_line": True, "url": party_url(seat.registration)}
        mails.append(to_contact_in_line(MOVED, seat.registration, event, event.updated_at.isoformat(), **facts))
    enqueue_many(gathered(mails))

"""Who gets a mail about an event: the person in the seat, or the contact of the party.

Receipts and changes carry a calendar entry, one mail for each reader and day. Where people have no address of their
own, their contact gets one mail about all of them (`gathered`). Its entry is the contact's own, or that of the first.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone, translation

from events.emails.facts import (
    days_of,
    event_facts,
    event_url,
    name_of,
    online_words,
    participant_url,
    party_name,
    party_url,
)
from events.models import Event, Registration, Seat
from unlimited.mail import calendar
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind


def to_seat(kind: MailKind, seat: Seat, event: Event, stamp: str, *, method: str = "", **facts) -> dict | None:
    """Return the mail to whoever is in `seat`: its own address, else the contact's, else nobody.

    `method` is iCalendar's, where the mail carries an entry.
    """
    person = seat.participant
    if person is None:
        return None
    # An address that has another seat at the event is told of that one only.
    to = seat.email or ("" if person.email else seat.registration.contact_email)
    if not to:
        return None
    facts = (
        event_facts(event)
        | {
            "name": name_of(person),
            "is_for_contact": not person.email,
            "party_url": "" if person.email else party_url(seat.registration),
            "is_for_party": False,
            "is_in_line": seat.status in Seat.IN_LINE,
            "url": participant_url(person, seat.registration),
            "online_url": event.online_url if _has_seat(seat, method) else "",
        }
        | facts
    )
    if method:
        facts["calendar"] = _entry(seat, event, method, to)
    mail = letter(kind, key=f"{kind.name}:{stamp}", to=to, registration=seat.registration, facts=facts)
    return mail | {"order_key": seat.calendar_uid}


def _has_seat(seat: Seat, method: str) -> bool:
    return seat.status == Seat.Status.SEATED and method != "CANCEL"


def _entry(seat: Seat, event: Event, method: str, to: str) -> dict:
    """Return the facts of the calendar part. No link of the person's own: calendars are shared."""
    with translation.override(seat.registration.language):
        description = online_words(event) if _has_seat(seat, method) else ""
    return calendar.entry(
        method=method,
        uid=seat.calendar_uid,
        sequence=seat.calendar_sequence,
        summary=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        location=event.location,
        url=event_url(event, seat.registration.language),
        attendee_name=name_of(seat.participant),
        attendee_email=to,
        stamped_at=timezone.now(),
        description=description,
    )


def gathered(mails: Iterable[dict | None]) -> list[dict]:
    """Return the mails of `to_seat`, one for each reader, kind and event: `others` are whom it is about besides.

    The reader's own seat comes first, so that the calendar entry is theirs.
    """
    kept, first_of = [], {}
    for mail in sorted(filter(None, mails), key=lambda mail: mail["snapshot"].get("is_for_contact", False)):
        facts = mail["snapshot"]
        about = (mail["kind"], mail["to"].lower(), facts["title"], facts["starts_at"], facts["location"])
        first = first_of.setdefault(about, mail)
        if first is mail or not facts.get("is_for_contact", False):
            kept.append(mail)
        else:
            first["snapshot"]["others"] = [*first["snapshot"]["others"], facts["name"]]
            first["snapshot"]["url"] = facts["party_url"]
    return kept


def tell_contact(
    kind: MailKind, registration: Registration, seats: list[Seat], events: dict[int, Event], *, stamp: str,
    expires_at: dt.datetime | None = None, **facts,
) -> None:  # fmt: skip
    if not registration.contact_email:
        return
    facts |= {
        "party": party_name(registration) if registration.is_group else "",
        "days": days_of(seats, events),
        "url": party_url(registration),
    }
    key = f"{kind.name}:{registration.uuid}:{stamp}"
    to = registration.contact_email
    mail = letter(kind, key=key, to=to, registration=registration, facts=facts)
    enqueue_many([mail | {"expires_at": expires_at}])


def to_contact_in_line(kind: MailKind, registration: Registration, event: Event, stamp: str, **facts) -> dict | None:
    if not registration.contact_email:
        return None
    key = f"{kind.name}:{registration.uuid}:{event.pk}:{stamp}"
    reader = {"is_for_contact": False, "is_for_party": registration.is_group}
    facts |= event_facts(event) | {"name": party_name(registration)} | reader
    return letter(kind, key=key, to=registration.contact_email, registration=registration, facts=facts)


def has_receipts(registration: Registration, seats: Iterable[Seat]) -> bool:
    """Say whether somebody besides the contact has got a mail about one of these seats.

    An address that has another seat there is told of that one: the contact must not see a difference.
    """
    seated = [seat.participant for seat in seats if seat.status == Seat.Status.SEATED and seat.participant]
    contact = registration.contact_email.lower()
    return any(person.email and person.email.lower() != contact for person in seated)


def one_of_each_party(seats: Iterable[Seat]) -> Iterable[Seat]:
    return {seat.registration_id: seat for seat in seats}.values()


def letter(kind: MailKind, *, key: str, to: str, registration: Registration, facts: dict) -> dict:
    """Return a mail in the registration's language. Answers reach the contact of the event, of several the first."""
    if days := facts.get("days"):
        facts = {"replies_to": days[0]["replies_to"]} | facts
    return {"kind": kind.name, "key": key, "to": to, "language": registration.language, "snapshot": facts}

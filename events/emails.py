"""The mails about events. Receipts and changes carry a calendar entry, one mail for each seat and day.

A mail goes to the person in the seat. Where that person has no address of their own, the contact gets it.
This file is longer than usual because all these mails are made of the same few pieces.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.links import make_token
from events.models import Announcement, Event, Participant, Registration, Seat
from unlimited.alike import kept_if
from unlimited.mail import calendar
from unlimited.mail.actions import cancel_mails, enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register
from unlimited.mail.links import absolute
from unlimited.mail.models import OutgoingMail
from unlimited.mail.subjects import Named, named, register_subject

register_subject("participant", instead=_("Someone who has deleted their account"))
register_subject("registration", instead=_("Someone who has deleted their account"))

# --- Receipts of what somebody did ------------------------------------------------------------------------------------

REGISTERED = register(MailKind("party-registered", _("Receipt for a party"), is_listed=True))
CONFIRMED = register(MailKind("seat-confirmed", _("Receipt for a seat"), is_listed=True))
IN_LINE = register(MailKind("seat-in-line", _("Receipt for a place in line"), is_listed=True))
ALREADY = register(MailKind("already-registered", _("Was registered already"), is_listed=True))
CANCELLED = register(MailKind("seat-cancelled", _("A seat is given back"), is_listed=True))
OWN_LINK = register(MailKind("seat-own-link", _("Link to one's own page"), is_listed=True))

LINKS_ANEW = register(MailKind("links-anew", _("Links sent anew"), is_listed=True))

# --- What the organiser changes ---------------------------------------------------------------------------------------

CHANGED = register(MailKind("event-changed", _("Another time or place"), is_listed=True))
MOVED = register(MailKind("seat-moved-to-line", _("Back on the waitlist"), is_listed=True))

ANNOUNCEMENT = register(
    MailKind("event-announcement", _("Message from the organiser"), priority=Priority.BULK, is_listed=True)
)

# --- What falls due by itself -----------------------------------------------------------------------------------------

REMINDER = register(MailKind("seat-reminder", _("Reminder of an event"), priority=Priority.BULK, is_listed=True))
NAME_SEATS = register(MailKind("name-your-seats", _("Seats without a name"), is_listed=True))
RELEASED = register(MailKind("unnamed-seats-released", _("Seats without a name were released"), is_listed=True))

# --- From the waitlist ------------------------------------------------------------------------------------------------

OFFER = register(MailKind("waitlist-offer", _("Offer from the waitlist"), is_listed=True))
OFFER_EXPIRED = register(MailKind("waitlist-offer-expired", _("An offer ran out"), is_listed=True))


def mail_registered(
    registration: Registration,
    seats: list[Seat],
    events: dict[int, Event],
    numbers: dict[int, int],
    already: list[dict],
) -> None:
    """Tell each who has a seat; tell the contact of a group what the party got, and one alone where they wait.

    `already` are the mails to those who had a seat before. All are one INSERT: it takes as long without them.
    """
    mails = [_confirmed(seat, events[seat.event_id]) for seat in seats if seat.status == Seat.Status.SEATED]
    if registration.is_group and registration.contact_email:
        mails.append(_party_registered(registration, seats, events, numbers))
    else:
        waiting = [seat for seat in seats if seat.status == Seat.Status.WAITING]
        mails += [_in_line(seat, events[seat.event_id], numbers[seat.event_id]) for seat in waiting]
    enqueue_many([*filter(None, mails), *already])


def mail_moved_in(seats: list[Seat], events: dict[int, Event], there: dict[int, Seat]) -> None:
    """Tell the person who is in these seats of a party now; `there` are seats that their address has already, by event.

    Whoever only waits gets no mail. Then one is written and undone, so that it takes as long as with `there`.
    """
    seated = [seat for seat in seats if seat.status == Seat.Status.SEATED and seat.event_id not in there]
    known = [seat for seat in seats if seat.event_id in there]
    mails = [*filter(None, (_confirmed(seat, events[seat.event_id]) for seat in seated))]
    mails += [_already_in(seat, there[seat.event_id], events) for seat in known]
    with kept_if(bool(mails)):
        enqueue_many(mails or [_already_in(seats[0], seats[0], events)])


def _already_in(seat: Seat, there: Seat, events: dict[int, Event]) -> dict:
    stamp, address = str(seat.uuid), there.participant.email.lower()
    return already_registered(seat.registration, events[seat.event_id], there, address, stamp=stamp)


def mail_seats_confirmed(seats: Iterable[Seat], events: dict[int, Event]) -> None:
    """The receipts of seats, for whoever is in them now."""
    enqueue_many(filter(None, (_confirmed(seat, events[seat.event_id]) for seat in seats)))


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
        url = _event_url(event, seat.registration.language)
        facts = _why_cancelled(event, seat, is_replaced) | {"url": url, "is_in_line": False, "has_entry": True}
        mails.append(_to_seat(CANCELLED, seat, event, stamp, method="CANCEL", **facts))
    enqueue_many(filter(None, mails))


def mail_contacts_cancelled(seats: Iterable[Seat], events: dict[int, Event], *, is_in_line: bool) -> None:
    """Tell of the end of places in line, or of seats with nobody in them: each party's contact, once a day."""
    mails = []
    for seat in {(seat.registration_id, seat.event_id): seat for seat in seats}.values():
        event, language = events[seat.event_id], seat.registration.language
        facts = _why_cancelled(event, seat, False) | {"url": _event_url(event, language)}
        facts |= {"is_in_line": is_in_line, "has_entry": False}
        mails.append(_to_contact_in_line(CANCELLED, seat.registration, event, f"{seat.uuid}:cancelled", **facts))
    enqueue_many(filter(None, mails))


def mail_line_lost(seats: Iterable[Seat]) -> None:
    """Tell people in line, at their own address, that their place is gone with the account of the party's contact."""
    facts = {"is_in_line": True, "has_entry": False, "is_replaced": False, "reason": "contact", "why": ""}
    mails = []
    for seat in seats:
        if seat.email:
            url = _event_url(seat.event, seat.registration.language)
            mails.append(_to_seat(CANCELLED, seat, seat.event, f"{seat.uuid}:contact", url=url, **facts))
    enqueue_many(filter(None, mails))


def _why_cancelled(event: Event, seat: Seat, is_replaced: bool) -> dict:
    return {"is_replaced": is_replaced, "reason": seat.cancel_reason, "why": event.cancel_reason}


def already_registered(
    registration: Registration, event: Event, there: Seat, address: str, *, stamp: str, is_own_doing: bool = False
) -> dict:
    """Return the mail to the owner of an address that has the seat `there`; the one who asked learns nothing."""
    return _mail(
        ALREADY,
        key=f"{ALREADY.name}:{stamp}:{event.pk}:{address}",
        to=address,
        registration=there.registration,
        facts=_event_facts(event)
        | {
            "name": _name_of(there.participant),
            "party": "" if is_own_doing else _party_name(registration),
            "url": _participant_url(there.participant, there.registration),
        },
    )


def mail_own_link(participant: Participant) -> None:
    """Send somebody the link to their own page; to the contact where they have no address."""
    registration = participant.registration
    seat = participant.seats.live().select_related("event").order_by("event__starts_at").first()
    if seat is None:
        return
    facts = _event_facts(seat.event) | {
        "name": _name_of(participant),
        "party": _party_name(registration),
        "url": _participant_url(participant, registration),
    }
    to = participant.email or registration.contact_email
    key = f"{OWN_LINK.name}:{participant.uuid}:{timezone.now():%Y-%m-%dT%H:%M}"
    mail = _mail(OWN_LINK, key=key, to=to, registration=registration, facts=facts)
    # By which the party's page finds it.
    enqueue_many([mail | {"order_key": str(participant.uuid)}])


def mail_party_link(registration: Registration) -> None:
    """Send a party's contact the link to its page anew."""
    seat = registration.seats.select_related("event").order_by("event__starts_at").last()
    if seat is None or not registration.contact_email:
        return
    facts = _event_facts(seat.event) | {"name": _party_name(registration), "is_party": registration.is_group}
    facts["url"] = _party_url(registration)
    _anew(registration, registration.contact_email, registration, facts)


def mail_participant_link(participant: Participant) -> None:
    """Send somebody the link to their own page anew; to the contact where they have no address."""
    registration = participant.registration
    seat = participant.seats.select_related("event").order_by("event__starts_at").last()
    to = participant.email or registration.contact_email
    if seat is None or not to:
        return
    facts = _event_facts(seat.event) | {"name": _name_of(participant), "is_party": False}
    facts["url"] = _participant_url(participant, registration)
    _anew(participant, to, registration, facts)


def _anew(about: Registration | Participant, to: str, registration: Registration, facts: dict) -> None:
    """Once a minute for each version of the link: a button pressed twice sends one mail."""
    key = f"{LINKS_ANEW.name}:{about.uuid}:{about.link_version}:{timezone.now():%Y-%m-%dT%H:%M}"
    enqueue_many([_mail(LINKS_ANEW, key=key, to=to, registration=registration, facts=facts)])


def mail_offer(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    """Offer a party the seats that have become free, with the moment until which they are kept."""
    _tell_contact(
        OFFER,
        registration,
        seats,
        events,
        stamp=f"{seats[0].offered_at.isoformat()}",
        expires_at=seats[0].offer_expires_at,
        offer_expires_at=seats[0].offer_expires_at.isoformat(),
    )


def mail_offer_expired(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    _tell_contact(OFFER_EXPIRED, registration, seats, events, stamp=f"{seats[0].offered_at.isoformat()}")


def mail_event_changed(seats: list[Seat], event: Event, before: dict) -> None:
    """Say what is different from `before`, and bring the calendar entry up to date."""
    mails = []
    for seat in seats:
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
        facts = _what_changed(event, before)
        facts |= {"is_in_line": False, "has_entry": True}
        mails.append(_to_seat(CHANGED, seat, event, stamp, method="REQUEST", **facts))
    enqueue_many(filter(None, mails))


def mail_line_of_change(seats: Iterable[Seat], event: Event, before: dict) -> None:
    """Tell those who wait, or have seats with nobody in them, of another time or place: each party's contact, once."""
    mails, changed = [], _what_changed(event, before) | {"has_entry": False}
    for seat in _one_of_each_party(seats):
        facts = changed | {"is_in_line": seat.status in Seat.IN_LINE}
        stamp = f"{event.starts_at.isoformat()}:{event.updated_at.isoformat()}"
        url = _party_url(seat.registration)
        mails.append(_to_contact_in_line(CHANGED, seat.registration, event, stamp, url=url, **facts))
    enqueue_many(filter(None, mails))


def _what_changed(event: Event, before: dict) -> dict:
    old = {
        f"old_{name}": value.isoformat() if isinstance(value, dt.datetime) else value for name, value in before.items()
    }
    is_time = (before["starts_at"], before["ends_at"]) != (event.starts_at, event.ends_at)
    return old | {"is_time": is_time, "is_place": before["location"] != event.location}


def mail_moved_to_line(seats: Iterable[Seat], of_contacts: Iterable[Seat], event: Event) -> None:
    """Tell those whose seat is gone, because there are fewer now, that they are first in line.

    Of offers and of seats with nobody in them each party's contact is told, once.
    """
    mails = []
    for seat in seats:
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
        mails.append(_to_seat(MOVED, seat, event, stamp, method="CANCEL", has_entry=True))
    for seat in _one_of_each_party(of_contacts):
        # Each change has its own `updated_at`: here still that of the one before.
        facts = {"has_entry": False, "url": _party_url(seat.registration)}
        mails.append(_to_contact_in_line(MOVED, seat.registration, event, event.updated_at.isoformat(), **facts))
    enqueue_many(filter(None, mails))


def mail_reminders(seats: list[Seat], event: Event, *, days: int) -> None:
    """Remind people of the event; of no use to anyone once it has begun."""
    is_tomorrow = timezone.localdate(event.starts_at) - timezone.localdate() == dt.timedelta(days=1)
    mails = [
        _to_seat(REMINDER, seat, event, _reminder_stamp(seat, event.starts_at, days), is_tomorrow=is_tomorrow)
        for seat in seats
    ]
    enqueue_many(mail | {"expires_at": event.starts_at, "order_key": ""} for mail in mails if mail)


def cancel_reminders(seats: list[Seat], event: Event, starts_at: dt.datetime) -> None:
    """Take back the reminders that name the old time and have not left."""
    stamps = [_reminder_stamp(seat, starts_at, days) for seat in seats for days in event.reminder_days]
    cancel_mails(keys=[f"{REMINDER.name}:{stamp}" for stamp in stamps])


def _reminder_stamp(seat: Seat, starts_at: dt.datetime, days: int) -> str:
    return f"{seat.calendar_uid}:{starts_at.isoformat()}:P{days}D"


def mail_name_your_seats(
    registration: Registration, seats: list[Seat], event: Event, *, times: int, releases_at: dt.datetime
) -> None:
    """Ask the contact who comes, and say when the seats go to others."""
    facts = {"count": len(seats), "releases_at": releases_at.isoformat()}
    _tell_contact(
        NAME_SEATS,
        registration,
        seats,
        {event.pk: event},
        stamp=f"{event.pk}:{event.starts_at.isoformat()}:{times}",
        **facts,
    )


def mail_unnamed_released(registration: Registration, seats: list[Seat], event: Event) -> None:
    stamp = f"{event.pk}:{seats[0].uuid}"
    _tell_contact(RELEASED, registration, seats, {event.pk: event}, stamp=stamp, count=len(seats))


def mail_announcement(announcement: Announcement, addresses: dict[str, str]) -> None:
    """Send the organiser's message to each address, in words around it of the address's own language."""
    snapshots = {
        language: announcement_facts(announcement.event, announcement.subject, announcement.body, language)
        for language in set(addresses.values())
    }
    enqueue_many(
        {
            "kind": ANNOUNCEMENT.name,
            "key": f"{ANNOUNCEMENT.name}:{announcement.uuid}:{address}",
            "to": address,
            "language": language,
            "snapshot": snapshots[language],
        }
        for address, language in addresses.items()
    )


def announcement_facts(event: Event, subject: str, body: str, language: str) -> dict:
    """Return what a message from the organiser is made of, for the mail and for its preview."""
    return _event_facts(event) | {
        "heading_of_staff": subject,
        "words_of_staff": body,
        "url": absolute("events:detail", language, event.slug),
    }


# --- What became of them ----------------------------------------------------------------------------------------------


def latest_mails(seats: Iterable[Seat]) -> dict[int, OutgoingMail]:
    """Return the latest mail about each participant in `seats`, by the participant's id, with one query.

    An address that has another seat got a mail too: who asks here must not see a difference.
    """
    named, orders, keys, addresses = [seat for seat in seats if seat.participant], {}, {}, set()
    for seat in named:
        person, registration = seat.participant, seat.registration
        orders |= {seat.calendar_uid: person.pk, str(person.uuid): person.pk}
        address = (person.email or registration.contact_email).lower()
        addresses.add(address)
        for stamp in (registration.form_token, seat.uuid):
            keys[f"{ALREADY.name}:{stamp}:{seat.event_id}:{address}"] = person.pk
    if not named:
        return {}
    # By the recipient first, for that has an index: the outbox grows without end.
    mails = OutgoingMail.objects.alias(folded=Lower("recipient")).filter(folded__in=addresses)
    mails = mails.filter(Q(order_key__in=orders) | Q(key__in=keys)).order_by("pk")
    return {orders.get(mail.order_key) or keys[mail.key]: mail for mail in mails.defer("snapshot")}


def party_mails(registration: Registration) -> list[OutgoingMail]:
    """Return the mails about the party as a whole that its contact got, the latest first, with one query."""
    mails = OutgoingMail.objects.alias(folded=Lower("recipient")).filter(folded=registration.contact_email.lower())
    return list(mails.filter(key__contains=f":{registration.uuid}").defer("snapshot").order_by("-pk")[:20])


# --- How they are made ------------------------------------------------------------------------------------------------


def _confirmed(seat: Seat, event: Event) -> dict | None:
    stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
    return _to_seat(CONFIRMED, seat, event, stamp, method="REQUEST")


def _in_line(seat: Seat, event: Event, number: int) -> dict | None:
    return _to_seat(IN_LINE, seat, event, str(seat.uuid), number=number)


def _party_registered(
    registration: Registration, seats: list[Seat], events: dict[int, Event], numbers: dict[int, int]
) -> dict:
    return _mail(
        REGISTERED,
        key=f"{REGISTERED.name}:{registration.uuid}",
        to=registration.contact_email,
        registration=registration,
        facts={
            "party": _party_name(registration),
            "days": [day | {"number": numbers.get(day["event_id"])} for day in _days(seats, events)],
            "unnamed": len({seat.place for seat in seats if seat.participant is None}),
            "url": _party_url(registration),
        },
    )


def _tell_contact(
    kind: MailKind, registration: Registration, seats: list[Seat], events: dict[int, Event], *, stamp: str,
    expires_at: dt.datetime | None = None, **facts,
) -> None:  # fmt: skip
    if not registration.contact_email:
        return
    facts |= {
        "party": _party_name(registration) if registration.is_group else "",
        "days": _days(seats, events),
        "url": _party_url(registration),
    }
    key = f"{kind.name}:{registration.uuid}:{stamp}"
    to = registration.contact_email
    mail = _mail(kind, key=key, to=to, registration=registration, facts=facts)
    enqueue_many([mail | {"expires_at": expires_at}])


def _to_seat(kind: MailKind, seat: Seat, event: Event, stamp: str, *, method: str = "", **facts) -> dict | None:
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
        _event_facts(event)
        | {
            "name": _name_of(person),
            "is_for_contact": not person.email,
            "url": _participant_url(person, seat.registration),
        }
        | facts
    )
    if method:
        facts["calendar"] = _entry(seat, event, method, to)
    mail = _mail(kind, key=f"{kind.name}:{stamp}", to=to, registration=seat.registration, facts=facts)
    return mail | {"order_key": seat.calendar_uid}


def _to_contact_in_line(kind: MailKind, registration: Registration, event: Event, stamp: str, **facts) -> dict | None:
    if not registration.contact_email:
        return None
    key = f"{kind.name}:{registration.uuid}:{event.pk}:{stamp}"
    facts |= _event_facts(event) | {"name": _party_name(registration), "is_for_contact": False}
    return _mail(kind, key=key, to=registration.contact_email, registration=registration, facts=facts)


def _one_of_each_party(seats: Iterable[Seat]) -> Iterable[Seat]:
    return {seat.registration_id: seat for seat in seats}.values()


def _mail(kind: MailKind, *, key: str, to: str, registration: Registration, facts: dict) -> dict:
    return {"kind": kind.name, "key": key, "to": to, "language": registration.language, "snapshot": facts}


def _event_facts(event: Event) -> dict:
    return {
        "title": event.title,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "location": event.location,
        # Of use in a subject only where the title does not say it.
        "city": "" if event.city in event.title else event.city,
    }


def _days(seats: Iterable[Seat], events: dict[int, Event]) -> list[dict]:
    """Return what the seats are, event by event: how many seated, offered and waiting."""
    by_event = defaultdict(list)
    for seat in seats:
        by_event[seat.event_id].append(seat.status)
    return [
        _event_facts(events[event_id])
        | {
            "event_id": event_id,
            "seated": statuses.count(Seat.Status.SEATED),
            "offered": statuses.count(Seat.Status.OFFERED),
            "waiting": statuses.count(Seat.Status.WAITING),
        }
        for event_id, statuses in by_event.items()
    ]


def _entry(seat: Seat, event: Event, method: str, to: str) -> dict:
    """Return the facts of the calendar part. No link of the person's own: calendars are shared."""
    return calendar.entry(
        method=method,
        uid=seat.calendar_uid,
        sequence=seat.calendar_sequence,
        summary=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        location=event.location,
        url=_event_url(event, seat.registration.language),
        attendee_name=_name_of(seat.participant),
        attendee_email=to,
        stamped_at=timezone.now(),
    )


def participant_subject(participant: Participant) -> str:
    return f"participant:{participant.uuid}"


def registration_subject(registration: Registration) -> str:
    return f"registration:{registration.uuid}"


def _name_of(participant: Participant) -> Named:
    return named(participant.name, participant_subject(participant))


def _party_name(registration: Registration) -> str:
    """Whom the party is called by, marked where that is its contact and not an organisation."""
    name = registration.party_name
    is_person = name in (registration.contact_name, registration.contact_email)
    return named(name, registration_subject(registration)) if is_person else name


def _event_url(event: Event, language: str) -> str:
    return absolute("events:detail", language, event.slug)


def _participant_url(participant: Participant, registration: Registration) -> str:
    # Known here already, and asked for by the link of a person without an address.
    participant.registration = registration
    return absolute("events:participant", registration.language, make_token(participant))


def _party_url(registration: Registration) -> str:
    return absolute("events:party", registration.language, make_token(registration))

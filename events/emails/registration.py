"""Receipts of a registration: of the party, of each seat, of a place in line; and word that an address is known."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from events.emails.facts import (
    days_of,
    event_facts,
    name_of,
    participant_url,
    party_name,
    party_url,
    registered_by,
    wants_all_of,
)
from events.emails.recipients import gathered, has_receipts, letter, tell_contact, to_seat
from events.models import Event, Registration, Seat
from unlimited.alike import kept_if
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register

REGISTERED = register(MailKind("party-registered", _("Receipt for a party"), is_listed=True))
HELD = register(MailKind("party-held", _("Seats to be confirmed by a party’s contact"), is_listed=True))
UNCONFIRMED = register(MailKind("party-unconfirmed", _("Seats that were not confirmed in time"), is_listed=True))
CONFIRMED = register(MailKind("seat-confirmed", _("Receipt for a seat"), is_listed=True))
IN_LINE = register(MailKind("seat-in-line", _("Receipt for a place in line"), is_listed=True))
ALREADY = register(MailKind("already-registered", _("Was registered already"), is_listed=True))


def mail_registered(
    registration: Registration,
    seats: list[Seat],
    events: dict[int, Event],
    numbers: dict[int, int],
    already: list[dict],
) -> None:
    """Tell each who has a seat; tell the contact of a group what the party got, and one alone where they wait.

    Of a party that is held only its contact is told, who has to confirm. `already` are the mails to those who had a
    seat before. All are one INSERT: it takes as long without them.
    """
    if registration.is_held:
        itself = registration.contact_email.lower()
        held = _of_party(HELD, registration, seats, events, numbers)
        held |= {"expires_at": registration.confirm_by}
        enqueue_many([held, *(mail for mail in already if mail["to"] == itself)])
        return
    mails = gathered(confirmed(seat, events[seat.event_id]) for seat in seats if seat.status == Seat.Status.SEATED)
    if registration.is_group and registration.contact_email:
        mails.append(_of_party(REGISTERED, registration, seats, events, numbers))
    else:
        waiting = [seat for seat in seats if seat.status == Seat.Status.WAITING]
        is_one_of_all = wants_all_of(registration, events)
        mails += [_in_line(seat, events[seat.event_id], numbers[seat.event_id], is_one_of_all) for seat in waiting]
    enqueue_many([*filter(None, mails), *already])


def mail_moved_in(seats: list[Seat], events: dict[int, Event], there: dict[int, Seat]) -> None:
    """Tell the person who is in these seats of a party now; `there` are seats that their address has already, by event.

    Whoever only waits gets no mail. Then one is written and undone, so that it takes as long as with `there`.
    """
    seated = [seat for seat in seats if seat.status == Seat.Status.SEATED and seat.event_id not in there]
    known = [seat for seat in seats if seat.event_id in there]
    mails = [*filter(None, (confirmed(seat, events[seat.event_id]) for seat in seated))]
    mails += [_already_in(seat, there[seat.event_id], events) for seat in known]
    with kept_if(bool(mails)):
        enqueue_many(mails or [_already_in(seats[0], seats[0], events)])


def mail_seats_confirmed(seats: Iterable[Seat], events: dict[int, Event]) -> None:
    """The receipts of seats, for whoever is in them now."""
    enqueue_many(gathered(confirmed(seat, events[seat.event_id]) for seat in seats))


def already_registered(
    registration: Registration, event: Event, there: Seat, address: str, *, stamp: str, is_own_doing: bool = False,
    also: str = "",
) -> dict:  # fmt: skip
    """Return the mail to the owner of an address that has the seat `there`; the one who asked learns nothing.

    `also` is the name that was written with the address now. Where it is another one, that may be another person, who
    can have a seat too: by a button on the page of the one who has a seat.
    """
    is_another = also.casefold() not in ("", there.participant.name.casefold())
    url = participant_url(there.participant, there.registration)
    return letter(
        ALREADY,
        key=f"{ALREADY.name}:{stamp}:{event.pk}:{address}",
        to=address,
        registration=there.registration,
        facts=event_facts(event)
        | {
            "name": name_of(there.participant),
            "party": "" if is_own_doing else party_name(registration),
            "also": also if is_another else "",
            "url": f"{url}?{urlencode({'navn': also})}#en-til" if is_another else url,
        },
    )


def _already_in(seat: Seat, there: Seat, events: dict[int, Event]) -> dict:
    stamp, address = str(seat.uuid), there.participant.email.lower()
    return already_registered(seat.registration, events[seat.event_id], there, address, stamp=stamp)


def confirmed(seat: Seat, event: Event) -> dict | None:
    """Return the receipt of a seat, with its calendar entry."""
    stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
    by = registered_by(seat.registration, seat.participant) if seat.participant else {}
    return to_seat(CONFIRMED, seat, event, stamp, method="REQUEST", **by)


def _in_line(seat: Seat, event: Event, number: int, is_one_of_all: bool) -> dict | None:
    return to_seat(IN_LINE, seat, event, str(seat.uuid), number=number, waits_for_all=is_one_of_all)


def _outcome(seats: list[Seat]) -> str:
    """Say what a party got: all its seats, some, or places in line alone."""
    is_seated = {seat.status == Seat.Status.SEATED for seat in seats}
    return "partly" if len(is_seated) == 2 else "seated" if True in is_seated else "waiting"


def _of_party(
    kind: MailKind, registration: Registration, seats: list[Seat], events: dict[int, Event], numbers: dict[int, int]
) -> dict:
    return letter(
        kind,
        key=f"{kind.name}:{registration.uuid}",
        to=registration.contact_email,
        registration=registration,
        facts={
            "party": party_name(registration),
            "outcome": _outcome(seats),
            "waits_for_all": wants_all_of(registration, events),
            "has_receipts": has_receipts(registration, seats),
            "days": [day | {"number": numbers.get(day["event_id"])} for day in days_of(seats, events)],
            "confirm_by": registration.confirm_by.isoformat() if registration.confirm_by else "",
            "unnamed": len({seat.place for seat in seats if seat.participant is None}),
            "url": party_url(registration),
        },
    )


def mail_unconfirmed(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    """Tell the contact of a party that its seats are gone, because nobody confirmed them in time."""
    tell_contact(UNCONFIRMED, registration, seats, events, stamp=str(seats[0].uuid))

"""Offers from the waitlist."""

from django.utils.translation import gettext_lazy as _

from events.emails.recipients import has_receipts, tell_contact
from events.emails.registration import mail_seats_confirmed
from events.models import Event, Registration, Seat
from unlimited.mail.kinds import MailKind, register

OFFER = register(MailKind("waitlist-offer", _("Offer from the waitlist"), is_listed=True))
FEWER_FREE = register(MailKind("party-fewer-free", _("Fewer seats are free than a party wants"), is_listed=True))
OFFER_EXPIRED = register(MailKind("waitlist-offer-expired", _("An offer ran out"), is_listed=True))
OFFER_ANSWERED = register(MailKind("waitlist-offer-answered", _("Receipt for an answer to an offer"), is_listed=True))


def mail_offer(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    """Offer a party the seats that have become free, with the moment until which they are kept."""
    tell_contact(
        OFFER,
        registration,
        seats,
        events,
        stamp=f"{seats[0].offered_at.isoformat()}",
        expires_at=seats[0].offer_expires_at,
        offer_expires_at=seats[0].offer_expires_at.isoformat(),
    )


def mail_fewer_free(registration: Registration, seats: list[Seat], events: dict[int, Event], *, free: int) -> None:
    """Tell the contact of a party that waits together how many seats are free; once for each number."""
    stamp = f"{seats[0].event_id}:{free}"
    tell_contact(FEWER_FREE, registration, seats, events, stamp=stamp, free=free, fewest=registration.fewest)


def mail_offer_expired(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    """Say so while the seats are still on offer: the mail tells what was offered."""
    tell_contact(OFFER_EXPIRED, registration, seats, events, stamp=f"{seats[0].offered_at.isoformat()}")


def mail_offer_accepted(
    registration: Registration, seats: list[Seat], events: dict[int, Event], *, is_by_organiser: bool
) -> None:
    """Give each who is seated now a receipt, and one to the contact of a group, who answered or is answered for."""
    mail_seats_confirmed(seats, events)
    if registration.is_group:
        _answered(registration, seats, events, is_accepted=True, is_by_organiser=is_by_organiser)


def mail_offer_declined(
    registration: Registration, seats: list[Seat], events: dict[int, Event], *, is_by_organiser: bool
) -> None:
    """Give the contact a receipt, while the seats are still on offer."""
    _answered(registration, seats, events, is_accepted=False, is_by_organiser=is_by_organiser)


def _answered(registration: Registration, seats: list[Seat], events: dict[int, Event], **facts) -> None:
    facts["has_receipts"] = has_receipts(registration, seats)
    tell_contact(OFFER_ANSWERED, registration, seats, events, stamp=f"{seats[0].offered_at.isoformat()}", **facts)

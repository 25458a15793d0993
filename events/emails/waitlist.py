"""Offers from the waitlist."""

from django.utils.translation import gettext_lazy as _

from events.emails.recipients import tell_contact
from events.models import Event, Registration, Seat
from unlimited.mail.kinds import MailKind, register

OFFER = register(MailKind("waitlist-offer", _("Offer from the waitlist"), is_listed=True))
OFFER_EXPIRED = register(MailKind("waitlist-offer-expired", _("An offer ran out"), is_listed=True))


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


def mail_offer_expired(registration: Registration, seats: list[Seat], events: dict[int, Event]) -> None:
    tell_contact(OFFER_EXPIRED, registration, seats, events, stamp=f"{seats[0].offered_at.isoformat()}")

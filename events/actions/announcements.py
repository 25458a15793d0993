"""Messages from the organiser to those who come: one row, and one mail for each address however many seats it has."""

import uuid

from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from events.actions.locking import EventError
from events.emails import mail_announcement
from events.models import Announcement, Event, Seat
from unlimited.origin import audited


class Audience(TextChoices):
    """Who gets a message."""

    ALL = "all", _("All who are registered")
    SEATED = "seated", _("Only those who have a seat")
    WAITING = "waiting", _("Only those who wait for one")


class NobodyError(EventError):
    """Nobody would get the message."""


_STATUSES = {
    Audience.ALL: None,
    Audience.SEATED: [Seat.Status.SEATED, Seat.Status.ATTENDED],
    Audience.WAITING: Seat.IN_LINE,
}


def recipients(*, event: Event, audience: str) -> dict[str, str]:
    """Return the language of each address that would get a message: the people in the seats, and who registered them.

    A contact hears it too: they answer for the seats without a name, and for colleagues without an address. One query.
    """
    rows = _seats(event, audience).values_list(
        "participant__email", "registration__contact_email", "registration__language"
    )
    found: dict[str, str] = {}
    for own, contact, language in rows.distinct():
        for address in (own, contact):
            if address:
                found.setdefault(address.lower(), language)
    return found


def _seats(event: Event, audience: str) -> QuerySet[Seat]:
    statuses = _STATUSES[Audience(audience)]
    return event.seats.filter(status__in=statuses) if statuses else event.seats.live()


@audited
@transaction.atomic
def send_announcement(*, event: Event, subject: str, body: str, audience: str, token: uuid.UUID, by) -> Announcement:
    """Send a message to those who come. The same `token` again changes nothing. Raises NobodyError."""
    if sent := event.announcements.filter(uuid=token).first():
        return sent
    addresses = recipients(event=event, audience=audience)
    if not addresses:
        raise NobodyError
    facts = {"event": event, "subject": subject, "body": body, "sent_by": by, "recipients": len(addresses)}
    announcement, is_new = Announcement.objects.get_or_create(uuid=token, defaults=facts)
    if is_new:
        mail_announcement(announcement, addresses)
    elif announcement.event_id != event.pk:
        raise NobodyError
    return announcement

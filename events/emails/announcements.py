"""Messages that the organiser writes to those who are registered."""

from django.utils.translation import gettext_lazy as _

from events.emails.facts import event_facts
from events.models import Announcement, Event
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register
from unlimited.mail.links import absolute

ANNOUNCEMENT = register(
    MailKind("event-announcement", _("Message from the organiser"), priority=Priority.BULK, is_listed=True)
)


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
    return event_facts(event) | {
        "heading_of_staff": subject,
        "words_of_staff": body,
        "url": absolute("events:detail", language, event.slug),
    }

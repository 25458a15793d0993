"""Who reads what is written about an event: its own contact, else that of its incubator."""

from events.models import Event
from unlimited.mail.contacts import Contact, register_contact


def _of_event(key: str) -> Contact | None:
    event = Event.objects.select_related("incubator").defer("body").filter(pk=key).first()
    return event.contact if event else None


register_contact("event", _of_event)

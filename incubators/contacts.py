"""Who reads what is written to an incubator, and to the site: its contact is that of the national intake."""

from django.db.models import QuerySet

from incubators.models import Incubator
from unlimited.mail.contacts import SITE, Contact, register_contact


def replies_to(incubator: Incubator) -> dict:
    """Return what a mail's snapshot holds so that answers reach `incubator`."""
    return {"replies_to": f"incubator:{incubator.pk}"}


def _of_incubator(key: str) -> Contact | None:
    return _first(Incubator.objects.filter(pk=key))


def site_contact(_key: str = "") -> Contact | None:
    """Return who reads what is written to the whole network."""
    return _first(Incubator.objects.filter(is_national_intake=True))


def _first(incubators: QuerySet[Incubator]) -> Contact | None:
    found = incubators.only("name", "contact_name", "contact_email", "contact_phone").first()
    return found.contact if found else None


register_contact("incubator", _of_incubator)
register_contact(SITE, site_contact)

"""Who reads the answers to a mail: the contact of what the mail is about, else the site's.

A snapshot names what it is about under `replies_to`, as `event:12`; the app that knows events finds the contact when
the mail is delivered. So a mail that waits names the contact of now, and no snapshot holds a contact's details.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error as DatabaseError

from unlimited.mail.addresses import UnsendableError, postal_address

logger = logging.getLogger(__name__)
SITE = "site"


@dataclass(frozen=True)
class Contact:
    """Somebody who reads answers. The name may be a person's or a place's."""

    name: str
    email: str
    phone: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.email, self.phone]))


Finder = Callable[[str], Contact | None]
_finders: dict[str, Finder] = {}


def register_contact(kind: str, find: Finder) -> None:
    """Declare how the contact of a `kind` of thing is found by its id; `site` has none."""
    _finders[kind] = find


def contact_of(snapshot: dict) -> Contact | None:
    """Return who reads the answers to a mail, None where not even the site has a contact."""
    kind, _colon, key = snapshot.get("replies_to", SITE).partition(":")
    try:
        return _found(kind, key) or _found(SITE, "")
    except DatabaseError as error:
        # A mail without this line is better than none.
        logger.warning("The contact of a mail could not be read (%s).", type(error).__name__)
        return None


def _found(kind: str, key: str) -> Contact | None:
    contact = _finders[kind](key) if kind in _finders else None
    return contact if contact and _takes_mail(contact) else None


def _takes_mail(contact: Contact) -> bool:
    try:
        return bool(postal_address(contact.email))
    except UnsendableError:
        return False

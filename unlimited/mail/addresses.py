"""Whom mails come from and go to, as headers, SMTP and calendars take it."""

import functools
import re
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

NOT_IN_A_NAME = re.compile(r"[^\w .&()+'’-]")


class UnsendableError(Exception):
    """A mail that cannot be made, however often one tries. Its text begins with the word that names why."""


def one_line(text: str) -> str:
    """Return `text` on one line: no line break of anybody's gets into a header."""
    return " ".join(text.split())


def plain_name(name: str) -> str:
    """Return a name without the characters that calendars and headers stumble over."""
    return one_line(NOT_IN_A_NAME.sub(" ", name))


def postal_address(recipient: str) -> str:
    """Return the address as SMTP takes it, its domain in ASCII; raise UnsendableError where it is none."""
    try:
        validate_email(recipient)
        name, domain = recipient.rsplit("@", 1)
        address = f"{name}@{punycode(domain)}"
    except (ValidationError, UnicodeError) as error:
        raise UnsendableError("address: not an e-mail address") from error
    if len(address) > 254 or len(name) > 64 or not address.isascii():
        raise UnsendableError("address: not an e-mail address")
    return address


def sender_address() -> Address:
    """Return whom mails come from; the name without characters that calendars and headers stumble over."""
    return _sender(settings.DEFAULT_FROM_EMAIL)


@functools.lru_cache(maxsize=1)
def _sender(setting: str) -> Address:
    name, address = parseaddr(setting)
    try:
        return Address(plain_name(name), addr_spec=address)
    except (MessageError, ValueError) as error:
        raise ImproperlyConfigured("DEFAULT_FROM_EMAIL must be as: Norge Unlimited <no-reply@example.no>") from error


def organizer_address() -> str:
    """Return whom calendars name as the organizer: a mailbox that may get replies."""
    if not settings.CALENDAR_ORGANIZER:
        return sender_address().addr_spec
    try:
        return postal_address(settings.CALENDAR_ORGANIZER)
    except UnsendableError as error:
        raise ImproperlyConfigured("CALENDAR_ORGANIZER must be an address, as: hei@example.no") from error

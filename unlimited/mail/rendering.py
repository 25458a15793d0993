"""A mail's words, made when it is delivered: from the snapshot alone, in the recipient's language.

Each kind has one template of plain text. Both bodies are made of it, so that they never say different things.
"""

import dataclasses
import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.encoding import punycode

from unlimited.mail import kinds
from unlimited.mail.links import on_our_site
from unlimited.mail.models import OutgoingMail

# Between the template's parts; no snapshot can hold it, `snapshots.fit` takes control characters away.
CUT = "\x1e"
LONGEST_SUBJECT = 200
# What mail programs make a link of: evil.no, http://…, someone@evil.no.
LOOKS_LIKE_A_LINK = re.compile(r"(?<=\w)([.@])(?=[^\W\d_])|(?<=\w)(:)(?=//)")
NOT_IN_A_NAME = re.compile(r"[^\w .&()+'’-]")
ZERO_WIDTH_SPACE = "\u200b"


class UnsendableError(Exception):
    """A mail that cannot be made, however often one tries. Its text begins with the word that names why."""


@dataclasses.dataclass(frozen=True)
class Words:
    """What a mail says."""

    subject: str
    paragraphs: list[str]
    action: str
    url: str
    footer: list[str]

    @property
    def text(self) -> str:
        """The body as plain text: the address of the button stands below its label."""
        button = [f"{self.action}:\n{self.url}"] if self.action else []
        return "\n\n".join([*self.paragraphs, *button, "-- \n" + "\n".join(self.footer)]) + "\n"


def compose(mail: OutgoingMail) -> tuple[str, str, bytes]:
    """Return a mail as the server gets it: the sender's address, the recipient's, and the whole message.

    Raises UnsendableError where the address, the kind or its template is wrong.
    """
    recipient = postal_address(mail.recipient)
    sender = sender_address()
    try:
        with translation.override(mail.language):
            words = say(mail)
            html = render_to_string("emails/wrapper.html", {"words": words, "language": mail.language})
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = Address(addr_spec=recipient)
        message["Subject"] = words.subject
        message["Date"] = format_datetime(timezone.now())
        message["Message-ID"] = mail.message_id
        # Nobody's holiday notice is to answer, Outlook's neither.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(words.text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = mail.language  # last: the two lines above move such headers into the parts
        return sender.addr_spec, recipient, message.as_bytes()
    except kinds.UnknownKindError as error:
        raise UnsendableError(f"kind: {error}") from error
    except Exception as error:  # whatever a template may raise: this mail is wrong, the next one need not be
        raise UnsendableError(f"template: {type(error).__name__}: {error}") from error


def say(mail: OutgoingMail) -> Words:
    """Return the words of `mail` in the language that is active."""
    kind = kinds.get(mail.kind)
    context = mail.snapshot if kind.is_verbatim else unlinked("", mail.snapshot)
    rendered = render_to_string(kind.template, context | {"cut": CUT, "site_url": settings.SITE_URL})
    subject, body, action, reason, sender = rendered.split(CUT)
    action = one_line(action)
    return Words(
        subject=one_line(subject)[:LONGEST_SUBJECT],
        paragraphs=[body.strip()] if kind.is_verbatim else paragraphs(body),
        action=action,
        url=on_our_site(mail.snapshot["url"]) if action else "",
        footer=[line for line in map(one_line, (reason, sender)) if line],
    )


def unlinked(key: str, value):
    """Return a snapshot's value so that no mail program makes a link of what a person typed.

    Values named `url`, `…_url` or `…_email` are ours and stay as they are.
    """
    if isinstance(value, str) and not key.endswith(("url", "email")):
        return LOOKS_LIKE_A_LINK.sub(lambda match: match[0] + ZERO_WIDTH_SPACE, value)
    if isinstance(value, list):
        return [unlinked(key, item) for item in value]
    if isinstance(value, dict):
        return {inner: unlinked(inner, item) for inner, item in value.items()}
    return value


def one_line(text: str) -> str:
    """Return `text` on one line: no line break of anybody's gets into a header."""
    return " ".join(text.split())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text`, which blank lines part; a single line break stays."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return ["\n".join(one_line(line) for line in block.strip().splitlines()) for block in blocks]


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
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    try:
        return Address(one_line(NOT_IN_A_NAME.sub(" ", name)), addr_spec=address)
    except (MessageError, ValueError) as error:
        raise ImproperlyConfigured("DEFAULT_FROM_EMAIL must be as: Norge Unlimited <no-reply@example.no>") from error

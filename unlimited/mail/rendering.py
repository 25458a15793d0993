"""A mail's words, made when it is delivered: from the snapshot and its contact, in the recipient's language.

Each kind has one template of plain text. Both bodies are made of it, so that they never say different things.
"""

import dataclasses
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from unlimited.mail import kinds
from unlimited.mail.addresses import UnsendableError, one_line, plain_name, postal_address, sender_address
from unlimited.mail.calendar import invite
from unlimited.mail.contacts import Contact
from unlimited.mail.headers import POLICY
from unlimited.mail.links import absolute, on_our_site
from unlimited.mail.models import OutgoingMail

# Between the template's parts; no snapshot can hold it, `snapshots.fit` takes control characters away.
CUT = "\x1e"
LONGEST_SUBJECT = 200
# Between a message's parts. `=_` stands in nothing that is quoted-printable or base64 (RFC 2045, 6.7), so we need not
# look for what the content does not have.
BETWEEN_WAYS, BETWEEN_FILES = "=_ways", "=_files"
# What mail programs make a link of: evil.no, http://…, someone@evil.no.
LOOKS_LIKE_A_LINK = re.compile(r"(?<=\w)([.@])(?=[^\W\d_])|(?<=\w)(:)(?=//)")
ZERO_WIDTH_SPACE = "\u200b"
# The name and the colours of the logo, as in static/css/site.css.
LOOK = {"site_name": "Norge Unlimited", "leaves": ("#1f6b4f", "#e8a33d", "#3d7ea6")}


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
        """The body as plain text: the address of the button is below its label."""
        button = [f"{self.action}:\n{self.url}"] if self.action else []
        return "\n\n".join([*self.paragraphs, *button, "-- \n" + "\n".join(self.footer)]) + "\n"


def compose(mail: OutgoingMail, contact: Contact | None = None) -> tuple[str, str, bytes]:
    """Return a mail as the server gets it: the sender's address, the recipient's, and the whole message.

    `contact` is who reads the answers (`contact_of`).
    Raises UnsendableError where the address, the kind, its template or its calendar is wrong.
    """
    recipient = postal_address(mail.recipient)
    sender = sender_address()
    invitation = calendar_of(mail)
    try:
        with translation.override(mail.language):
            words = say(mail, contact)
            html = render_to_string("emails/wrapper.html", {"words": words, "language": mail.language, **LOOK})
        message = EmailMessage(policy=POLICY)
        message["From"] = sender
        message["To"] = Address(addr_spec=recipient)
        if contact:
            message["Reply-To"] = Address(plain_name(contact.name), addr_spec=postal_address(contact.email))
        message["Subject"] = words.subject
        message["Date"] = format_datetime(timezone.now())
        message["Message-ID"] = mail.message_id
        # Suppresses automatic replies, Outlook's too.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(words.text, cte="quoted-printable")
        message.make_alternative(BETWEEN_WAYS)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        if invitation:
            attach_calendar(message, invitation, mail.snapshot["calendar"]["method"])
        message["Content-Language"] = mail.language  # last: the lines above move such headers into the parts
        return sender.addr_spec, recipient, message.as_bytes()
    except kinds.UnknownKindError as error:
        raise UnsendableError(f"kind: {error}") from error
    except Exception as error:  # whatever a template may raise: this mail is wrong, the next one need not be
        raise UnsendableError(f"template: {type(error).__name__}: {error}") from error


def calendar_of(mail: OutgoingMail) -> bytes:
    """Return the calendar entry that `mail` carries; empty where it carries none.

    It is made of the snapshot itself: what a template sees under `calendar` is kept from becoming links.
    """
    facts = mail.snapshot.get("calendar")
    try:
        return invite(facts) if facts else b""
    except UnsendableError:
        raise
    except Exception as error:  # whatever the facts are: this mail is wrong, the next one need not be
        raise UnsendableError(f"calendar: {type(error).__name__}: {error}") from error


def attach_calendar(message: EmailMessage, content: bytes, method: str) -> None:
    """Put a calendar entry where mail programs look for one: the last way to read the mail, and a file.

    Programs that know calendars show the former with its buttons; the file is for the others, under a type that
    does not make Outlook show the entry twice.
    """
    message.add_alternative(
        content.decode(), subtype="calendar", charset="utf-8", cte="quoted-printable", params={"method": method}
    )
    message.make_mixed(BETWEEN_FILES)
    message.add_attachment(content, maintype="application", subtype="ics", filename="invite.ics")


def say(mail: OutgoingMail, contact: Contact | None = None) -> Words:
    """Return the words of `mail` in the language that is active."""
    kind = kinds.get(mail.kind)
    context = mail.snapshot if kind.is_verbatim else unlinked("", mail.snapshot)
    of_site = {"site_url": settings.SITE_URL, "contact_url": absolute("site:contact", mail.language)}
    rendered = render_to_string(kind.template, context | of_site | {"cut": CUT, "contact": contact})
    subject, body, action, reason, sender = rendered.split(CUT)
    action = one_line(action)
    return Words(
        subject=one_line(subject)[:LONGEST_SUBJECT].rstrip(),
        paragraphs=[body.strip()] if kind.is_verbatim else paragraphs(body),
        action=action,
        url=on_our_site(mail.snapshot["url"]) if action else "",
        footer=[line for line in map(one_line, (reason, sender)) if line],
    )


def unlinked(key: str, value):
    """Return a snapshot's value so that no mail program makes a link of what a person typed.

    Values named `url`, `…_url` or `…_email` are ours and stay as they are; so does what staff write, who must be able
    to send a link: `…_of_staff`.
    """
    if isinstance(value, str) and not key.endswith(("url", "email", "_of_staff")):
        return LOOKS_LIKE_A_LINK.sub(lambda match: match[0] + ZERO_WIDTH_SPACE, value)
    if isinstance(value, list):
        return [unlinked(key, item) for item in value]
    if isinstance(value, dict):
        return {inner: unlinked(inner, item) for inner, item in value.items()}
    return value


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text`, which blank lines part; a single line break stays."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return ["\n".join(one_line(line) for line in block.strip().splitlines()) for block in blocks]

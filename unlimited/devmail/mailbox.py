"""The letters of development, a file each: the SMTP server writes them, `/dev/mail/` reads them."""

import email
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar

KEPT = 200
NAME = re.compile(r"[0-9]{19,20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Letter:
    """One mail as it came in."""

    name: str
    message: EmailMessage

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name.split("-")[0]) / 1e9, tz=UTC)

    @property
    def recipient(self) -> str:
        """Whom it was handed over for, which a header need not say."""
        return self.message.get("X-Envelope-To", "")

    @property
    def subject(self) -> str:
        return self.message.get("Subject", "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body([kind])
        return part.get_content() if part else ""

    @property
    def calendar_parts(self) -> list[str]:
        return [part.get_content() for part in self.message.walk() if part.get_content_type() == "text/calendar"]

    @property
    def calendar_entries(self) -> list[dict]:
        """What the calendar parts say; nothing where one is no calendar."""
        return [entry for part in self.calendar_parts for entry in read_entries(part)]


def read_entries(part: str) -> list[dict]:
    """Return the entries of a calendar, each with its method, sequence, start, end and place."""
    try:
        calendar = Calendar.from_ical(part)
        return [
            {
                "method": calendar["METHOD"],
                "sequence": event["SEQUENCE"],
                "starts_at": event.decoded("DTSTART"),
                "ends_at": event.decoded("DTEND"),
                "location": event.get("LOCATION", ""),
            }
            for event in calendar.walk("VEVENT")
        ]
    except (KeyError, ValueError):
        return []


class Mailbox:
    """A folder of letters. Names sort by arrival; one process may write while another reads."""

    def __init__(self, folder: Path):
        self.folder = folder

    def store(self, content: bytes, recipients: list[str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.new"
        envelope = f"X-Envelope-To: {', '.join(recipients)}\r\n".encode()
        draft.write_bytes(envelope + content)
        draft.rename(self.folder / f"{name}.eml")

    def names(self) -> list[str]:
        """Return the names of all letters, newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def letters(self, count: int) -> list[Letter]:
        return [letter for name in self.names()[:count] if (letter := self.letter(name))]

    def letter(self, name: str) -> Letter | None:
        """Return one letter; None where the name is none of ours."""
        path = self.folder / f"{name}.eml"
        if not NAME.fullmatch(name) or not path.exists():
            return None
        return Letter(name, email.message_from_bytes(path.read_bytes(), policy=policy.default))

    def prune(self) -> None:
        for name in self.names()[KEPT:]:
            (self.folder / f"{name}.eml").unlink(missing_ok=True)

"""The development's SMTP server. Apart from the views, which run where aiosmtpd is not."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from unlimited.devmail.mailbox import Mailbox


class Receiver:
    """Takes every mail and puts it into the mailbox."""

    def __init__(self, mailbox: Mailbox):
        self.mailbox = mailbox
        self.mailbox.prune()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mailbox.store(envelope.content, envelope.rcpt_tos)
        return "250 OK"


@contextlib.contextmanager
def receive(folder: Path, port: int) -> Iterator[None]:
    """Take mail on a port of this machine while the block runs; `/dev/mail/` shows it."""
    server = Controller(Receiver(Mailbox(folder)), hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()

"""A real SMTP server whose answers the test decides. `python -m tests.mail_sink PORT` runs one beside a benchmark."""

import asyncio
import contextlib
import email
import email.policy
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from unlimited.embedded import free_port

HANG, CLOSE = "hang", "close"


class Sink:
    """Takes mails at `port`. `answers["RCPT"]` and the like are used up one by one; after that all is well.

    An answer is a line as `451 later`, or HANG, or CLOSE. A mail in `mails` was accepted, or seen whole before CLOSE.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.always: dict[str, str] = {}

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self._answer("MAIL", server)

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._answer("RCPT", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self._next("DATA")
        if answer.startswith("250") or answer == CLOSE:
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.recipients += envelope.rcpt_tos
        return await self._act(answer, server)

    def _next(self, stage: str) -> str:
        return self.answers[stage].pop(0) if self.answers[stage] else self.always.get(stage, "250 OK")

    async def _answer(self, stage: str, server) -> str:
        return await self._act(self._next(stage), server)

    async def _act(self, answer: str, server) -> str:
        if answer == HANG:
            await asyncio.sleep(120)
        if answer == CLOSE:
            server.transport.abort()
            await asyncio.sleep(120)
        return answer

    @contextlib.contextmanager
    def listening(self) -> Iterator["Sink"]:
        """Listen while the block runs; again at the same port, if asked twice."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port or free_port())
        controller.start()
        self.port = controller.port
        try:
            yield self
        finally:
            controller.stop()


if __name__ == "__main__":
    with Sink(int(sys.argv[1])).listening():
        signal.pause()

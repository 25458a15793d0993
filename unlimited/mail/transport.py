"""One conversation with the SMTP server, step by step, so that we know afterwards what became of the mail."""

import contextlib
import re
import smtplib
import ssl
import time

from django.conf import settings

from unlimited.mail.links import own_domain

MAILS_PER_CONNECTION = 50
LONGEST_MAIL = 25.0  # a mail's whole conversation; the lease and the task's time limit are longer


class TransportError(Exception):
    """A mail that did not go through. Its text is the server's answer, or a word for what happened."""


class UnreachableError(TransportError):
    """No conversation came about: nothing was said about any mail."""


class DeferredError(TransportError):
    """Surely not accepted now; perhaps later."""


class RefusedError(TransportError):
    """Refused for good."""


class UnsureError(TransportError):
    """The whole mail left us, but no answer came: perhaps it was accepted."""


class Courier:
    """Keeps one connection for up to 50 mails; opens a new one when the server has closed it in between."""

    def __init__(self) -> None:
        self.smtp: smtplib.SMTP | None = None
        self.carried = 0
        self.deadline = self.longest_step = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *exc_info) -> None:
        self.close()

    def send(self, sender: str, recipient: str, content: bytes, *, seconds: float = LONGEST_MAIL) -> None:
        """Hand one mail over within about `seconds`. Returns when it was accepted; else raises a TransportError."""
        self.deadline, self.longest_step = time.monotonic() + seconds, seconds / 2.5
        if self.carried >= MAILS_PER_CONNECTION:
            self.close()
        is_reused = self.smtp is not None
        self.smtp = self.smtp or self._open()
        try:
            self._begin(sender)
        except DeferredError:
            # A server may close a connection that it has seen enough of; that says nothing about this mail.
            if not is_reused or self.smtp is not None:
                raise
            self.smtp = self._open()
            self._begin(sender)
        self._hand_over(recipient, content)
        self.carried += 1

    def close(self) -> None:
        """Say good-bye where there is somebody to say it to."""
        smtp, self.smtp, self.carried = self.smtp, None, 0
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if smtp.sock:
                    smtp.sock.settimeout(1)
                smtp.quit()
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        opener = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        smtp = None
        try:
            smtp = opener(
                settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=own_domain(), timeout=self._patience()
            )
            smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                smtp.sock.settimeout(self._patience())
                smtp.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                smtp.sock.settimeout(self._patience())
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except (smtplib.SMTPException, OSError) as error:
            if smtp:
                smtp.close()
            answer = isinstance(error, smtplib.SMTPResponseException)
            told = words(error.smtp_code, error.smtp_error) if answer else str(error)
            raise UnreachableError(f"connection: {told}") from error
        return smtp

    def _begin(self, sender: str) -> None:
        self._step(lambda: self.smtp.mail(sender), 250)

    def _hand_over(self, recipient: str, content: bytes) -> None:
        self._step(lambda: self.smtp.rcpt(recipient), 250, 251)
        self._step(lambda: self.smtp.docmd("DATA"), 354)
        # Where this fails the closing dot has not left, so the server cannot have accepted.
        self._step(lambda: self.smtp.send(dotted(content)))
        self._step(self.smtp.getreply, 250, lost=UnsureError)

    def _step(self, act, *good_codes: int, lost: type[TransportError] = DeferredError) -> None:
        try:
            self.smtp.sock.settimeout(self._patience())
            answer = act()
        except (smtplib.SMTPException, OSError, AttributeError) as error:  # no socket: closed in between
            self._drop()
            raise lost(f"closed: {error}") from error
        if not good_codes or answer[0] in good_codes:
            return
        if answer[0] == 421 or not self._start_over():
            self._drop()
        raise (RefusedError if 500 <= answer[0] < 600 else DeferredError)(words(*answer))

    def _start_over(self) -> bool:
        try:
            return self.smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _drop(self) -> None:
        self.smtp.close()
        self.smtp, self.carried = None, 0

    def _patience(self) -> float:
        return max(0.1, min(self.longest_step, self.deadline - time.monotonic()))


def words(code: int, answer: bytes | str) -> str:
    """Return a server's answer as text: `550 5.1.1 no such user`."""
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {text}"


def dotted(content: bytes) -> bytes:
    """Return a mail as SMTP wants it: a dot doubled where a line begins with one, and a dot alone at the end."""
    return re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n"

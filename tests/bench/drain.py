"""How fast the outbox drains, beside what the same mails take when they are only handed to the same server.

`drain` works in the current database, `main` in one of its own: with DJANGO_SETTINGS_MODULE=tests.settings
`python -m unlimited.embedded --cluster test python manage.py shell -c "from tests.bench.drain import main; main()"`.
The server runs in a process of its own, so that it does not share the sender's interpreter.
"""

import contextlib
import dataclasses
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.test.utils import setup_databases, teardown_databases

from unlimited.embedded import free_port
from unlimited.mail import delivery
from unlimited.mail.actions import enqueue_many
from unlimited.mail.emails import PLAIN
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose
from unlimited.mail.transport import Courier


@dataclasses.dataclass(frozen=True)
class Drain:
    """Mails a second: enqueued in one transaction, handed over raw, and drained by one sender."""

    enqueued: float
    raw: float
    drained: float

    def __str__(self) -> str:
        return (
            f"outbox: {self.enqueued:.0f} mails/s enqueued; {self.drained:.0f}/s drained by one sender, "
            f"{self.raw:.0f}/s handed over raw to the same server: ratio {self.drained / self.raw:.2f}"
        )


@contextlib.contextmanager
def server() -> Iterator[int]:
    """Run the mail server in a process of its own; yield its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.mail_sink", str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port):
            return
        time.sleep(0.1)


def drain(count: int) -> Drain:
    """Enqueue `count` mails in the current database, send them raw and by the outbox, and return the rates."""
    mail = {"kind": PLAIN.name, "language": "nb", "snapshot": {"subject": "Ideen din er her", "body": "Hei\n\n" * 20}}
    with server() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        started = time.perf_counter()
        with transaction.atomic():
            enqueue_many(mail | {"key": f"bench:{started}:{n}", "to": f"person{n}@example.no"} for n in range(count))
        enqueued = count / (time.perf_counter() - started)

        letter = compose(OutgoingMail.objects.first())
        started = time.perf_counter()
        with Courier() as courier:
            for _ in range(count):
                courier.send(*letter)
        raw = count / (time.perf_counter() - started)

        started = time.perf_counter()
        tally = delivery.deliver_due()
        assert tally == {"sent": count}, tally
        return Drain(enqueued, raw, count / (time.perf_counter() - started))


def main(count: int = 1000) -> None:
    """Drain in a database of the benchmark's own."""
    databases = setup_databases(verbosity=0, interactive=False, keepdb=False)
    try:
        sys.stdout.write(f"{drain(count)}\n")
    finally:
        teardown_databases(databases, verbosity=0)

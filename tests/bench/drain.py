"""How fast the outbox drains, beside what the same mails take when they are only handed to the same server; and how
many questions a crowd's reminders ask of the database.

`main` works in a database of its own: with DJANGO_SETTINGS_MODULE=tests.settings
`python -m unlimited.embedded --cluster test python manage.py shell -c "from tests.bench.drain import main; main()"`.
The server runs in a process of its own, so that it does not share the sender's interpreter.
"""

import contextlib
import json
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases

from events.actions.reminders import make_reminders
from events.emails import mail_seats_confirmed
from tests.bench.crowd import crowded_event
from tests.bench.municipality import reported
from unlimited.embedded import free_port
from unlimited.mail import delivery
from unlimited.mail.actions import enqueue_many
from unlimited.mail.emails import PLAIN
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose
from unlimited.mail.transport import Courier

ROUNDS = 10
SEATS = 10_000
PLAIN_MAIL = {"kind": PLAIN.name, "language": "nb", "snapshot": {"subject": "Ideen din er her", "body": "Hei\n\n" * 20}}


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


def drain(count: int, enqueue: Callable[[range], None]) -> dict[str, float]:
    """Enqueue `count` mails in the current database, send them raw and by the outbox, in turns; return the rates."""
    rates: dict[str, list[float]] = {"enqueued": [], "raw": [], "drained": []}
    size = count // ROUNDS
    for number in range(ROUNDS):
        numbers = range(number * size, (number + 1) * size)
        rates["enqueued"].append(_rate(size, lambda: enqueue(numbers)))  # noqa: B023
        letter = compose(OutgoingMail.objects.latest("pk"))
        rates["raw"].append(_rate(size, lambda: _send_raw(letter, size)))  # noqa: B023
        rates["drained"].append(_rate(size, lambda: _deliver(size)))
    ratio = statistics.median(one / other for one, other in zip(rates["drained"], rates["raw"], strict=True))
    return {name: statistics.median(each) for name, each in rates.items()} | {"ratio": ratio}


def _rate(count: int, act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return count / (time.perf_counter() - started)


def _send_raw(letter: tuple[str, str, bytes], count: int) -> None:
    with Courier() as courier:
        for _ in range(count):
            courier.send(*letter)


def _deliver(count: int) -> None:
    tally = delivery.deliver_due()
    assert tally == {"sent": count}, tally


@transaction.atomic
def _enqueue_plain(numbers: range) -> None:
    enqueue_many(PLAIN_MAIL | {"key": f"bench:{n}", "to": f"person{n}@example.no"} for n in numbers)


def _receipts_of(seats: list, event) -> Callable[[range], None]:
    @transaction.atomic
    def enqueue(numbers: range) -> None:
        for seat in seats[numbers.start : numbers.stop]:
            mail_seats_confirmed([seat], {event.pk: event})

    return enqueue


def _reminders() -> tuple[int, float]:
    """Return how many questions all reminders of an event ask, and how many seconds they take."""
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        made = make_reminders()
    assert made == SEATS, made
    return len(queries), time.perf_counter() - started


def measured(count: int) -> dict:
    """Measure in the current database."""
    with server() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        plain = drain(count, _enqueue_plain)
        event = crowded_event(SEATS)
        seats = list(event.seats.select_related("participant", "registration").order_by("pk")[:count])
        receipts = drain(count, _receipts_of(seats, event))
        queries, seconds = _reminders()
    return {"plain": plain, "receipts": receipts, "reminder_queries": queries, "reminder_seconds": seconds}


def main(count: int = 1000) -> None:
    """Measure in a database of the benchmark's own, and say what came of it in JSON."""
    databases = setup_databases(verbosity=0, interactive=False, keepdb=False)
    try:
        # The report first: the outbox leaves rows of its own behind.
        sys.stdout.write(json.dumps({"reports": reported()} | measured(count)))
    finally:
        teardown_databases(databases, verbosity=0)

"""Real senders, a real bell that can be stopped, the test's own database under them, and what came of it in figures."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import redis
from django.db import connection, transaction

from tests.races import eventually
from unlimited.embedded import Valkey, free_port
from unlimited.mail import bell, delivery
from unlimited.mail.actions import enqueue_many
from unlimited.mail.emails import PLAIN

# `make faults` asks for as much as docs/reliability.md names; other runs for enough to see the rule.
IN_FULL = "FAULTS_IN_FULL" in os.environ
FIGURE = "figure"
ENQUEUED = {"kind": PLAIN.name, "language": "nb", "snapshot": {"subject": "Hi", "body": "Text"}}


def put(*keys: str, **changes) -> None:
    """Enqueue mails and commit."""
    with transaction.atomic():
        enqueue_many(ENQUEUED | {"key": key, "to": f"{key}@example.no"} | changes for key in keys)


@pytest.fixture
def figure(record_property) -> Callable[[str, str, str], None]:
    """Return `figure("F6", "what was done", "what came of it")`: one line in the report of `make faults`.

    To be called before what it measured is asserted, so that a promise that was not kept has its figure too.
    """
    return lambda fault, done, outcome: record_property(FIGURE, (fault, done, outcome))


def pytest_terminal_summary(terminalreporter) -> None:
    """Print the figures as the table of docs/reliability.md."""
    rows = [
        (fault, done, outcome if report.passed else f"**{outcome}**")
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, (fault, done, outcome) in (one for one in report.user_properties if one[0] == FIGURE)
        if report.when == "call"
    ]
    if rows:
        terminalreporter.ensure_newline()
        terminalreporter.write_line("| | what was done | what came of it |")
        terminalreporter.write_line("| --- | --- | --- |")
    for row in sorted(rows, key=lambda row: (len(row[0]), row)):
        terminalreporter.write_line(f"| {' | '.join(row)} |")


class BellServer:
    """A Valkey of the test's own, always at one port, that can be closed, frozen and brought back."""

    def __init__(self, folder) -> None:
        self.binary = Valkey(folder).binary
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis(port=self.port, socket_timeout=1, retry=None) as client:
            return client.ping()
        return False

    def close(self) -> None:
        self.thaw()
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


class Program:
    """A process with children of its own; all end together."""

    def __init__(self, *arguments: str, env: dict[str, str], log) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *arguments], env=env, stdout=output, stderr=output, start_new_session=True
            )

    def kill(self) -> None:
        """`kill -9`, children included."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def bell_server(tmp_path, monkeypatch) -> Iterator[BellServer]:
    server = BellServer(tmp_path)
    server.start()
    monkeypatch.setenv("CELERY_BROKER_URL", server.url)
    bell.circuit.worked()
    delivery.smtp_circuit.worked()
    yield server
    server.close()
    bell.circuit.worked()


@pytest.fixture
def program(transactional_db, sink, bell_server, tmp_path) -> Iterator[Callable[..., Program]]:
    """Return `program(*arguments, **env)`: start `python -m …` on the test's database, bell and mail server."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": bell_server.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
    started = []

    def start(*arguments: str, **more: str) -> Program:
        started.append(Program(*arguments, env=env | more, log=tmp_path / "programs.log"))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def worker(program, tmp_path) -> Callable[..., Program]:
    """Return `worker()`: a Celery worker with one child; `beat=True` runs the beat in it."""

    def start(*, beat: bool = False) -> Program:
        options = ["--pool=prefork", "--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=warning"]
        ticking = ["--beat", f"--schedule={tmp_path / 'beat'}"] if beat else []
        return program("celery", "-A", "unlimited", "worker", *options, *ticking)

    return start

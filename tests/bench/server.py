"""The site as production runs it: two gunicorn workers on a free port, over a database of so many ideas and events."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from unlimited.embedded import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2


class Server:
    """One server, its database and its rendered pieces. Use as a context manager."""

    def __init__(self, ideas: int, static: Path):
        self.ideas = ideas
        self.port = free_port()
        self.fragments = f"bench-{ideas}"
        self.database = _database(ideas)
        self.watcher = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        self.redis = redis.Redis.from_url(os.environ["REDIS_URL"])
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{self.database}",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "BENCH_STATIC": str(static),
            "BENCH_FRAGMENTS": self.fragments,
            # Visitors on this machine have addresses of their own, as behind a proxy.
            "TRUSTED_PROXY_COUNT": "1",
        }
        self.facts: dict = {}
        self.process: subprocess.Popen | None = None

    def stock(self) -> None:
        """Fill the database, where it is not full already, and learn how to ask for what it holds."""
        self.facts = json.loads(self.manage("stock", "--ideas", str(self.ideas)))

    def manage(self, *command: str) -> str:
        words = [sys.executable, "manage.py", *command]
        return subprocess.run(words, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE).stdout.decode()

    @contextlib.contextmanager
    def running(self) -> Iterator["Server"]:
        """Run gunicorn while the block runs."""
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS), "--max-requests", "0"]
        self.process = subprocess.Popen([sys.executable, "-m", "gunicorn", *options, "--log-level", "error"],
                                        cwd=ROOT, env=self.environment)  # fmt: skip
        try:
            self._wait()
            yield self
        finally:
            self.process.terminate()
            self.process.wait()

    def _wait(self) -> None:
        for _attempt in range(300):
            with contextlib.suppress(OSError):
                self.get("/healthz")
                return
            time.sleep(0.1)
        raise SystemExit("gunicorn did not start")

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPMessage, bytes]:
        """Return headers and body of a page that is there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": "localhost", **headers})
            response = connection.getresponse()
            assert response.status == 200, f"{path}: {response.status}"
            return response.headers, response.read()

    def forget_fragments(self) -> None:
        if names := list(self.redis.scan_iter(f"{self.fragments}:*", count=1000)):
            self.redis.delete(*names)

    @property
    def workers(self) -> list[str]:
        """The numbers of gunicorn's workers."""
        parent = self.process.pid
        return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()

    def worked(self) -> float:
        """Return the milliseconds of processor time that the workers and their database connections have had."""
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        connections = [str(row[0]) for row in self.watcher.execute(query, [self.database])]
        return sum(_nanoseconds(process) for process in [*self.workers, *connections]) / 1_000_000

    def memory(self) -> list[float]:
        """Return the resident megabytes of each worker."""
        statuses = [Path(f"/proc/{worker}/status").read_text() for worker in self.workers]
        return [int(status.partition("VmRSS:")[2].split()[0]) / 1000 for status in statuses]


def _database(ideas: int) -> str:
    """Make the database where there is none, instead of one of an earlier version; return its name."""
    address, name = os.environ["DATABASE_URL"], f"bench_{ideas}_{_version()}"
    with psycopg.connect(address, autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        there = {row[0] for row in connection.execute(query, [f"bench\\_{ideas}\\_%"])}
        for old in there - {name}:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        if name not in there:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return name


def _version() -> str:
    """Return a mark of what makes the databases what they are: the migrations and the generator."""
    made_by = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("unlimited/*/migrations/*.py")]
    made_by += [ROOT / "ideas/load.py", ROOT / "events/load.py"]
    return f"{zlib.crc32(b''.join(path.read_bytes() for path in sorted(made_by))):08x}"


def _nanoseconds(process: str) -> int:
    """Return the processor time of a process; none where it has just ended."""
    with contextlib.suppress(FileNotFoundError):
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    return 0

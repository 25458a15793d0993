"""`make bench`: the speed and size of the main pages, as Markdown. What is compared with what: docs/performance.md.

The first run fills two databases, which takes minutes; the next ones find them, until a migration or the generator
changes.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import report
from tests.bench.clock import Target, take_turns
from tests.bench.pages import PAGES, Page
from tests.bench.registering import Rush
from tests.bench.server import ROOT, Server
from tests.bench.weight import first_visit

FEW, MANY = 1_000, 100_000
ROUNDS, QUICK_ROUNDS = 20, 5
MAILS, QUICK_MAILS = 1_000, 200
RUSH, QUICK_RUSH = 10, 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="fewer requests and mails: a first look, not a figure")
    parser.add_argument("--pages", nargs="*", default=[page.name for page in PAGES], help="only these")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        servers = [Server(ideas, Path(folder)) for ideas in (FEW, MANY)]
        prepare(servers)
        for server in servers:
            stack.enter_context(server.running())
        rows = timed([page for page in PAGES if page.name in options.pages], servers)
        targets = [target for row in rows for target in (row.floor, row.bare, row.warm, row.cold)]
        say(f"asking {len(targets)} addresses in turns …")
        take_turns(targets, QUICK_ROUNDS if options.quick else ROUNDS)
        sys.stdout.write(report.times(rows, FEW, MANY) + "\n")
        say("registering …")
        rush = Rush(servers[0]).run(QUICK_RUSH if options.quick else RUSH)
        weight, memory = first_visit(servers[0]), [size for server in servers for size in server.memory()]
    sys.stdout.write(report.rest(weight, memory, rush, drained(QUICK_MAILS if options.quick else MAILS)))


def prepare(servers: list[Server]) -> None:
    """Compile words, collect files, fill databases; the first time this takes minutes."""
    servers[0].manage("catalogues", "compile")
    servers[0].manage("collectstatic", "--noinput", "-v0")
    say("filling the databases, where they are not full already …")
    for server in servers:
        server.stock()


def timed(pages: list[Page], servers: list[Server]) -> list[report.Timed]:
    """Return what is to be measured: each page over each database, the smaller one first."""
    rows = []
    for page in pages:
        smaller = None
        for server in servers:
            smaller = _timed(page, server, smaller)
            rows.append(smaller)
    return rows


def _timed(page: Page, server: Server, smaller: report.Timed | None) -> report.Timed:
    session = server.facts["session"] if page.is_staff else ""
    path, bare = (address.format(**server.facts) for address in (page.path, page.bare))
    _headers, body = server.get(path, **({"Cookie": f"sessionid={session}"} if session else {}))
    return report.Timed(
        page=page,
        ideas=server.ideas,
        queries=server.facts["queries"][page.name],
        floor=Target(server, f"/bench/floor?bytes={len(body)}"),
        bare=Target(server, bare, session),
        warm=Target(server, path, session),
        cold=Target(server, path, session, before=server.forget_fragments),
        smaller=smaller,
    )


def drained(mails: int) -> dict:
    """Return what the outbox's own benchmark says, run in a database and a process of its own."""
    command = f"from tests.bench.drain import main; main({mails})"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    say("draining the outbox …")
    ran = subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", command],
                         cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # fmt: skip
    return json.loads(ran.stdout)


def say(words: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")


if __name__ == "__main__":
    main()

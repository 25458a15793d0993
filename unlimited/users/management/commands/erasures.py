"""The list of erased accounts: print it, append what is new to ERASURES_FILE, or erase again after a restore."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from unlimited.users import erasures
from unlimited.users.models import Erasure


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["export", "write", "replay"])
        parser.add_argument("files", nargs="*", type=Path, help="For replay: the files to read; none reads the input.")

    def handle(self, *, what, files, **options):
        if what == "export":
            for line in erasures.lines(Erasure.objects.order_by("pk").iterator()):
                self.stdout.write(line)
        elif what == "write":
            self.stdout.write(f"{erasures.write_erasures()} written.")
        else:
            self._replay(files)

    def _replay(self, files: list[Path]) -> None:
        texts = [path.read_text(encoding="utf-8") for path in files] or [sys.stdin.read()]
        try:
            rows = erasures.read_lines(line for text in texts for line in text.splitlines())
        except ValueError as error:
            raise CommandError(str(error)) from error
        done = erasures.replay(rows)
        self.stdout.write(f"{done.accounts} accounts and {done.addresses} addresses without account erased.")
        if done.left:
            self.stdout.write(f"{done.left} addresses belong to another account now: ask their owners.")

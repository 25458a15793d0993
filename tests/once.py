"""Checks that are the same on many pages, done once a run: the workers of a run tell each other by files.

    FOLLOWED = Once("links followed")
    if FOLLOWED.is_first(role, link):
        ...

A check belongs to the test that took it first: where it fails, that test fails.
"""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "var" / "test" / "once"


def forget() -> None:
    """Begin a run: nothing has been done yet."""
    shutil.rmtree(FOLDER, ignore_errors=True)


class Once:
    """What has been done of one kind of check in this run, by whichever worker."""

    def __init__(self, kind: str):
        self.folder = FOLDER / kind

    def is_first(self, *key) -> bool:
        """Return whether the check named by `key` is still to be done; from now on it is done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / hashlib.sha256(repr(key).encode()).hexdigest()
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

"""Row locks that nobody waits for longer than a person should wait for a button."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

TIMEOUT = "3s"
NOT_AVAILABLE = "55P03"


class WaitedTooLongError(Exception):
    """Others held a row for longer than a person should wait, and nothing has changed.

    What the apps raise of it is a kind of this: who works for all of them need not know theirs.
    """


@contextmanager
def short_wait(busy: type[WaitedTooLongError]) -> Iterator[None]:
    """Open a transaction that waits three seconds at most for each lock; raise `busy` where that was not enough."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [TIMEOUT])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == NOT_AVAILABLE:
            raise busy from error
        raise

"""Equal work for answers that must look alike, so that the time of a page does not tell what the page does not say."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def kept_if(is_kept: bool) -> Iterator[None]:
    """Run the block in a savepoint; keep what it wrote, or undo it. Both ways send the same number of statements.

    Needs a transaction. `atomic()` sends one statement more where it undoes.
    """
    savepoint = transaction.savepoint()
    yield
    if is_kept:
        transaction.savepoint_commit(savepoint)
    else:
        transaction.savepoint_rollback(savepoint)

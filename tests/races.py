"""Several people at the same moment, on real connections."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model


def at_once(*calls: Callable, refused: type[Exception] | tuple[type[Exception], ...]) -> list:
    """Run each call in a thread and on a connection of its own, started together.

    Return in order what each returned, or the error by which it was `refused`.
    """
    barrier, results = threading.Barrier(len(calls), timeout=10), [None] * len(calls)

    def run(index: int, call: Callable) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = call()
        except refused as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


@contextmanager
def held_elsewhere(row: Model) -> Iterator[None]:
    """Hold a row's lock on another connection while the block runs."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            type(row)._base_manager.select_for_update().get(pk=row.pk)
            is_held.set()
            may_go.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait(10)
    try:
        yield
    finally:
        may_go.set()
        thread.join()

"""Several people at the same moment, on real connections."""

import threading
from collections.abc import Callable

from django.db import connection


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

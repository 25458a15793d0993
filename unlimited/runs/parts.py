"""Run the parts of a task so that each fails alone: one bad row does not stop the others.

    with Parts("ideas.remind_of_talks") as parts:
        count = parts.in_batches("talks", due_rows, remind)

At the end of the block `PartsFailedError` says which parts failed, after all the others are done and committed.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import QuerySet

logger = logging.getLogger(__name__)

BATCH = 500
# After so many rows of one part the fault is in the code, not in the rows. Without a limit the search for the bad rows
# of a batch would use up the time of all the parts that follow.
MOST_FAILURES = 50


def drop_dead_connection() -> None:
    """Let go of a connection that the server has ended: it would fail each later part too."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


class PartsFailedError(Exception):
    """Some parts of a run failed. `errors` pairs the name of each part with its error."""

    def __init__(self, task: str, errors: Sequence[tuple[str, Exception]]):
        super().__init__(f"{task}: {len(errors)} failed: {', '.join(sorted({name for name, _error in errors}))}")
        self.errors = list(errors)

    @property
    def classes(self) -> list[str]:
        """The class names of the errors, each once."""
        names = set()
        for _name, error in self.errors:
            names |= set(error.classes) if isinstance(error, PartsFailedError) else {type(error).__name__}
        return sorted(names)


class Parts:
    """Collects the failures of one run's parts. Raises PartsFailedError at the end of its block where there are any."""

    def __init__(self, task: str):
        self.task = task
        self.errors: list[tuple[str, Exception]] = []

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, error_class, error, traceback) -> None:
        if error is None and self.errors:
            raise PartsFailedError(self.task, self.errors) from self.errors[0][1]

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Let the block fail alone. The time limit of the task ends the whole run."""
        try:
            yield
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # any error of one part: the others go on
            self._keep(name, error)

    def each(self, name: str, items: Iterable, work: Callable[..., int]) -> int:
        """Give each item to `work`, which opens its own transaction; return the sum of what it returned."""
        done, failed_before = 0, len(self.errors)
        for item in items:
            with self.part(name):
                done += work(item)
            if len(self.errors) - failed_before >= MOST_FAILURES:
                break
        return done

    def in_batches(self, name: str, rows: QuerySet, work: Callable[[list], int], *, size: int = BATCH) -> int:
        """Give all `rows` to `work` in batches, in the order of ids; return the sum of what it returned.

        Each batch is a transaction that locks its rows as it reads them. A row that somebody else holds is left to the
        next run. Where a batch fails, its halves are read again, down to the single row that fails alone.
        """
        done, after, most = 0, 0, len(self.errors) + MOST_FAILURES
        while len(self.errors) < most:
            page, ids = rows.filter(pk__gt=after), []
            try:
                done += _lock_and_work(page, work, ids, size=size)
            except SoftTimeLimitExceeded:
                raise
            except Exception as error:  # any error of one row: its halves are tried
                done += self._after_failure(name, rows, ids, work, error, most=most)
            if len(ids) < size:
                break
            after = ids[-1]
        return done

    def split(self, name: str, items: Sequence, work: Callable[[Sequence], int]) -> int:
        """Give `items` to `work` at once, in a transaction; where that fails, its halves, down to the bad item."""
        return self._halves(name, items, work, most=len(self.errors) + MOST_FAILURES) if items else 0

    def _after_failure(
        self, name: str, rows: QuerySet, ids: list[int], work: Callable[[list], int], error: Exception, *, most: int
    ) -> int:
        """Try the halves of a batch that failed. Where no row of it was read, or it has one, that is the failure."""
        if len(ids) < 2:
            self._keep(name, error)
            return 0

        def lock_and_work(some: Sequence[int]) -> int:
            return _lock_and_work(rows.filter(pk__in=some), work, [])

        middle = len(ids) // 2
        return sum(self._halves(name, half, lock_and_work, most=most) for half in (ids[:middle], ids[middle:]))

    def _halves(self, name: str, items: Sequence, work: Callable[[Sequence], int], *, most: int) -> int:
        if len(self.errors) >= most:
            return 0
        try:
            with transaction.atomic():
                return work(items)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # any error of one row: the others go on
            if len(items) == 1:
                self._keep(name, error)
                return 0
            middle = len(items) // 2
            return sum(self._halves(name, half, work, most=most) for half in (items[:middle], items[middle:]))

    def _keep(self, name: str, error: Exception) -> None:
        # The parts of a part have logged their own errors.
        trace = None if isinstance(error, PartsFailedError) else error
        logger.error("The part %s of %s failed: %s", name, self.task, type(error).__name__, exc_info=trace)
        self.errors.append((name, error))
        drop_dead_connection()


def _lock_and_work(rows: QuerySet, work: Callable[[list], int], ids: list[int], *, size: int | None = None) -> int:
    """In a transaction, lock the first `size` rows that nobody else holds, add their ids to `ids`, do the work."""
    with transaction.atomic():
        locked = rows.order_by("pk").select_for_update(no_key=True, skip_locked=True, of=("self",))
        batch = list(locked[:size])
        ids += [row.pk for row in batch]
        return work(batch) if batch else 0

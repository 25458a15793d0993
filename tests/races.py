"""Several people at the same moment, on real connections; the order in which they read and write is forced.

A race test runs `at_once`: each thread stops before its first lock or write until every other thread is there too, so
that all have read what can be read without a lock. A negative control removes the lock and forces the race:

- `at_once(…, without_lock_on=Model)`: all have read before any writes.
- `overtaken(call, by=other, without_lock_on=Model)`: `call` has read; `other` runs from start to end; `call` writes.

Both work on the statements that a connection sends, so the code under test is the product's own. A control fails where
there is no lock to remove, and where a thread ends before it has met the others.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection, transaction
from django.db.models import Model

from unlimited import locks

# Longer than any of the product's own time-outs, so that a slow machine is no fault.
PATIENCE = 60
LOCK = re.compile(r' FOR (?:NO KEY )?UPDATE(?: OF "\w+"(?:, "\w+")*)?(?: NOWAIT| SKIP LOCKED)?')
WRITE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b")
Refused = type[Exception] | tuple[type[Exception], ...]


class Meeting:
    """A point that threads pass together: each waits there until all others are there or have ended."""

    def __init__(self, parties: int) -> None:
        self._missing, self._changed = parties, threading.Condition()

    def arrive(self) -> None:
        with self._changed:
            self._missing -= 1
            self._changed.notify_all()

    def wait(self) -> None:
        with self._changed:
            self._missing -= 1
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._missing <= 0, PATIENCE), "the others did not come"


class Gate:
    """Sees the statements of one connection, removes the lock on one table, and stops once before the first write.

    With `as_soon_as_read` it stops after the read that has lost its lock.
    """

    def __init__(
        self, stop: Callable[[], None], without_lock_on: type[Model] | None, *, as_soon_as_read: bool = False
    ) -> None:
        self._stop, self._model, self._as_soon_as_read = stop, without_lock_on, as_soon_as_read
        self.is_passed, self.removed = False, 0

    def __call__(self, execute, sql, params, many, context):
        sql = self._without_lock(str(sql))
        if self._stops_at(sql):
            self._pass()
        result = execute(sql, params, many, context)
        if self._as_soon_as_read and self.removed:
            self._pass()
        return result

    def _pass(self) -> None:
        if not self.is_passed:
            self.is_passed = True
            self._stop()

    def _without_lock(self, sql: str) -> str:
        if self._model is None or f'FROM "{self._model._meta.db_table}"' not in sql:
            return sql
        sql, removed = LOCK.subn("", sql)
        self.removed += removed
        return sql

    def _stops_at(self, sql: str) -> bool:
        """A control waits with its write alone: the locks that it keeps are a part of the code under test."""
        return WRITE.match(sql) is not None or (self._model is None and LOCK.search(sql) is not None)

    def check(self) -> None:
        """A control has removed a lock, and has met the others."""
        if self._model is not None:
            assert self.removed, f"there is no lock on {self._model.__name__} to remove"
            assert self.is_passed, "this ended before it was about to write"


@contextmanager
def patient_locks() -> Iterator[None]:
    """Wait for locks as long as it takes: on a slow machine the second would be told that the row is busy, not why."""
    with mock.patch.object(locks, "TIMEOUT", f"{PATIENCE}s"):
        yield


class Caller(threading.Thread):
    """Makes one call on a connection of its own, through a gate; keeps what it returned, or how it failed."""

    def __init__(self, call: Callable, gate: Gate, *, before=lambda: None, after=lambda: None) -> None:
        super().__init__(daemon=True)
        self._call, self._gate, self._before, self._after = call, gate, before, after
        self.result, self.fault = None, None

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self._before()
            with connection.execute_wrapper(self._gate):
                self.result = self._call()
        except Exception as fault:
            self.fault = fault
        finally:
            if not self._gate.is_passed:
                self._after()
            connection.close()

    def outcome(self, refused: Refused):
        """Return what the call returned, or the error by which it was `refused`; raise any other."""
        self.join(PATIENCE)
        assert not self.is_alive(), "this did not end in time"
        if self.fault is not None and not isinstance(self.fault, refused):
            raise self.fault
        self._gate.check()
        return self.fault or self.result


def at_once(*calls: Callable, refused: Refused, without_lock_on: type[Model] | None = None) -> list:
    """Run each call in a thread and on a connection of its own, started together and stopped before they write.

    Return in order what each returned, or the error by which it was `refused`.
    """
    start, reading = Meeting(len(calls)), Meeting(len(calls))
    callers = [
        Caller(call, Gate(reading.wait, without_lock_on), before=start.wait, after=reading.arrive) for call in calls
    ]
    with patient_locks():
        for caller in callers:
            caller.start()
        return [caller.outcome(refused) for caller in callers]


def overtaken(
    call: Callable, *, by: Callable, refused: Refused, without_lock_on: type[Model], as_soon_as_read: bool = False
) -> tuple:
    """Let `call` read without the lock, `by` happen from start to end, and `call` write then; return both outcomes.

    `by` happens before the first write, or right after the read that has lost its lock (`as_soon_as_read`).
    """
    others = []

    def let_the_other_pass() -> None:
        other = Caller(by, Gate(lambda: None, None))
        other.start()
        others.append(other.outcome(refused))

    caller = Caller(call, Gate(let_the_other_pass, without_lock_on, as_soon_as_read=as_soon_as_read))
    with patient_locks():
        caller.start()
        return caller.outcome(refused), *others


def eventually(is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until `is_so()`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "this did not come about in time"
        time.sleep(0.02)


@contextmanager
def held_elsewhere(row: Model) -> Iterator[None]:
    """Hold a row's lock on another connection while the block runs."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            type(row)._base_manager.select_for_update().get(pk=row.pk)
            is_held.set()
            may_go.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait(PATIENCE)
    try:
        yield
    finally:
        may_go.set()
        thread.join()

"""One mechanism for everyone who waits for an answer: once the day they were told has passed, they are told a new one.

Each kind of waiting registers itself in `AppConfig.ready()`, so the lower apps need not know the higher ones. A test
fails on a model with a promised day that has not joined.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Model, QuerySet
from django.utils import timezone

from unlimited.runs.parts import BATCH, Parts


@dataclass(frozen=True)
class Promise:
    """One kind of waiting.

    `broken(now)` returns the rows whose person was told a day that has passed, and waits. `tell(rows, now)` gets such
    rows with their locks held; it stores a new day on each, tells the person and those responsible, and returns how
    many were told.
    """

    name: str
    model: type[Model]
    broken: Callable[[dt.datetime], QuerySet]
    tell: Callable[[list, dt.datetime], int]


promises: dict[str, Promise] = {}


def register_promise(promise: Promise) -> None:
    """Let the nightly run look for `promise`. The order counts: the first kind that fits a row tells about it."""
    promises[promise.name] = promise


def tell_of_delays(*, now: dt.datetime | None = None) -> int:
    """Tell all who have waited past the day that they were told; return how many.

    Each kind, each batch and in the end each row fails alone. Raises PartsFailedError once all others are told.
    Idempotent: the row remembers the new day, and the outbox knows each mail by its key.
    """
    now, told = now or timezone.now(), 0
    with Parts("tell_of_delays") as parts:
        for promise in promises.values():
            with parts.part(promise.name):
                told += parts.in_batches(promise.name, promise.broken(now), partial(promise.tell, now=now), size=BATCH)
    return told

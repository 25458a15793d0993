"""Scheduled tasks that leave a row about each run."""

import datetime as dt
import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from unlimited.runs.models import TaskRun
from unlimited.runs.parts import PartsFailedError, drop_dead_connection

logger = logging.getLogger(__name__)

# The bell can run the same task many times a second: a success is written down at most this often.
SUCCESS_EVERY = dt.timedelta(seconds=10)


def scheduled_task(name: str) -> Callable:
    """Make a function without arguments a Celery task of that name whose runs are recorded."""

    def decorate(function: Callable[[], None]):
        @functools.wraps(function)
        def run() -> None:
            with recorded(name):
                function()

        return shared_task(name=name)(run)

    return decorate


@contextmanager
def recorded(task: str) -> Iterator[None]:
    """Write down whether the block succeeded. Its error goes on to the caller."""
    try:
        yield
    except Exception as error:
        _write_down(_failed, task, error)
        raise
    _write_down(_succeeded, task)


def _write_down(write: Callable, *facts) -> None:
    """A row that cannot be written changes nothing about the run."""
    try:
        drop_dead_connection()
        with transaction.atomic():
            write(*facts)
    except DatabaseError:
        logger.warning("The run of %s could not be recorded.", facts[0], exc_info=True)


def _succeeded(task: str) -> None:
    now = timezone.now()
    rows = TaskRun.objects.filter(task=task)
    is_news = Q(succeeded_at=None) | Q(succeeded_at__lt=now - SUCCESS_EVERY) | Q(failures_in_a_row__gt=0)
    if not rows.filter(is_news).update(succeeded_at=now, failures_in_a_row=0):
        TaskRun.objects.bulk_create([TaskRun(task=task, succeeded_at=now)], ignore_conflicts=True)


def _failed(task: str, error: Exception) -> None:
    classes = error.classes if isinstance(error, PartsFailedError) else [type(error).__name__]
    facts = {"failed_at": timezone.now(), "error_class": ", ".join(classes)[:200]}
    TaskRun.objects.bulk_create([TaskRun(task=task)], ignore_conflicts=True)
    TaskRun.objects.filter(task=task).update(failures_in_a_row=F("failures_in_a_row") + 1, **facts)

"""The one way to seats: lock the event rows in the order of their ids, count again, change, and let the next one in.

Whoever takes a seat, gives one back, lowers a capacity or moves the waitlist goes through `locked_events`. The database
counts as well (`Event.seats_taken`, by a trigger), so that a forgotten lock is refused, not oversold.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from events.models import Event, Registration
from unlimited.locks import WaitedTooLongError, short_wait
from unlimited.lookups import OneOf

logger = logging.getLogger(__name__)

BACKSTOP = "event_never_oversold"


class EventError(Exception):
    """What can go wrong with events and seats."""


class BusyError(EventError, WaitedTooLongError):
    """Others held the event for longer than a person should wait, or took the last seat past the lock.

    Nothing has changed: try again.
    """


class GoneError(EventError):
    """It is not there any more, or not there for this person."""


@contextmanager
def locked_events(ids: Iterable[int]) -> Iterator[dict[int, Event]]:
    """Open a transaction and yield the events by id, as they are now, locked in the order of their ids.

    Raises BusyError after three seconds or from the backstop, GoneError where one of them is no more.
    """
    ids = sorted(set(ids))
    try:
        with short_wait(BusyError):
            rows = Event.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
            events = {event.pk: event for event in rows.defer("body", "partners")}
            if len(events) < len(ids):
                raise GoneError
            yield events
    except IntegrityError as error:
        if BACKSTOP in str(error):
            logger.exception("The backstop refused a seat: somebody changes seats without the lock.")
            raise BusyError from error
        raise


def line_of(event: Event) -> list[int]:
    """Return the ids of the events whose waitlists hang together: a party may wait for several days of a series."""
    if event.series_id is None:
        return [event.pk]
    return list(Event.objects.filter(series=event.series_id).order_by("pk").values_list("pk", flat=True))


def lines_of(registration: Registration) -> list[int]:
    """Return the ids of all events whose waitlists hang together with those of a party."""
    days = Event.objects.filter(OneOf("pk", registration.seats.order_by().values("event")))
    return sorted({pk for event in days.only("pk", "series") for pk in line_of(event)})

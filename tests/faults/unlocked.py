"""The site without its locks, for the negative controls: gunicorn serves `tests.faults.unlocked:application`."""

import time
from contextlib import contextmanager

from django.db.models import QuerySet

from unlimited.wsgi import application

__all__ = ["application"]

# The models are there only once the site is.
from events.actions import registration

locked_events = registration.locked_events


@contextmanager
def hesitant(ids):
    """Let others look at the seats before this one takes any, however slow the machine is."""
    with locked_events(ids) as events:
        time.sleep(0.5)
        yield events


QuerySet.select_for_update = lambda self, **_options: self
registration.locked_events = hesitant

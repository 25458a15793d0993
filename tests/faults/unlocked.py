"""The site without its locks, for the negative controls: gunicorn serves `tests.faults.unlocked:application`.

The first registrations wait for each other once they have looked at the seats, and none writes before: each has found
every seat free. They meet in one process, so that is how many gunicorn may have.
"""

from contextlib import contextmanager

from django.db.models import QuerySet

from tests.races import Meeting
from unlimited.wsgi import application

__all__ = ["application"]

# The models are there only once the site is.
from events.actions import registration

# One more than there are seats.
locked_events = registration.locked_events
looked = Meeting(4)


@contextmanager
def together(ids):
    with locked_events(ids) as events:
        looked.wait()
        yield events


QuerySet.select_for_update = lambda self, **_options: self
registration.locked_events = together

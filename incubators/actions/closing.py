"""Days on which an incubator is closed."""

import datetime as dt

from incubators.actions.places import BusyError, Error, lock_incubator
from incubators.models import ClosedPeriod, Incubator
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User

# So many lie ahead at most; more would be a mistake, and each is looked at for each promise.
MOST_PERIODS = 50


class TooManyPeriodsError(Error):
    """So many days ahead are closed already that one more must be a mistake."""


@audited
def add_closed_period(
    *, incubator: Incubator, starts_on: dt.date, ends_on: dt.date, words: str, by: User
) -> ClosedPeriod:
    """Say that the incubator is closed on these days. The same days again change the words."""
    with short_wait(BusyError):
        lock_incubator(incubator)
        if incubator.closed_periods.not_over().count() >= MOST_PERIODS:
            raise TooManyPeriodsError
        period, _is_new = ClosedPeriod.objects.update_or_create(
            incubator=incubator, starts_on=starts_on, ends_on=ends_on, defaults={"words": words}
        )
    return period


@audited
def remove_closed_period(*, period: ClosedPeriod, by: User) -> None:
    """Take it back; dates already promised stay as they are."""
    period.delete()

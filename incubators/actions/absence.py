"""Being away for a while: what comes meanwhile goes to others, and all is as before afterwards."""

import datetime as dt

from django.utils import timezone

from incubators.actions.places import Error
from incubators.models import Incubator, Membership
from unlimited.origin import audited
from unlimited.users.models import User


class NotADayToComeBackError(Error):
    """It is over already, or further away than a year."""


@audited
def set_absence(*, incubator: Incubator, person: User, until: dt.date | None, by: User) -> None:
    """Let `person` be away from all their roles at `incubator` up to and with the day `until`; None: they are here.

    Cases stay theirs. Raises NotADayToComeBackError for a day that is over, or later than in a year.
    """
    today = timezone.localdate()
    if until is not None and not today <= until <= today + Membership.LONGEST_ABSENCE:
        raise NotADayToComeBackError
    incubator.memberships.current().filter(user=person).update(absent_until=until)

"""How long an offer from the waitlist stands: a working day at least, and never until a moment in the night.

A working day is Norwegian; its hours are 9 to 15, when somebody at a municipality reads mail.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from incubators.working_days import add_working_days, is_working_day

OSLO = ZoneInfo("Europe/Oslo")
OPENS, CLOSES = dt.time(9), dt.time(15)
LASTS = dt.timedelta(hours=24)


def offer_ends_at(now: dt.datetime, *, starts_at: dt.datetime) -> dt.datetime:
    """Return when an offer made `now` runs out: a day later, moved on to noon of a working day, or at the start."""
    end = (now + LASTS).astimezone(OSLO)
    if not (is_working_day(end.date()) and OPENS <= end.time() <= CLOSES):
        before = end.date() if end.time() > CLOSES else end.date() - dt.timedelta(days=1)
        end = dt.datetime.combine(add_working_days(before, 1), dt.time(12), OSLO)
    return min(end, starts_at)

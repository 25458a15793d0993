"""Norwegian working days: Monday to Friday, without public holidays.

Christmas Eve and New Year's Eve are no public holidays, but nobody promises an answer on them: they do not count.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cache

import holidays


@cache
def _days_off(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("NO", years=year)) | {dt.date(year, 12, 24), dt.date(year, 12, 31)}


def is_working_day(day: dt.date) -> bool:
    """Tell whether somebody may be expected to answer on that day."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def add_working_days(start: dt.date, days: int, closed: Sequence[tuple[dt.date, dt.date]] = ()) -> dt.date:
    """Return the day that is `days` (≥ 0) working days after `start`; the day of `start` itself does not count.

    Nor do those of `closed`, pairs of a first and a last day.
    """
    day = start
    while days > 0:
        day += dt.timedelta(days=1)
        days -= _counts(day, closed)
    return day


def working_days_between(start: dt.date, end: dt.date, closed: Sequence[tuple[dt.date, dt.date]] = ()) -> int:
    """Return how many working days come after `start`, up to and with `end`; 0 where `end` is not later.

    Those of `closed` do not count here either.
    """
    return sum(_counts(start + dt.timedelta(days=n), closed) for n in range(1, (end - start).days + 1))


def _counts(day: dt.date, closed: Sequence[tuple[dt.date, dt.date]]) -> bool:
    return is_working_day(day) and not any(first <= day <= last for first, last in closed)

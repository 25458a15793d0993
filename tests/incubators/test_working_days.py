import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incubators.working_days import add_working_days, is_working_day

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param("2026-03-02", 0, "2026-03-02", id="none"),
        pytest.param("2026-03-06", 1, "2026-03-09", id="over a week-end"),
        pytest.param("2026-04-01", 1, "2026-04-07", id="over Easter, Maundy Thursday to Monday"),
        pytest.param("2026-04-30", 1, "2026-05-04", id="over the first of May"),
        pytest.param("2027-05-14", 1, "2027-05-18", id="over 17 May, that year with Whit Monday"),
        pytest.param("2024-05-16", 1, "2024-05-21", id="over 17 May and Whitsun"),
        pytest.param("2025-12-23", 1, "2025-12-29", id="over Christmas Eve to Boxing Day"),
        pytest.param("2025-12-30", 1, "2026-01-02", id="over New Year"),
    ],
)
def test_add_working_days_skips_norwegian_days_off(start, days, expected):
    assert add_working_days(dt.date.fromisoformat(start), days) == dt.date.fromisoformat(expected)


@given(DAYS, st.integers(1, 60))
def test_add_working_days_ends_on_a_working_day_with_as_many_between(start, days):
    end = add_working_days(start, days)

    span = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end)
    assert sum(is_working_day(day) for day in span) == days


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_add_working_days_adds_up(start, first, second):
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)

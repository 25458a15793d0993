"""Nobody is recognised by adding up several reports and taking them from another."""

import datetime as dt

import pytest

from ideas.subtraction import Extent, Told, known_about
from ideas.suppression import Row

A, B, C = 1, 2, 3
DISTRICT = frozenset({A, B, C})


def extent(places, first: int, last: int) -> Extent:
    """Of the months from `first` to `last`; the report of one place, or of all."""
    places = frozenset({places} if isinstance(places, int) else places)
    name = str(*places) if len(places) == 1 else ""
    return Extent(name, places, dt.date(2026, first, 1), dt.date(2026, last, 28))


def told(places, first: int, last: int, value: int, of: int | None = None) -> Told:
    return Told(extent(places, first, last), {("talks", "up"): Row("up", value, of)})


def values(mine: Extent, *others: Told) -> set[int]:
    return {numbers["talks", "up"].value for numbers in known_about(mine, others)}


@pytest.mark.parametrize(
    ("mine", "others", "expected"),
    [
        (extent(A, 1, 6), [told(A, 1, 3, 10)], {10}),
        (extent(A, 1, 3), [told(A, 1, 6, 20)], {20}),
        # Two incubators of three, and then their district.
        (extent(DISTRICT, 1, 6), [told(A, 1, 6, 14), told(B, 1, 6, 14)], {14, 28}),
        (extent(B, 1, 6), [told(A, 1, 6, 14), told(DISTRICT, 1, 6, 30)], {30, 16}),
        # Three half-years of four, in any order.
        (extent(A, 7, 9), [told(A, 1, 3, 10), told(A, 4, 6, 8), told(A, 1, 12, 40)], {40, 22}),
        # What has days in common is counted once.
        (extent(A, 1, 6), [told(A, 1, 3, 10), told(A, 2, 5, 11), told(A, 4, 6, 9)], {10, 11, 9, 19}),
        # Another version of the same, another place, and what lies half outside.
        (extent(A, 1, 6), [told(A, 1, 6, 7), told(B, 1, 3, 7), told(A, 5, 8, 7)], set()),
        # Of two versions of a part, both can be read, and the newest is added to others.
        (extent(A, 1, 6), [told(A, 1, 3, 10), told(A, 1, 3, 9), told(A, 4, 6, 5)], {10, 9, 5, 15}),
    ],
)
def test_what_can_be_worked_out(mine, others, expected):
    assert values(mine, *others) == expected


def test_what_a_part_hides_is_not_in_the_sum_and_who_stands_behind_is_added_up():
    hidden = Told(extent(A, 4, 4), {})
    known = known_about(extent(A, 1, 6), [told(A, 1, 2, 10, 6), hidden, told(A, 5, 6, 9, 7)])
    assert {"": Row("up", 19, 13)} in [{"": numbers.get(("talks", "up"))} for numbers in known]
    known = known_about(extent(A, 1, 6), [told(A, 1, 2, 10), told(A, 5, 6, 9, 7)])
    assert Row("up", 19, None) in [numbers["talks", "up"] for numbers in known]


def test_many_reports_take_no_time():
    months = [told(A, month, month, 5) for month in range(1, 13)]
    pairs = [told(A, month, month + 1, 10) for month in range(1, 12)]
    districts = [told(DISTRICT, month, month, 15) for month in range(1, 13)]
    assert len(known_about(extent(DISTRICT, 1, 12), [*months, *pairs, *districts] * 4)) < 4000

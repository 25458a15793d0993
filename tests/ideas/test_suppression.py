"""Numbers under five are hidden, and nothing that is shown gives them away."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.suppression import LEAST, Row, Table, suppress

COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=6)


def parts(*values: int) -> Table:
    rows = [Row(f"part {n}", value) for n, value in enumerate(values)]
    return Table("status", rows, is_whole=True, total=sum(values))


def shown(table: Table) -> list[int | None]:
    return [row.value for row in table.rows]


@pytest.mark.parametrize(
    ("values", "expected", "total"),
    [
        ((20, 10, 0), [20, 10, 0], 30),
        # One alone could be had by subtraction: the next smallest goes with it.
        ((20, 10, 3), [20, None, None], 33),
        # Two small ones whose sum is small would be narrowed down: one more.
        ((20, 10, 1, 1), [20, None, None, None], 32),
        ((4, 4, 20), [None, None, 20], 28),
        # Nothing is left to hide behind: the sum goes too.
        ((0, 3), [0, None], None),
        ((2, 2), [None, None], None),
        ((0, 0), [0, 0], 0),
    ],
)
def test_small_parts_are_hidden_with_what_gives_them_away(values, expected, total):
    (table,) = suppress([parts(*values)])
    assert (shown(table), table.total) == (expected, total)


def test_number_for_itself_is_hidden_by_how_many_stand_behind_it():
    (table,) = suppress([Table("money", [Row("given", 90_000, of=3), Row("in", 120_000, of=12), Row("out", 4)])])
    assert [(row.name, row.value, row.of) for row in table.rows] == [
        ("given", None, None), ("in", 120_000, 12), ("out", None, None),
    ]  # fmt: skip


def known(**rows: int) -> dict:
    return {("status", name.replace("_", " ")): Row(name, value) for name, value in rows.items()}


def test_what_differs_little_from_another_report_is_hidden():
    (table,) = suppress([parts(20, 30, 40)], [known(part_0=18, total=80)])
    assert shown(table) == [None, None, 40], "two joined the half year: hidden, with the next smallest"
    (table,) = suppress([parts(20, 30, 40)], [known(part_0=12), {("other", "part 1"): Row("part 1", 31)}])
    assert shown(table) == [20, 30, 40]


def test_sum_that_must_not_be_read_cannot_be_added_up_either():
    (table,) = suppress([parts(20, 30, 40)], [known(total=88)])
    assert (table.total, shown(table)) == (None, [None, None, 40])


@pytest.mark.parametrize(
    ("kroner", "of", "is_hidden"),
    [
        (50_000, 7, True),
        (50_000, 5, False),
        (50_000, None, True),
        (90_000, 10, False),
        (130_000, 14, True),
        (130_000, 15, False),
    ],
)
def test_money_that_fewer_than_five_got_cannot_be_had_by_subtraction(kroner, of, is_hidden):
    told = [{("money", "spent"): Row("spent", kroner, of), ("money", "budget 2026"): Row("budget 2026", 1, 0)}]
    rows = [Row("spent", 90_000, of=10), Row("budget 2026", 60_000, of=0)]
    (table,) = suppress([Table("money", rows)], told)
    assert shown(table) == [None if is_hidden else 90_000, 60_000], "a budget is nobody's"


@given(COUNTS)
def test_no_number_under_five_is_shown(values):
    (table,) = suppress([parts(*values)])
    assert not any(value and value < LEAST for value in shown(table))
    assert table.total is None or table.total == 0 or table.total >= LEAST


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_what_is_hidden_cannot_be_worked_out(values):
    """Whoever reads the table can think of more than one number for each that is hidden, not all of them the same."""
    (table,) = suppress([parts(*values)])
    hidden = [n for n, value in enumerate(shown(table)) if value is None]
    if not hidden or table.total is None:
        return
    left = table.total - sum(value for value in shown(table) if value is not None)
    fits = [guess for guess in product(range(1, left + 1), repeat=len(hidden)) if sum(guess) == left]
    for place in range(len(hidden)):
        assert len({guess[place] for guess in fits}) > 1


@given(COUNTS)
def test_hiding_twice_is_hiding_once(values):
    (once,) = suppress([parts(*values)])
    (twice,) = suppress([once])
    assert twice.rows == once.rows

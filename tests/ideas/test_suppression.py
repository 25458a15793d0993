"""Numbers under five are hidden, and nothing that is told, in one report or in several, gives them away."""

import datetime as dt
import random
from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideas import linear
from ideas.disclosure import AT_WORK, Extent, Row, Table, Told
from ideas.models import SupportRelation
from ideas.suppression import LEAST, MAX_REPORTS, suppress

A, B, C = 1, 2, 3
DISTRICT = frozenset({A, B, C})
SENT = dt.date(2027, 1, 15)
COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=6)


DISTRICT_YEAR = Extent("", DISTRICT, dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def extent(places, first: int, last: int) -> Extent:
    """Of the months from `first` to `last` of one year; the report of one place, or of several."""
    places = frozenset({places} if isinstance(places, int) else places)
    name = str(*places) if len(places) == 1 else ""
    after = dt.date(2026 + last // 12, last % 12 + 1, 1)
    return Extent(name, places, dt.date(2026, first, 1), after - dt.timedelta(days=1))


def parts(*values: int, key: str = "talks") -> Table:
    rows = [Row(f"part {n}", value) for n, value in enumerate(values)]
    return Table(key, rows, is_whole=True, total=sum(values))


def alone(value: int | None, key: str = "help", **of) -> Table:
    return Table(key, [Row("one", value, **of)])


def told(about: Extent, *tables: Table) -> Told:
    return Told(about, SENT, tables)


def of_nobody(*_where) -> int:
    raise AssertionError("no sum of money is asked about")


def hide(about: Extent, *tables: Table, others: list[Told] = (), behind=of_nobody) -> list[Table]:
    return suppress(told(about, *tables), others, behind)


def shown(table: Table) -> list[int | None]:
    return [row.value for row in table.rows]


# --- One table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected", "total"),
    [
        ((20, 10, 0), [20, 10, 0], 30),
        # One alone could be had by subtraction: the next smallest goes with it.
        ((20, 10, 3), [20, None, None], 33),
        # Two small ones whose sum is small would be narrowed down: one more.
        ((20, 10, 1, 1), [20, None, None, None], 32),
        ((4, 4, 20), [None, None, 20], 28),
        # Two hidden ones that come to six have five values each, and one that comes to five with another has four.
        ((3, 3, 20), [None, None, 20], 26),
        ((3, 2, 20), [None, None, None], 25),
        # Nothing is left to hide behind: the sum goes too.
        ((0, 3), [0, None], None),
        ((2, 2), [None, None], None),
        ((0, 0), [0, 0], 0),
    ],
)
def test_small_parts_are_hidden_with_what_gives_them_away(values, expected, total):
    (table,) = hide(extent(A, 1, 6), parts(*values))
    assert (shown(table), table.total) == (expected, total)


def test_sum_of_money_is_hidden_by_how_many_stand_behind_it():
    money = Table("money", [Row("given", 90_000, of=3), Row("in", 120_000, of=12), Row("budget 2026", 4, of=0)])
    (table,) = hide(extent(A, 1, 6), money)
    assert [(row.name, row.value, row.of) for row in table.rows] == [
        ("given", None, None), ("in", 120_000, 12), ("budget 2026", 4, 0),
    ]  # fmt: skip


@given(COUNTS)
@settings(max_examples=30)
def test_no_number_under_five_is_shown(values):
    (table,) = hide(extent(A, 1, 6), parts(*values))
    assert not any(value and value < LEAST for value in shown(table))
    assert table.total is None or table.total == 0 or table.total >= LEAST


@given(COUNTS, st.integers(0, 40))
@settings(max_examples=30, deadline=None)
def test_hiding_twice_is_hiding_once(values, before):
    """What is hidden already counts as hidden, and hides nothing more."""
    others = [told(extent(A, 1, 3), parts(*(min(value, before) for value in values)))]
    once = hide(extent(A, 1, 6), parts(*values), others=others)
    assert hide(extent(A, 1, 6), *once, others=others) == once


# --- Tables of one report ---------------------------------------------------------------------------------------------


def received(**values: int) -> Table:
    rows = [Row(name, values.get(name, 0)) for name in ("submitted", "accepted", "paused", "ended")]
    return Table("received", rows, is_whole=True, total=sum(values.values()))


def steps(*values: int) -> Table:
    rows = [Row(name, value) for name, value in zip(("try", "do", "build"), values, strict=True)]
    return Table("steps", rows, is_whole=True, total=sum(values))


def test_ideas_at_work_do_not_give_away_those_on_hold():
    """All at work came in the period: eleven at work less eight accepted would be three on hold."""
    came, work = hide(extent(A, 1, 6), received(submitted=30, accepted=8, paused=3, ended=9), steps(5, 6, 0))
    assert shown(came)[2] is None
    assert work.total is None or shown(came)[1] is None


def test_ideas_at_work_that_leave_room_are_shown():
    came, work = hide(extent(A, 1, 6), received(submitted=30, accepted=8, paused=3, ended=9), steps(20, 6, 0))
    assert (shown(came), work.total) == ([30, None, None, 9], 26)


def test_statuses_that_are_at_work_are_those_of_the_model():
    assert set(AT_WORK) == set(SupportRelation.SUPPORTED)


# --- Several reports --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "value", "others", "is_hidden"),
    [
        # A quarter less: three of the other quarter.
        (extent(A, 1, 6), 15, [(extent(A, 1, 3), 12)], True),
        (extent(A, 1, 6), 17, [(extent(A, 1, 3), 12)], False),
        (extent(A, 1, 6), 12, [(extent(A, 1, 3), 12)], False),
        (extent(A, 1, 3), 12, [(extent(A, 1, 6), 15)], True),
        # Two incubators of three, and then their district; the third alone.
        (extent(DISTRICT, 1, 6), 30, [(extent(A, 1, 6), 14), (extent(B, 1, 6), 14)], True),
        (extent(B, 1, 6), 14, [(extent(A, 1, 6), 14), (extent(DISTRICT, 1, 6), 30)], True),
        (extent(DISTRICT, 1, 6), 30, [(extent(A, 1, 6), 14), (extent(B, 1, 6), 8)], False),
        # Two incubators of three together have four.
        (extent(DISTRICT, 1, 6), 18, [(extent(A, 1, 6), 14)], True),
        # Three quarters of four, in any order.
        (extent(A, 7, 9), 12, [(extent(A, 1, 3), 10), (extent(A, 4, 6), 8), (extent(A, 1, 12), 32)], True),
        # Two that overlap tell their difference, but neither what is in both nor what is in one.
        (extent(A, 2, 7), 7, [(extent(A, 1, 6), 10)], False),
        # A half-year, a year, and nine months from April: two in the second quarter.
        (extent(A, 4, 12), 12, [(extent(A, 1, 6), 12), (extent(A, 1, 12), 22)], True),
        # Another version of the same, and another place.
        (extent(A, 1, 6), 12, [(extent(A, 1, 6), 10)], False),
        (extent(A, 1, 6), 12, [(extent(B, 1, 6), 10)], False),
    ],
)
def test_what_other_reports_would_give_away_is_hidden(mine, value, others, is_hidden):
    (table,) = hide(mine, alone(value), others=[told(about, alone(number)) for about, number in others])
    assert shown(table) == [None if is_hidden else value]


def test_part_and_total_that_another_report_would_give_away_are_hidden():
    others = [told(extent(A, 1, 3), parts(18, 30, 40))]
    (table,) = hide(extent(A, 1, 6), parts(20, 30, 40), others=others)
    assert table.total is None
    assert shown(table) == [None, 30, 40]


def test_reports_that_contradict_each_other_are_taken_from_the_newest_on():
    """An idea was moved here after the district's report was sent."""
    contradicts = told(extent(DISTRICT, 1, 6), alone(10))
    newer = told(extent(A, 1, 3), alone(10))
    (table,) = hide(extent(A, 1, 6), alone(12), others=[newer, contradicts])
    assert shown(table) == [None]
    (table,) = hide(extent(A, 1, 6), alone(12), others=[contradicts])
    assert shown(table) == [12]


def test_what_was_given_away_before_hides_nothing_now():
    before = [told(extent(A, 1, 6), alone(10)), told(extent(A, 1, 3), alone(8))]
    (table,) = hide(extent(A, 1, 12), alone(40), others=before)
    assert shown(table) == [40]


@pytest.mark.parametrize(("behind", "is_hidden"), [(1, True), (4, True), (5, False), (0, False)])
def test_money_that_fewer_than_five_got_cannot_be_had_by_subtraction(behind, is_hidden):
    asked = []

    def count(key, row, places, first, last):
        asked.append((key, row, set(places), first, last))
        return behind if first == dt.date(2026, 4, 1) else 10

    spring = told(extent(A, 1, 3), Table("money", [Row("spent", 50_000), Row("budget 2026", 60_000)]))
    rows = [Row("spent", 90_000, of=10), Row("budget 2026", 60_000, of=0)]
    (table,) = hide(extent(A, 1, 6), Table("money", rows), others=[spring], behind=count)
    assert shown(table) == [None if is_hidden else 90_000, 60_000], "a budget is nobody's"
    assert ("money", "spent", {A}, dt.date(2026, 4, 1), dt.date(2026, 6, 30)) in asked


def test_person_is_counted_once_in_a_longer_period():
    """Ten people in the first quarter may all be among the twelve of the half-year, who may be others too."""
    people = [Table("people", [Row("coauthors", number)]) for number in (12, 10)]
    (table,) = hide(extent(A, 1, 6), people[0], others=[told(extent(A, 1, 3), people[1])])
    assert shown(table) == [12]


# --- A reader who tries everything ------------------------------------------------------------------------------------


Cells = dict[tuple[int, tuple[int, int], int], int]
HALVES = [(1, 6), (7, 12)]
# One incubator with its two half-years and the year; two incubators with their district. Two parts each.
YEAR = [extent(A, 1, 6), extent(A, 7, 12), extent(A, 1, 12)]
PLACES = [extent(A, 1, 6), extent(B, 1, 6), extent({A, B}, 1, 6)]


def worlds_that_fit(reports: list[Told], cells: list, most: int) -> Iterator[Cells]:
    """Yield each choice of numbers for the cells that all the reports agree with: by brute force."""
    for values in product(range(most + 1), repeat=len(cells)):
        world = dict(zip(cells, values, strict=True))
        if all(agrees(report, world) for report in reports):
            yield world


def numbers_in(about: Extent, world: Cells) -> list[int]:
    """The two parts and their total, as a report of these places and months counts them."""
    counts = [
        sum(
            number
            for (place, (first, last), part), number in world.items()
            if part == wanted and place in about.places and about.first.month <= first and last <= about.last.month
        )
        for wanted in range(2)
    ]
    return [*counts, sum(counts)]


def agrees(report: Told, world: Cells) -> bool:
    (table,) = report.tables
    published = [*shown(table), table.total]
    counted = numbers_in(report.extent, world)
    # A hidden number is not none, except where all of a table is hidden.
    least = int(any(number is not None for number in published))
    return all(
        one >= least if number is None else one == number for number, one in zip(published, counted, strict=True)
    )


def gives_away(reports: list[Told], truth: Cells) -> list[str]:
    """Return each number of one to four, of a report or of one cell, that is narrowed to fewer than five values."""
    seen: dict[tuple[Extent, int], set[int]] = {}
    extents = {report.extent for report in reports} | {extent(place, *half) for place, half, _part in truth}
    for world in worlds_that_fit(reports, list(truth), most=max(truth.values()) + 8):
        for about in extents:
            for part, number in enumerate(numbers_in(about, world)):
                seen.setdefault((about, part), set()).add(number)
    return [
        f"{about.name} {about.first}: part {part} is one of {seen[about, part]}"
        for about in extents
        for part, number in enumerate(numbers_in(about, truth))
        if 0 < number < LEAST and len(seen[about, part]) < LEAST
    ]


@pytest.mark.parametrize("extents", [YEAR, PLACES], ids=["year", "places"])
@pytest.mark.parametrize("seed", range(12))
def test_reader_who_tries_all_numbers_learns_none_under_five(extents, seed):
    dice = random.Random(seed)
    cells = [
        (place, half) for half in HALVES for place in (A, B) if any(extent(place, *half) == one for one in extents)
    ]
    truth = {(*cell, part): dice.choice([0, 1, 2, 3, 5, 6]) for cell in cells for part in range(2)}
    sent: list[Told] = []
    for about in dice.sample(extents, len(extents)):
        sent.insert(0, told(about, *hide(about, parts(*numbers_in(about, truth)[:2]), others=sent)))
    assert gives_away(sent, truth) == []


def test_reader_who_tries_all_numbers_finds_what_is_not_hidden():
    """A control: reports that hide no more than what is under five itself are found out."""
    truth = {(A, HALVES[0], 0): 6, (A, HALVES[0], 1): 5, (A, HALVES[1], 0): 2, (A, HALVES[1], 1): 5}
    naive = []
    for about in YEAR:
        *both, total = numbers_in(about, truth)
        rows = [Row(f"part {n}", number if number >= LEAST else None) for n, number in enumerate(both)]
        naive.append(told(about, Table("talks", rows, is_whole=True, total=total)))
    assert gives_away(naive, truth)


# --- Many reports -----------------------------------------------------------------------------------------------------


def year_of_ideas(seed: int) -> list[dict[str, int]]:
    """Return 200 ideas, each with the month it came in and the row of each table that it counts in."""
    dice = random.Random(seed)
    return [
        {
            "month": dice.randint(1, 12),
            "received": dice.randrange(4),
            "talks": dice.randrange(6),
            "promises": dice.choice([0, 0, 0, 0, 1]),
            "help": dice.randrange(9),
        }
        for _number in range(200)
    ]


def report_of(ideas: list[dict[str, int]], about: Extent) -> Told:
    inside = [idea for idea in ideas if about.first.month <= idea["month"] <= about.last.month]

    def counted(key: str, number: int) -> list[int]:
        return [sum(idea[key] == row for idea in inside) for row in range(number)]

    helped = Table("help", [Row(f"kind {row}", value) for row, value in enumerate(counted("help", 5))])
    came = received(**dict(zip(("submitted", "accepted", "paused", "ended"), counted("received", 4), strict=True)))
    return told(about, came, parts(*counted("talks", 4)), parts(*counted("promises", 2), key="promises"), helped)


class CountingSolver(linear.Solver):
    """HiGHS, which counts its runs."""

    runs = 0

    def run(self):
        CountingSolver.runs += 1
        return super().run()


def test_many_reports_that_overlap_take_few_runs_of_the_solver(monkeypatch):
    """Of the same year in 25 periods: the last took 1326 runs when each quantity was asked about by itself."""
    monkeypatch.setattr(linear, "Solver", CountingSolver)
    ideas = year_of_ideas(1)
    periods = [extent(A, first, last) for first in range(1, 13) for last in range(first, 13)]
    sent: list[Told] = []
    for about in random.Random(2).sample(periods, MAX_REPORTS + 1):
        CountingSolver.runs = 0
        tables = suppress(report_of(ideas, about), sent, of_nobody)
        sent.insert(0, told(about, *tables))
    assert CountingSolver.runs <= 300


def test_contradiction_in_many_reports_is_found_by_halves(monkeypatch):
    """The oldest of them contradicts the rest, so that nothing but the rest counts."""
    monkeypatch.setattr(linear, "Solver", CountingSolver)
    CountingSolver.runs = 0
    newer = [told(extent(A, 1, last), alone(10 * last)) for last in range(11, 1, -1)]
    others = [*newer, told(DISTRICT_YEAR, alone(7))]
    (table,) = hide(extent(A, 1, 12), alone(113), others=others)
    assert shown(table) == [None], "three of the last month"
    assert CountingSolver.runs <= 100


def test_pairs_of_reports_are_all_told_apart():
    """Every two of five extents of a district go through without an error, whichever comes first."""
    extents = [extent(A, 1, 6), extent(B, 1, 6), extent(DISTRICT, 1, 6), extent(DISTRICT, 1, 12), extent(A, 4, 9)]
    for one, other in combinations(extents, 2):
        before = told(other, received(submitted=9, accepted=7), steps(7, 2, 0), alone(9, "people"))
        tables = hide(one, received(submitted=9, accepted=7), steps(7, 2, 0), alone(9, "people"), others=[before])
        assert [table.key for table in tables] == ["received", "steps", "people"]

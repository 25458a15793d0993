"""The numbers of reports as equations over the cells that they are sums of.

All reports of a district together cut its places and days into blocks: a block is the places, or the days, that no
report tells apart. An unknown is the number of one row in one block of places and of days. What a reader can work out
of all that was sent is what follows from these equations (`ideas/linear.py`).
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

from ideas.linear import INFINITY, Quantity

TOTAL = "total"
# How a row is counted. A moment is part of an unknown's name where a row is as it was at that moment.
AT_END = {"received"}
AS_SENT = {("promises", "late"), ("promises", "waiting")}
STOCK = {"steps"}
# Somebody, or an indicator, that is in two blocks is counted once in both together.
DISTINCT = {"people", "indicators"}
# Ideas received that are at work are among those at work.
AT_WORK = ("accepted", "paused")
# Rows that are never more than the ideas received: an author has an idea, a theme and a need are of one.
AMONG_RECEIVED = ("themes", "help")
# With more blocks of places than this, single blocks, all but one, and all of them are looked at together.
FEW_BLOCKS = 4


@dataclass(frozen=True)
class Row:
    """One number. `of` is how many ideas or trials a sum of money is of; 0 is nobody's."""

    name: str
    value: int | None
    of: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows under one heading. With `is_whole` they are parts that make up `total`; else they are independent."""

    key: str
    rows: list[Row] = field(default_factory=list)
    is_whole: bool = False
    total: int | None = None

    @property
    def numbers(self) -> list[Row]:
        """All that is told: the rows, and the total where there is one."""
        return [*self.rows, Row(TOTAL, self.total)] if self.is_whole else self.rows


@dataclass(frozen=True)
class Extent:
    """What a report is of. `name` tells the report of a district from that of the only incubator in it."""

    name: str
    places: frozenset[int]
    first: dt.date
    last: dt.date

    def overlaps(self, other: "Extent") -> bool:
        return self.first <= other.last and other.first <= self.last

    def within(self, other: "Extent") -> bool:
        return self.places <= other.places and other.first <= self.first and self.last <= other.last


@dataclass(frozen=True)
class Told:
    """A report as it is read: a number that is hidden is None. `sent_on` is the day on which it was counted."""

    extent: Extent
    sent_on: dt.date
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Cell:
    """One published number: which report, table and row."""

    report: int
    key: str
    row: str


class Blocks:
    """The blocks of places and of days, and the quantity that each number of a report is."""

    def __init__(self, reports: list[Told]):
        self.reports = reports
        extents = [report.extent for report in reports]
        self.places = _blocks_of_places(extents)
        self.days = sorted({extent.first for extent in extents} | {_next(extent.last) for extent in extents})

    def places_of(self, extent: Extent) -> list[frozenset[int]]:
        return [block for block in self.places if block <= extent.places]

    def days_of(self, extent: Extent) -> list[dt.date]:
        """The blocks of days of a report, each by its first day."""
        return [day for day in self.days if extent.first <= day <= extent.last]

    def quantity(self, cell: Cell) -> Quantity:
        """What a published number is the sum of."""
        told = self.reports[cell.report]
        extent = told.extent
        if cell.key in DISTINCT:
            return {(cell.key, cell.row, extent): 1}
        if cell.key in STOCK:
            return {(cell.key, cell.row, place, None, extent.last): 1 for place in self.places_of(extent)}
        moment = self._moment(cell, told)
        blocks = product(self.places_of(extent), self.days_of(extent))
        return {(cell.key, cell.row, place, day, moment): 1 for place, day in blocks}

    @staticmethod
    def _moment(cell: Cell, told: Told) -> dt.date | None:
        if cell.row == TOTAL:
            return None
        if cell.key in AT_END:
            return told.extent.last
        return told.sent_on if (cell.key, cell.row) in AS_SENT else None

    def structure(self) -> Iterator[tuple[Quantity, float, float]]:
        """Yield what holds of the unknowns whatever is told, as a quantity, the least and the most that it can be."""
        yield from self._parts_make_totals()
        yield from self._ideas_at_work()
        yield from _once(self._among_received())
        yield from self._counted_once()

    def _parts_make_totals(self) -> Iterator[tuple[Quantity, float, float]]:
        known = set()
        for number, told in enumerate(self.reports):
            for table in told.tables:
                if not table.is_whole:
                    continue
                parts = [self.quantity(Cell(number, table.key, row.name)) for row in table.rows]
                whole = self.quantity(Cell(number, table.key, TOTAL))
                for names in zip(whole, *parts, strict=True):
                    if names not in known:
                        known.add(names)
                        yield {names[0]: -1} | dict.fromkeys(names[1:], 1), 0, 0

    def _ideas_at_work(self) -> Iterator[tuple[Quantity, float, float]]:
        ends: dict[tuple[Hashable, ...], Quantity] = {}
        for number, told in enumerate(self.reports):
            if {"received", "steps"} <= {table.key for table in told.tables}:
                for status in AT_WORK:
                    for name in self.quantity(Cell(number, "received", status)):
                        ends.setdefault((name[2], told.extent.last), {})[name] = -1
        for (place, end), received in ends.items():
            yield {("steps", TOTAL, place, None, end): 1} | received, 0, INFINITY

    def _among_received(self) -> Iterator[tuple[Quantity, float, float]]:
        for number, told in enumerate(self.reports):
            keys = {table.key: table for table in told.tables}
            if "received" not in keys:
                continue
            received = self.quantity(Cell(number, "received", TOTAL))
            for key in AMONG_RECEIVED:
                for row in keys[key].rows if key in keys else ():
                    for whole, part in zip(received, self.quantity(Cell(number, key, row.name)), strict=True):
                        yield {whole: 1, part: -1}, 0, INFINITY
            if "people" in keys:
                yield received | {("people", "authors", told.extent): -1}, 0, INFINITY

    def _counted_once(self) -> Iterator[tuple[Quantity, float, float]]:
        """A report that another one lies in counts no more than that one."""
        for one, other in product(self.reports, repeat=2):
            if one.extent == other.extent or not one.extent.within(other.extent):
                continue
            for table in other.tables:
                rows = [row.name for row in table.rows] if table.key == "people" else [TOTAL]
                for row in rows if table.key in DISTINCT else ():
                    yield {(table.key, row, other.extent): 1, (table.key, row, one.extent): -1}, 0, INFINITY

    def together(self, names: Iterable[tuple]) -> Iterator[Quantity]:
        """Yield each unknown, and those of one row that lie beside each other, in which fewer than five may be seen."""
        rows: dict[tuple, dict[tuple, tuple]] = {}
        for name in names:
            if name[0] in DISTINCT:
                yield {name: 1}
            else:
                key, row, place, day, moment = name
                rows.setdefault((key, row, moment), {})[place, day] = name
        for blocks in rows.values():
            days = sorted({day for _place, day in blocks}, key=lambda day: day or dt.date.min)
            for places, run in product(_groups({place for place, _day in blocks}), _runs(days)):
                inside = [blocks[block] for block in product(places, run) if block in blocks]
                if inside:
                    yield dict.fromkeys(inside, 1)


def _once(rows: Iterable[tuple[Quantity, float, float]]) -> Iterator[tuple[Quantity, float, float]]:
    """Reports that overlap say the same of the blocks that they share."""
    known = set()
    for quantity, least, most in rows:
        row = (frozenset(quantity.items()), least, most)
        if row not in known:
            known.add(row)
            yield quantity, least, most


def _blocks_of_places(extents: list[Extent]) -> list[frozenset[int]]:
    blocks: dict[tuple[bool, ...], set[int]] = {}
    for place in sorted(set().union(*(extent.places for extent in extents))):
        blocks.setdefault(tuple(place in extent.places for extent in extents), set()).add(place)
    return [frozenset(block) for block in blocks.values()]


def _groups(places: set[frozenset[int]]) -> list[tuple[frozenset[int], ...]]:
    ordered = sorted(places, key=sorted)
    sizes = range(1, len(ordered) + 1) if len(ordered) <= FEW_BLOCKS else {1, len(ordered) - 1, len(ordered)}
    return [group for size in sizes for group in combinations(ordered, size)]


def _runs(days: list) -> list[list]:
    return [days[first:last] for first in range(len(days)) for last in range(first + 1, len(days) + 1)]


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)

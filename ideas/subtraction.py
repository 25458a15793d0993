"""What readers can work out of the reports they have: what one of them says, and what is left of it without others.

A report is of some places and some days. Those that lie inside it and have nothing in common can be added up, and the
sum taken from it; what then is left is as good as told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ideas.suppression import Row

# Reports of a place are a handful a year; nobody cuts a period into pieces in more ways than this.
MOST_WAYS = 500
Numbers = Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Extent:
    """What a report is of. `name` tells the report of a district from that of the only incubator in it."""

    name: str
    places: frozenset[int]
    first: date
    last: date

    def covers(self, other: "Extent") -> bool:
        return self.places >= other.places and self.first <= other.first and other.last <= self.last

    def is_apart_from(self, other: "Extent") -> bool:
        return self.places.isdisjoint(other.places) or self.last < other.first or other.last < self.first


@dataclass(frozen=True)
class Told:
    """One report that was sent, as far as its numbers can be read."""

    extent: Extent
    numbers: Numbers


def known_about(extent: Extent, told: Iterable[Told]) -> list[Numbers]:
    """Return what a report of `extent` must not differ from by a little; the newest of `told` first.

    Versions of the same report are no more than corrections of it.
    """
    others = [one for one in told if one.extent != extent]
    parts = [one for one in others if extent.covers(one.extent)]
    known = [one.numbers for one in parts]
    known += [_sum(way) for way in _ways_to_fill(parts)]
    for whole in others:
        if whole.extent.covers(extent):
            beside = [
                one
                for one in others
                if one.extent != whole.extent
                and whole.extent.covers(one.extent)
                and one.extent.is_apart_from(extent)
            ]  # fmt: skip
            known.append(whole.numbers)
            known += [_rest(whole.numbers, _sum(way)) for way in _ways_to_fill(beside)]
    return known


def _ways_to_fill(parts: list[Told]) -> Iterator[list[Told]]:
    """Each choice of parts that have nothing in common and leave no room for another; of each part the newest version.

    A choice with room for one more tells no less: what that one shows is none, or five and more.
    """
    newest = {}
    for part in parts:
        newest.setdefault(part.extent, part)
    return islice(_fill([], list(newest.values()), []), MOST_WAYS) if newest else iter(())


def _fill(taken: list[Told], free: list[Told], done: list[Told]) -> Iterator[list[Told]]:
    """The maximal cliques of what is apart, by Bron and Kerbosch: `done` are those that were tried in this place."""
    if not free:
        if not done:
            yield taken
        return
    pivot = max((*free, *done), key=lambda one: len(_apart_from(one, free)))
    besides = {other.extent for other in _apart_from(pivot, free)}
    for one in [one for one in free if one.extent not in besides]:
        yield from _fill([*taken, one], _apart_from(one, free), _apart_from(one, done))
        free = [other for other in free if other is not one]
        done = [*done, one]


def _apart_from(one: Told, others: Iterable[Told]) -> list[Told]:
    return [other for other in others if other.extent.is_apart_from(one.extent)]


def _sum(parts: Iterable[Told]) -> Numbers:
    """What the parts show together; what one of them hides is not in it."""
    sums: dict[tuple[str, str], Row] = {}
    for part in parts:
        for key, row in part.numbers.items():
            sums[key] = _with(sums[key], row, 1) if key in sums else row
    return sums


def _rest(whole: Numbers, parts: Numbers) -> Numbers:
    return {key: _with(row, parts[key], -1) if key in parts else row for key, row in whole.items()}


def _with(row: Row, other: Row, sign: int) -> Row:
    """How many stand behind a sum is known where it is known of both."""
    of = None if row.of is None or other.of is None else row.of + sign * other.of
    return Row(row.name, row.value + sign * other.value, of)

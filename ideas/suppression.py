"""Which numbers of a report are hidden, so that nobody in a small place is recognised: those under five.

Also those that could be worked out from what is shown: a hidden number that is the only one of its table, or whose
table's hidden numbers come to less than five, is joined by the smallest of those that are shown; and what differs by
less than five from what other reports let be worked out is hidden. None is told as none, for there nobody can be
recognised.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

LEAST = 5


@dataclass(frozen=True)
class Row:
    """One number. `of` is how many ideas or trials stand behind it, where that is another number; 0 is nobody's."""

    name: str
    value: int | None
    of: int | None = None

    @property
    def is_small(self) -> bool:
        behind = self.value if self.of is None else self.of
        return behind is not None and 0 < behind < LEAST


@dataclass(frozen=True)
class Table:
    """Rows under one heading. With `is_whole` they are parts that make up `total`; else each stands for itself."""

    key: str
    rows: list[Row] = field(default_factory=list)
    is_whole: bool = False
    total: int | None = None


def suppress(tables: Iterable[Table], known: Iterable[Mapping[tuple[str, str], Row]] = ()) -> list[Table]:
    """Return `tables` with what must not be read as None.

    `known` is what readers have from other reports, by the keys of table and row.
    """
    known = list(known)
    return [_hide(table, known) for table in tables]


def _hide(table: Table, known: list[Mapping[tuple[str, str], Row]]) -> Table:
    hidden = {row.name for row in table.rows if row.is_small or _is_near(table.key, row, known)}
    if table.is_whole:
        return _hide_parts(table, hidden, known)
    return replace(table, rows=[_shown(row, hidden) for row in table.rows])


def _hide_parts(table: Table, hidden: set[str], known: list[Mapping[tuple[str, str], Row]]) -> Table:
    """Hide so many parts that none of them can be had by taking the others from the total; else the total too.

    Where the total itself must not be read, so many that adding up the others does not give it.
    """
    hidden = set(hidden)
    total = Row("total", table.total)
    hides_total = total.is_small or _is_near(table.key, total, known)
    values = {row.name: row.value or 0 for row in table.rows}
    others = sorted((name for name in values if name not in hidden and values[name]), key=values.get, reverse=True)
    while (hidden or hides_total) and not _is_safe(values, hidden) and others:
        hidden.add(others.pop())
    hides_total = hides_total or (bool(hidden) and not _is_safe(values, hidden))
    return replace(table, rows=[_shown(row, hidden) for row in table.rows], total=None if hides_total else table.total)


def _is_safe(values: Mapping[str, int], hidden: set[str]) -> bool:
    return len(hidden) > 1 and sum(values[name] for name in hidden) >= LEAST


def _is_near(key: str, row: Row, known: list[Mapping[tuple[str, str], Row]]) -> bool:
    """Whether taking it from what others let be read, or that from it, tells of fewer than five."""
    if row.value is None:
        return False
    return any(_is_little_between(row, numbers[key, row.name]) for numbers in known if (key, row.name) in numbers)


def _is_little_between(row: Row, other: Row) -> bool:
    if row.of is None or row.value == other.value:
        return 0 < abs(row.value - other.value) < LEAST
    if row.of == 0:
        return False
    # What is between two sums of money is of so many at least; where that is not known, it may be of one.
    larger, smaller = (row, other) if row.value > other.value else (other, row)
    return larger.of is None or smaller.of is None or larger.of - smaller.of < LEAST


def _shown(row: Row, hidden: set[str]) -> Row:
    return replace(row, value=None, of=None) if row.name in hidden else row

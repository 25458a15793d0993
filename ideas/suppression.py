"""Which numbers of a report are hidden, so that nobody in a small place is recognised: those under five.

Also those that could be worked out from what is shown: a hidden number that is the only one of its table, or whose
table's hidden numbers come to less than five, is joined by the smallest of those that are shown; and what differs from
an earlier report by less than five is hidden. None is told as none, for there nobody can be recognised.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

LEAST = 5


@dataclass(frozen=True)
class Row:
    """One number. `of` is how many people, ideas or agreements stand behind it, where that is another number."""

    name: str
    value: int | None
    of: int | None = None

    @property
    def is_hidden(self) -> bool:
        return self.value is None

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


def suppress(tables: Iterable[Table], earlier: Iterable[Mapping[tuple[str, str], int]] = ()) -> list[Table]:
    """Return `tables` with what must not be read as None.

    `earlier` are the numbers that readers have in other reports of which this is a part or which are a part of this,
    by the keys of table and row.
    """
    known = list(earlier)
    return [_hide(table, known) for table in tables]


def _hide(table: Table, earlier: list[Mapping[tuple[str, str], int]]) -> Table:
    hidden = {row.name for row in table.rows if row.is_small or _is_near(table.key, row, earlier)}
    if table.is_whole:
        return _hide_parts(table, hidden, earlier)
    return replace(table, rows=[_shown(row, hidden) for row in table.rows])


def _hide_parts(table: Table, hidden: set[str], earlier: list[Mapping[tuple[str, str], int]]) -> Table:
    """Hide so many parts that none of them can be had by taking the others from the total; else the total too."""
    hidden = set(hidden)
    values = {row.name: row.value or 0 for row in table.rows}
    others = sorted((name for name in values if name not in hidden and values[name]), key=values.get, reverse=True)
    while hidden and not _is_safe(values, hidden) and others:
        hidden.add(others.pop())
    total = Row("total", table.total)
    hides_total = total.is_small or (bool(hidden) and not _is_safe(values, hidden)) or _is_near(
        table.key, total, earlier
    )  # fmt: skip
    return replace(table, rows=[_shown(row, hidden) for row in table.rows], total=None if hides_total else table.total)


def _is_safe(values: Mapping[str, int], hidden: set[str]) -> bool:
    return len(hidden) > 1 and sum(values[name] for name in hidden) >= LEAST


def _is_near(key: str, row: Row, earlier: list[Mapping[tuple[str, str], int]]) -> bool:
    """Whether taking it from what another report says, or that from it, gives a number under five."""
    if row.value is None:
        return False
    others = (numbers[key, row.name] for numbers in earlier if (key, row.name) in numbers)
    return any(0 < abs(row.value - other) < LEAST for other in others)


def _shown(row: Row, hidden: set[str]) -> Row:
    return replace(row, value=None, of=None) if row.name in hidden else replace(row, of=None)

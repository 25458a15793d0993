"""Which numbers of a report are hidden, so that no person in a small place is recognised.

A number of one to four is hidden, and so is a sum of money that fewer than five got. Other numbers are hidden with them
until this holds: from all that this report and the earlier ones of the district tell, no number of one to four in any
place and time can be worked out, or be narrowed to fewer than five values. None is told as none, for there nobody can
be recognised. docs/decisions/reports.md says why it is done this way.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ideas.disclosure import TOTAL, Blocks, Cell, Extent, Row, Table, Told
from ideas.linear import INFINITY, ContradictionError, Quantity, System, in_parts
from ideas.narrowing import narrow_sums, small_and_narrow, worth_watching

LEAST = 5
# Reports that overlap, the newest of each; a district sends a handful a year.
MAX_REPORTS = 24
# A sum of money is given away where a reader knows it this exactly, as a share of its largest value.
NARROW_SHARE = 0.2
MINE = 0

# Returns how many ideas or trials a sum of money is of: (table, row, places, first day, last day).
Behind = Callable[[str, str, frozenset[int], date, date], int]
Name = tuple[str, str]


def suppress(mine: Told, others: Iterable[Told], behind: Behind) -> list[Table]:
    """Return the tables of `mine` with None for each number that must not be read.

    `others` are the reports of the same district that readers have, newest first.
    """
    relevant = _overlapping(mine.extent, others)
    hidden = {(table.key, row.name) for table in mine.tables for row in table.numbers if _is_small(row)}
    hidden |= _without_contradiction(_hide_counts, mine, relevant, hidden)
    hidden |= _without_contradiction(_hide_money, mine, relevant, hidden, behind)
    return [_shown(table, hidden) for table in mine.tables]


def _is_small(row: Row) -> bool:
    behind = row.value if row.of is None else row.of
    return behind is not None and 0 < behind < LEAST


def _shown(table: Table, hidden: set[Name]) -> Table:
    rows = [replace(row, value=None, of=None) if (table.key, row.name) in hidden else row for row in table.rows]
    return replace(table, rows=rows, total=None if (table.key, TOTAL) in hidden else table.total)


def _overlapping(extent: Extent, others: Iterable[Told]) -> list[Told]:
    """The newest version of each report that overlaps this one, or one that does; versions of this one are left out."""
    newest: dict[Extent, Told] = {}
    for other in others:
        if other.extent != extent:
            newest.setdefault(other.extent, other)
    chain, left = [extent], list(newest)
    for linked in chain:
        chain += [other for other in left if other.overlaps(linked)]
        left = [other for other in left if not other.overlaps(linked)]
    return [told for key, told in newest.items() if key in chain][:MAX_REPORTS]


def _without_contradiction(hide: Callable[..., set[Name]], mine: Told, others: list[Told], *more) -> set[Name]:
    """Hide by all reports, or by the newest of them whose numbers do not contradict each other.

    They do where an idea has moved, was erased, or was counted again between two reports: nobody can take one number
    from the other then. Fewer reports contradict each other less, so the number of them is halved in.
    """
    found, agree, contradict = None, -1, len(others) + 1
    count = len(others)
    while agree + 1 < contradict:
        try:
            found, agree = hide(mine, others[:count], *more), count
        except ContradictionError:
            contradict = count
        count = (agree + contradict) // 2
    if found is None:
        return {(table.key, row.name) for table in mine.tables for row in table.numbers if row.value and row.of is None}
    return found


# --- Numbers of people and ideas --------------------------------------------------------------------------------------


def _hide_counts(mine: Told, others: list[Told], hidden: set[Name]) -> set[Name]:
    blocks = Blocks([mine, *others])
    rows = [*_told_rows(blocks, hidden), *((*row, None) for row in blocks.structure())]
    parts = [_Part(blocks, part) for part in in_parts((row[0], row) for row in rows)]
    if not all(part.system.is_solvable() for part in parts):
        raise ContradictionError
    return set().union(*(part.hide() for part in parts))


def _told_rows(blocks: Blocks, hidden: set[Name]) -> Iterator[tuple[Quantity, float, float, Cell]]:
    """Yield each number that is told as an equation, and each hidden one with the least that it can be."""
    names: dict[str, set[str]] = {}
    for told in blocks.reports:
        for table in told.tables:
            names.setdefault(table.key, set()).update(row.name for row in table.numbers)
    money = {(table.key, row.name) for table in blocks.reports[MINE].tables for row in table.rows if row.of is not None}
    for number, told in enumerate(blocks.reports):
        for table in told.tables:
            # A row that a report does not have is none there.
            values = dict.fromkeys(names[table.key], 0) | {row.name: row.value for row in table.numbers}
            values = {name: value for name, value in values.items() if (table.key, name) not in money}
            if number == MINE:
                values |= {name: None for key, name in hidden if key == table.key and name in values}
            least = _least_of_hidden(values.values())
            for name, value in sorted(values.items()):
                cell = Cell(number, table.key, name)
                yield (blocks.quantity(cell), *((least, INFINITY) if value is None else (value, value)), cell)


def _least_of_hidden(values: Iterable[int | None]) -> int:
    """Return 1, for none is told as none; 0 where all of a table is hidden, none with the rest."""
    return int(any(value is not None for value in values))


class _Part:
    """Numbers that can be worked out from each other, and which more of them to hide."""

    def __init__(self, blocks: Blocks, rows: list[tuple[Quantity, float, float, Cell | None]]):
        self.blocks = blocks
        self.system = System()
        # By name: value, row of the system, quantity.
        self.mine: dict[Name, tuple[int | None, int, Quantity]] = {}
        self.hidden: set[Name] = set()
        self.secret: list[Quantity] = []
        for quantity, least, most, cell in rows:
            row = self.system.add(quantity, least, most)
            is_hidden = most == INFINITY
            if cell and is_hidden:
                self.secret.append(quantity)
            if cell and cell.report == MINE:
                self.mine[cell.key, cell.row] = (None if is_hidden else int(least), row, quantity)

    def hide(self) -> set[Name]:
        """Return the names of numbers to hide besides."""
        if any(value is not None for value, _row, _quantity in self.mine.values()):
            watched = [*self.secret, *self.blocks.together(self.system.columns)]
            watched = worth_watching(self.system, watched, LEAST)
            loose = {row for _value, row, _quantity in self.mine.values()}
            for quantity in small_and_narrow(self.system, watched, LEAST, loose):
                self._free(quantity)
        return self.hidden

    def _free(self, *quantities: Quantity) -> None:
        """Hide numbers until these quantities, and what is hidden for them, are not narrow, where that is possible."""
        left = list(quantities)
        for quantity in left:
            while self._is_narrow(quantity):
                names = self._helpful(quantity)
                if not names:
                    break
                self.hidden |= names
                left += [self.mine[name][2] for name in sorted(names)]

    def _is_narrow(self, quantity: Quantity) -> bool:
        values = self.system.values_of(quantity, LEAST)
        return len(values) < LEAST and any(0 < value < LEAST for value in values)

    def _helpful(self, quantity: Quantity) -> set[Name]:
        """Loosen and return what ends the narrowness: a number, the first of several, or all of a table.

        None are returned where it is narrow without all of them, so where earlier reports gave it away.
        """
        limits = self.system.limits_of(quantity)
        # The equations alone keep it narrow: a number that holds none of its limits cannot end that.
        by_limits = limits.most - limits.least < LEAST - 1
        able = {name for name, (_value, row, _quantity) in self.mine.items() if not by_limits or row in limits.held_by}
        key = next(iter(quantity))[0]
        return (self._number(key, quantity, able) or self._whole_table(key, quantity, able)) if able else set()

    def _number(self, key: str, quantity: Quantity, able: set[Name]) -> set[Name]:
        """Loosen and return the smallest number that ends the narrowness; of the same table first, totals last.

        Where it takes several, return the first of them that is able to.
        """
        shown = {
            name: value for name, (value, _row, _quantity) in self.mine.items() if value and name not in self.hidden
        }
        candidates = sorted(shown, key=lambda name: (name[0] != key, name[1] == TOTAL, shown[name], name))
        able_first = [name for name in candidates if name in able]
        for name in able_first:
            if self._helps({name}, 1, quantity):
                return {name}
        if able_first and self._helps(set(candidates), 1, quantity):
            self._tighten(set(candidates) - {able_first[0]})
            return {able_first[0]}
        return set()

    def _whole_table(self, key: str, quantity: Quantity, able: set[Name]) -> set[Name]:
        """Loosen and return all numbers of a table, none with the rest, so that no hidden one is known to be some."""
        for table in sorted({name[0] for name in able}, key=lambda other: (other != key, other)):
            names = {name for name in self.mine if name[0] == table}
            if not names <= self.hidden and self._helps(names, 0, quantity):
                return names
        return set()

    def _helps(self, names: set[Name], least: int, quantity: Quantity) -> bool:
        """Whether hiding these ends the narrowness; if not, they are as before."""
        for name in names:
            self.system.loosen(self.mine[name][1], least)
        if not self._is_narrow(quantity):
            return True
        self._tighten(names)
        return False

    def _tighten(self, names: set[Name]) -> None:
        """Give numbers their own bounds back."""
        for name in names:
            self.system.tighten(self.mine[name][1])
            if name in self.hidden:
                self.system.loosen(self.mine[name][1], 1)


# --- Sums of money ----------------------------------------------------------------------------------------------------


def _hide_money(mine: Told, others: list[Told], hidden: set[Name], behind: Behind) -> set[Name]:
    if not others:
        return set()
    blocks = Blocks([mine, *others])
    sums = {(table.key, row.name) for table in mine.tables for row in table.rows if row.of and row.value}
    return {name for name in sums - hidden if _gives_money_away(blocks, name, behind)}


def _gives_money_away(blocks: Blocks, name: Name, behind: Behind) -> bool:
    """Whether a reader knows, nearly enough, what fewer than five got in some places and days."""
    system = System(is_whole=False)
    for number, told in enumerate(blocks.reports):
        quantity = blocks.quantity(Cell(number, *name))
        values = [
            row.value for table in told.tables if table.key == name[0] for row in table.rows if row.name == name[1]
        ]
        value = values[0] if values else 0
        system.add(quantity, 0 if value is None else value, INFINITY if value is None else value)
    if not system.is_solvable():
        raise ContradictionError
    # Where five and more got a sum, so they did in more places and days: the smallest are asked about first.
    many: list[set] = []
    for quantity in sorted(narrow_sums(system, list(blocks.together(system.columns)), NARROW_SHARE), key=len):
        if any(names <= quantity.keys() for names in many):
            continue
        number = behind(*name, *_where(blocks, quantity))
        if 0 < number < LEAST:
            return True
        if number >= LEAST:
            many.append(set(quantity))
    return False


def _where(blocks: Blocks, quantity: Quantity) -> tuple[frozenset[int], date, date]:
    places = frozenset().union(*(name[2] for name in quantity))
    days: Sequence[date] = sorted({name[3] for name in quantity})
    after = blocks.days[blocks.days.index(days[-1]) + 1]
    return places, days[0], after - timedelta(days=1)

"""Which of many quantities a reader knows too well, with few runs of the solver.

Solutions that were found for other reasons show most quantities to be free. Most others have one value only, which a
single pair of questions shows for all of them. Only the rest are asked about one by one.
"""

from collections.abc import Collection, Hashable, Iterator, Sequence

import numpy as np

from ideas.linear import ROUNDING, Quantity, System

# Solutions in directions by chance that are looked at first, and how many that show little end them.
MOST_LOOKS = 16
IDLE_LOOKS = 6
# A look that shows fewer of the quantities than this to be free shows little.
LITTLE = 0.02
# A weighted sum that changes by less than this does not change; the least change is a weight, which is 1 to 2.
STILL = 1e-3


def small_and_narrow(
    system: System, quantities: Sequence[Quantity], least: int, loose: Collection[int]
) -> Iterator[Quantity]:
    """Yield each quantity that has fewer than `least` possible values, one of them more than none and under `least`.

    Those that have so few without the rows `loose` are left out. These rows may be loosened meanwhile.
    """
    if not quantities:
        return
    tally = _Counts(system, quantities, least)
    constant = _look(system, tally)
    for index, quantity in enumerate(quantities):
        tally.catch_up()
        if (constant[index] and not 0 < tally.lowest[index] < least) or not tally.is_open[index]:
            continue
        if tally.highest[index] - tally.lowest[index] < least - 1:
            limits = system.limits_of(quantity)
            tally.catch_up()
            is_narrow = limits.most - limits.least < least - 1
            if limits.least >= least or (is_narrow and limits.held_by.isdisjoint(loose)):
                continue
        values = system.values_of(quantity, least)
        if len(values) < least and any(0 < value < least for value in values):
            yield quantity


def narrow_sums(system: System, quantities: Sequence[Quantity], share: float) -> Iterator[Quantity]:
    """Yield each quantity whose limits are closer to each other than a share of its largest value; not what is none."""
    if not quantities:
        return
    tally = _Sums(system, quantities, share)
    constant = _look(system, tally)
    for index, quantity in enumerate(quantities):
        if constant[index]:
            yield quantity
        elif tally.is_open[index]:
            limits = system.limits_of(quantity)
            tally.catch_up()
            if limits.most > 0 and limits.most - limits.least < share * limits.most:
                yield quantity


class _Tally:
    """What the solutions found so far show of each quantity."""

    def __init__(self, system: System, quantities: Sequence[Quantity]):
        self.system = system
        entries = [[system.columns[name] for name in quantity] for quantity in quantities]
        self._sizes = np.array([len(entry) for entry in entries])
        self._places = np.concatenate([np.array(entry) for entry in entries])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._seen = 0
        self.lowest = np.full(len(quantities), np.inf)
        self.highest = np.full(len(quantities), -np.inf)

    def catch_up(self) -> None:
        """Look at the solutions that were found since the last time, and meet the bounds of now."""
        number = len(self.system.solutions)
        if number > self._seen:
            for solution in self.system.fitting(self._seen):
                self._see(np.add.reduceat(solution[self._places], self._starts))
            self._seen = number

    def _see(self, values: np.ndarray) -> None:
        self.lowest = np.minimum(self.lowest, values)
        self.highest = np.maximum(self.highest, values)

    @property
    def unmoved(self) -> np.ndarray:
        """Those that are open and have had one value."""
        return np.flatnonzero(self.is_open & (self.highest - self.lowest < ROUNDING))

    def objective(self, which: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the weighted sum of some quantities as one factor for each column."""
        by_quantity = np.zeros(len(self._sizes))
        by_quantity[which] = weights
        entries = np.repeat(by_quantity, self._sizes)
        return np.bincount(self._places, weights=entries, minlength=len(self.system.columns))


class _Counts(_Tally):
    """Open are those of which fewer than `least` values are known."""

    def __init__(self, system: System, quantities: Sequence[Quantity], least: int):
        super().__init__(system, quantities)
        # The first values of each, -1 where fewer are known.
        self._values = np.full((len(quantities), least), -1)
        self._known = np.zeros(len(quantities), dtype=int)
        self._least = least

    def _see(self, values: np.ndarray) -> None:
        super()._see(values)
        values = values.round().astype(int)
        is_new = ~(self._values == values[:, None]).any(axis=1) & (self._known < self._least)
        rows = np.flatnonzero(is_new)
        self._values[rows, self._known[rows]] = values[rows]
        self._known[rows] += 1

    @property
    def is_open(self) -> np.ndarray:
        return self._known < self._least


class _Sums(_Tally):
    """Open are those whose known values lie close to each other, and are not none."""

    def __init__(self, system: System, quantities: Sequence[Quantity], share: float):
        super().__init__(system, quantities)
        self._share = share

    @property
    def is_open(self) -> np.ndarray:
        return (self.lowest > ROUNDING) & (self.lowest > (1 - self._share) * self.highest)


def _look(system: System, tally: _Tally) -> np.ndarray:
    """Look for solutions that show quantities to be free, and return of each whether it has one value."""
    dice = np.random.default_rng(1)
    left, idle = len(tally.lowest), 0
    for look in range(MOST_LOOKS):
        if not left or idle == IDLE_LOOKS:
            break
        open_ones = np.flatnonzero(tally.is_open)
        if look % 2:
            system.solve(tally.objective(open_ones, dice.integers(-1, 2, len(open_ones))), is_whole=False)
        else:
            system.solve(dice.integers(-1, 2, len(system.columns)), is_whole=False)
        tally.catch_up()
        now = np.count_nonzero(tally.is_open)
        left, idle = now, idle + 1 if now > (1 - LITTLE) * left else 0
    return _constant(system, tally, dice)


def _constant(system: System, tally: _Tally, dice: np.random.Generator) -> np.ndarray:
    """Return of each quantity whether it is open and shown to have one value.

    The least and the largest value of their sum, with weights by chance, are the same only if none of them can change.
    """
    is_constant = np.zeros(len(tally.lowest), dtype=bool)
    left = tally.unmoved
    while len(left):
        objective = tally.objective(left, dice.uniform(1, 2, len(left)))
        ends = [system.solve(direction * objective, is_whole=False) for direction in (1, -1)]
        tally.catch_up()
        still = np.intersect1d(left, tally.unmoved)
        if len(still) == len(left):
            is_constant[left] = objective @ (ends[1] - ends[0]) < STILL
            break
        left = still
    return is_constant


def worth_watching(system: System, quantities: Sequence[Quantity], least: int) -> list[Quantity]:
    """Leave out repetitions, and quantities that the rows of a system show at once to be none, or `least` and more.

    They are so in truth, so they are no secret when rows are loosened later.
    """
    none = _none(system)
    large: dict[Hashable, list[frozenset]] = {}
    for quantity, bound, _most in system.rows:
        if bound >= least and min(quantity.values()) > 0:
            names = frozenset(quantity) - none
            for name in names:
                large.setdefault(name, []).append(names)
    kept: dict[frozenset, Quantity] = {}
    for quantity in quantities:
        names = frozenset(quantity) - none
        if names and names not in kept and not any(other <= names for name in names for other in large.get(name, ())):
            kept[names] = quantity
    return list(kept.values())


def _none(system: System) -> set[Hashable]:
    """The unknowns of sums that are none, and the parts of totals that are none."""
    none: set[Hashable] = set()
    for quantity, _least, most in system.rows:
        if most == 0 and min(quantity.values()) > 0:
            none |= quantity.keys()
    for quantity, least, most in system.rows:
        if least == most == 0 and {name for name, factor in quantity.items() if factor < 0} <= none:
            none |= quantity.keys()
    return none

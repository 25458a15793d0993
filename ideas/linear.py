"""What follows from linear equations over whole numbers that are not negative. HiGHS solves them.

A quantity is a sum of unknowns, given as a mapping from each unknown's name to its factor.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import highspy
import numpy as np

Quantity = Mapping[Hashable, int]
INFINITY = highspy.kHighsInf
# The solver's numbers are whole, bounds are met, and a row holds a limit, up to this.
ROUNDING = 1e-6
# Directions in which a whole solution is looked for before the solver searches for one.
DIRECTIONS = 4


class ContradictionError(Exception):
    """No values fulfil all equations."""


class Solver(highspy.Highs):
    """HiGHS without output. Registering callbacks prints a banner on stdout, unless the solver is silent before."""

    def enableCallbacks(self):
        self.silent()
        super().enableCallbacks()


@dataclass(frozen=True)
class Limits:
    """The least and the largest value of a quantity. Rows that are not among `held_by` do not change them."""

    least: float
    most: float
    held_by: frozenset[int]


class System:
    """Equations over named unknowns. `is_whole` is False where they are sums of money, which may be any number.

    The model is built once; a question changes its objective, and `loosen` its bounds. Solutions are kept: one that was
    found under other bounds counts again as soon as it meets the present ones.
    """

    def __init__(self, *, is_whole: bool = True):
        self.is_whole = is_whole
        self.columns: dict[Hashable, int] = {}
        self.rows: list[tuple[Quantity, float, float]] = []
        self.solutions: list[np.ndarray] = []
        self._known = np.empty((0, 0))
        self._by_row: dict[int, np.ndarray] = {}
        self._dice = np.random.default_rng(1)
        # How often the solver ran.
        self.runs = 0
        # By row: the present bounds of those that were ever loosened.
        self._changed: dict[int, tuple[float, float]] = {}
        # The first takes any numbers, ten times as fast; the second, asked where those are not whole, only whole ones.
        self._solvers: dict[bool, Solver] = {}

    def add(self, quantity: Quantity, least: float, most: float = INFINITY) -> int:
        """Bound a quantity, before the first question; return the row's number for `loosen` and `tighten`."""
        for name in quantity:
            self.columns.setdefault(name, len(self.columns))
        self.rows.append((dict(quantity), least, most))
        return len(self.rows) - 1

    def loosen(self, row: int, least: int) -> None:
        """Replace a row's bounds by `at least so many`. What was possible before still is."""
        self._bound(row, least, INFINITY)

    def tighten(self, row: int) -> None:
        """Give a row its own bounds back."""
        _quantity, least, most = self.rows[row]
        self._bound(row, least, most)

    def _bound(self, row: int, least: float, most: float) -> None:
        self._changed[row] = (least, most)
        for solver in self._solvers.values():
            solver.changeRowBounds(row, float(least), float(most))

    def is_solvable(self) -> bool:
        return self.solve(np.zeros(len(self.columns))) is not None

    def fitting(self, first: int = 0) -> np.ndarray:
        """Return the solutions that meet the present bounds, one a line; those from the number `first` on."""
        self._known = self._known.reshape(-1, len(self.columns))
        new = self.solutions[len(self._known) :]
        if new:
            self._known = np.vstack([self._known, *new])
        fits = np.ones(len(self._known), dtype=bool)
        for row, (least, most) in self._changed.items():
            values = self._values_known(row)
            fits &= (values >= least - ROUNDING) & (values <= most + ROUNDING)
        return self._known[first:][fits[first:]]

    def _values_known(self, row: int) -> np.ndarray:
        """Return what a row comes to in each known solution."""
        before = self._by_row.get(row, np.empty(0))
        self._by_row[row] = np.append(before, self._known[len(before) :] @ self.factors(self.rows[row][0]))
        return self._by_row[row]

    def factors(self, quantity: Quantity) -> np.ndarray:
        """Return a quantity as one factor for each column."""
        factors = np.zeros(len(self.columns))
        for name, factor in quantity.items():
            factors[self.columns[name]] = factor
        return factors

    def limits_of(self, quantity: Quantity) -> Limits:
        """Return the limits of a quantity; raises ContradictionError.

        Where unknowns are whole, so are the limits; values between them, and they themselves, need not be possible.
        """
        factors, ends, held_by = self.factors(quantity), [], set()
        for direction in (1, -1):
            if self.solve(direction * factors, is_whole=False) is None:
                raise ContradictionError
            solver = self._solvers[False]
            end = solver.getInfo().objective_function_value
            ends.append(float(np.ceil(end - ROUNDING)) if self.is_whole else end)
            held_by |= set(np.flatnonzero(np.abs(solver.getSolution().row_dual) > ROUNDING).tolist())
        return Limits(ends[0], -ends[1], frozenset(held_by))

    def values_of(self, quantity: Quantity, enough: int) -> set[int]:
        """Return the values that a quantity can have, or the first `enough` of them that are found.

        Raises ContradictionError.
        """
        found = self._found(quantity)
        # Between two values that are known there is mostly another: this asks less than for the limits.
        self._try(quantity, range(min(found, default=0), max(found, default=0)), found, enough)
        if len(found) < enough:
            limits = self.limits_of(quantity)
            found |= self._found(quantity)
            self._try(quantity, range(round(limits.least), round(limits.most) + 1), found, enough)
        return found

    def _found(self, quantity: Quantity) -> set[int]:
        return set((self.fitting() @ self.factors(quantity)).round().astype(int).tolist())

    def _try(self, quantity: Quantity, values: range, found: set[int], enough: int) -> None:
        """Add to `found` those of the values that are possible, until there are enough."""
        for value in values:
            if len(found) >= enough:
                return
            if value not in found and self._can_be(quantity, value):
                found.add(value)

    def _can_be(self, quantity: Quantity, value: int) -> bool:
        places, factors = self._entries(quantity)
        for is_whole in (False, True)[: 1 + self.is_whole]:
            self._solver(is_whole=is_whole).addRow(float(value), float(value), len(places), places, factors)
        can = self._is_solvable_by_whole_numbers()
        for solver in self._solvers.values():
            solver.deleteRows(1, np.array([len(self.rows)], dtype=np.int32))
        return can

    def _is_solvable_by_whole_numbers(self) -> bool:
        """Ask the fast solver in some directions first: most of its solutions are whole."""
        for _direction in range(DIRECTIONS):
            known = len(self.solutions)
            objective = self._dice.integers(-1, 2, len(self.columns))
            if self.solve(objective, is_whole=False) is None:
                return False
            if len(self.solutions) > known:
                return True
        return self.is_solvable()

    def solve(self, objective: np.ndarray, *, is_whole: bool = True) -> np.ndarray | None:
        """Return a solution with the least objective, None where there is none; keep it.

        With `is_whole=False` it may have fractions, and is not kept then.
        """
        number = len(self.columns)
        for whole in (False, True)[: 1 + (self.is_whole and is_whole)]:
            solver = self._solver(is_whole=whole)
            solver.changeColsCost(number, np.arange(number, dtype=np.int32), np.asarray(objective, dtype=float))
            solver.run()
            self.runs += 1
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            solution = np.array(solver.getSolution().col_value)
            if not self.is_whole:
                self.solutions.append(solution)
                break
            if np.abs(solution - solution.round()).max(initial=0) < ROUNDING:
                solution = solution.round()
                self.solutions.append(solution)
                break
        return solution

    def _solver(self, *, is_whole: bool) -> Solver:
        if is_whole not in self._solvers:
            solver = Solver()
            solver.setOptionValue("threads", 1)
            solver.passModel(self._model(is_whole=is_whole))
            self._solvers[is_whole] = solver
            for row, (least, most) in self._changed.items():
                solver.changeRowBounds(row, float(least), float(most))
        return self._solvers[is_whole]

    def _model(self, *, is_whole: bool) -> highspy.HighsLp:
        model, number = highspy.HighsLp(), len(self.columns)
        model.num_col_, model.num_row_ = number, len(self.rows)
        model.col_cost_, model.col_lower_ = np.zeros(number), np.zeros(number)
        # Unknowns have no upper end of their own; this one, far above all that is told, keeps answers finite.
        told = [abs(bound) for _quantity, *bounds in self.rows for bound in bounds if bound != INFINITY]
        model.col_upper_ = np.full(number, 10.0 + 2 * max(told, default=0))
        model.row_lower_ = np.array([float(least) for _quantity, least, _most in self.rows])
        model.row_upper_ = np.array([float(most) for _quantity, _least, most in self.rows])
        entries = [self._entries(quantity) for quantity, _least, _most in self.rows]
        matrix = model.a_matrix_
        matrix.format_, matrix.num_col_, matrix.num_row_ = highspy.MatrixFormat.kRowwise, number, len(self.rows)
        matrix.start_ = np.cumsum([0, *(len(places) for places, _factors in entries)]).astype(np.int32)
        matrix.index_ = np.concatenate([places for places, _factors in entries])
        matrix.value_ = np.concatenate([factors for _places, factors in entries])
        if is_whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * number
        return model

    def _entries(self, quantity: Quantity) -> tuple[np.ndarray, np.ndarray]:
        places = np.array([self.columns[name] for name in quantity], dtype=np.int32)
        return places, np.array([float(factor) for factor in quantity.values()])


def in_parts(rows: Iterable[tuple[Quantity, object]]) -> list[list[object]]:
    """Group what belongs to rows that share unknowns, directly or through others."""
    parts: list[tuple[set[Hashable], list[object]]] = []
    for quantity, item in rows:
        names, items = set(quantity), [item]
        apart = []
        for others, theirs in parts:
            if names.isdisjoint(others):
                apart.append((others, theirs))
            else:
                names |= others
                items = theirs + items
        parts = [*apart, (names, items)]
    return [items for _names, items in parts]

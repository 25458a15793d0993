"""What follows from linear equations over whole numbers that are not negative. HiGHS solves them.

A quantity is a sum of unknowns, given as a mapping from each unknown's name to its factor.
"""

from collections.abc import Hashable, Iterable, Mapping

import highspy
import numpy as np

Quantity = Mapping[Hashable, int]
INFINITY = highspy.kHighsInf
# Objectives tried at first: their solutions show most quantities to be free, without a question for each.
FIRST_LOOKS = 4
# The solver's numbers are whole, or bounds are met, up to this.
ROUNDING = 1e-6


class ContradictionError(Exception):
    """No values fulfil all equations."""


class System:
    """Equations over named unknowns. `is_whole` is False where they are sums of money, which may be any number."""

    def __init__(self, *, is_whole: bool = True):
        self.is_whole = is_whole
        self.columns: dict[Hashable, int] = {}
        self.rows: list[tuple[Quantity, float, float]] = []
        # The first takes any numbers, ten times as fast; the second, asked where those are not whole, only whole ones.
        self._solvers: list[highspy.Highs] = []
        self._solutions: list[np.ndarray] = []

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
        """Give a row its own bounds back. `forget` what was found while it was loose."""
        _quantity, least, most = self.rows[row]
        self._bound(row, least, most)

    def _bound(self, row: int, least: float, most: float) -> None:
        for solver in self._opened():
            solver.changeRowBounds(row, float(least), float(most))

    @property
    def known(self) -> int:
        """How many solutions have been found."""
        return len(self._solutions)

    def forget(self, known: int) -> None:
        """Drop the solutions that were found after the first `known`."""
        del self._solutions[known:]

    def is_solvable(self) -> bool:
        return self._solve({}, 1) is not None

    def range_of(self, quantity: Quantity) -> tuple[float, float]:
        """Return the least and the largest value; raises ContradictionError."""
        ends = [self._solve(quantity, direction) for direction in (1, -1)]
        if ends[0] is None or ends[1] is None:
            raise ContradictionError
        return tuple(_value(quantity, self.columns, solution) for solution in ends)

    def values_of(self, quantity: Quantity, enough: int) -> set[int]:
        """Return the values that a quantity can have, or the first `enough` of them that are found.

        Raises ContradictionError.
        """
        self._look_around()
        found = {round(_value(quantity, self.columns, solution)) for solution in self._solutions}
        if len(found) >= enough:
            return found
        least, most = (round(end) for end in self.range_of(quantity))
        found |= {least, most}
        for value in range(least + 1, most):
            if len(found) >= enough:
                break
            if value not in found and self._can_be(quantity, value):
                found.add(value)
        return found

    def _can_be(self, quantity: Quantity, value: int) -> bool:
        for solver in self._opened():
            self._append(solver, quantity, value, value)
        can = self._solve({}, 1) is not None
        last = np.array([len(self.rows)], dtype=np.int32)
        for solver in self._opened():
            solver.deleteRows(1, last)
        return can

    def _look_around(self) -> None:
        if self._solutions:
            return
        dice = np.random.default_rng(1)
        for _look in range(FIRST_LOOKS):
            signs = dice.integers(-1, 2, len(self.columns))
            self._solve(dict(zip(self.columns, signs.tolist(), strict=True)), 1)

    def _solve(self, objective: Quantity, direction: int) -> np.ndarray | None:
        """Return the solution with the least (direction 1) or largest (-1) objective, None where there is none."""
        cost = np.zeros(len(self.columns))
        for name, factor in objective.items():
            cost[self.columns[name]] = factor * direction
        for solver in self._opened():
            solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            solution = np.array(solver.getSolution().col_value)
            if not self.is_whole or np.abs(solution - solution.round()).max(initial=0) < ROUNDING:
                break
        self._solutions.append(solution)
        return solution

    def _opened(self) -> list[highspy.Highs]:
        for is_whole in (False, True)[len(self._solvers) : 1 + self.is_whole]:
            solver = highspy.Highs()
            solver.silent()
            solver.setOptionValue("threads", 1)
            solver.passModel(self._columns_alone(is_whole=is_whole))
            for row in self.rows:
                self._append(solver, *row)
            self._solvers.append(solver)
        return self._solvers

    def _columns_alone(self, *, is_whole: bool) -> highspy.HighsLp:
        model, number = highspy.HighsLp(), len(self.columns)
        model.num_col_, model.num_row_ = number, 0
        model.col_cost_, model.col_lower_ = np.zeros(number), np.zeros(number)
        # Unknowns have no upper end of their own; this one, far above all that is told, keeps answers finite.
        told = [abs(bound) for _quantity, *bounds in self.rows for bound in bounds if bound != INFINITY]
        model.col_upper_ = np.full(number, 10.0 + 2 * max(told, default=0))
        if is_whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * number
        return model

    def _append(self, solver: highspy.Highs, quantity: Quantity, least: float, most: float) -> None:
        places = np.array([self.columns[name] for name in quantity], dtype=np.int32)
        factors = np.array([float(factor) for factor in quantity.values()])
        solver.addRow(float(least), float(most), len(places), places, factors)


def _value(quantity: Quantity, columns: Mapping[Hashable, int], solution: np.ndarray) -> float:
    return float(sum(factor * solution[columns[name]] for name, factor in quantity.items()))


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

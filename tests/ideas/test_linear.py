"""What follows from equations over whole numbers, and that the solver keeps still."""

import subprocess
import sys

import pytest

from ideas.linear import ContradictionError, System


def test_values_are_whole_numbers_that_fit():
    system = System()
    system.add({"a": 1, "b": 1}, 3, 3)
    system.add({"c": 2, "a": -1}, 0, 0)
    assert system.values_of({"a": 1}, 9) == {0, 2}, "twice a whole number is even"
    assert system.values_of({"b": 1}, 9) == {3, 1}
    assert len(system.values_of({"a": 1, "b": -1}, 1)) >= 1


def test_equations_that_nothing_fulfils_are_a_contradiction():
    system = System()
    system.add({"a": 1}, 3, 3)
    system.add({"a": 1, "b": 1}, 2, 2)
    assert not system.is_solvable()
    with pytest.raises(ContradictionError):
        system.limits_of({"a": 1})


def test_loosened_number_is_free_until_it_is_tightened():
    system = System()
    row = system.add({"a": 1}, 7, 7)
    system.add({"a": 1, "b": 1}, 9, 9)

    def ends(quantity):
        limits = system.limits_of(quantity)
        assert row in limits.held_by
        return limits.least, limits.most

    assert ends({"b": 1}) == (2, 2)
    system.loosen(row, 1)
    assert ends({"b": 1}) == (0, 8)
    system.tighten(row)
    assert system.values_of({"b": 1}, 9) == {2}


def test_solver_writes_nothing_on_stdout():
    """In a process of its own, since the library writes its banner once in each."""
    code = "from ideas.linear import System; s = System(); s.add({'a': 1}, 3); assert s.is_solvable()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""

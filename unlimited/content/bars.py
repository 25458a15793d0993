"""Bars of a chart, each of a few parts, measured for `templates/components/bars.html`.

A picture of a table that stands beside it: the table is what is read aloud, copied and printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in hundredths of the longest. Text, for a decimal comma is no number to a browser."""

    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    label: str
    total: int
    parts: list[Part]


@dataclass(frozen=True)
class Bars:
    """`names` are the names of the parts, the same in each bar: three at most can be told apart."""

    names: Sequence[str]
    bars: list[Bar]


MOST_PARTS = 3


def bars_of(names: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> Bars:
    """Return a bar for each of `rows`, a label and as many numbers (≥ 0) as there are `names`."""
    if not 0 < len(names) <= MOST_PARTS:
        raise ValueError(f"{len(names)} parts: there can be one to {MOST_PARTS}")
    rows = [(label, list(numbers)) for label, numbers in rows]
    longest = max((sum(numbers) for _label, numbers in rows), default=0) or 1
    return Bars(names, [Bar(label, sum(numbers), _parts(numbers, longest)) for label, numbers in rows])


def _parts(numbers: list[int], longest: int) -> list[Part]:
    parts, before = [], 0
    for number in numbers:
        parts.append(Part(x=f"{100 * before / longest:.2f}", width=f"{100 * number / longest:.2f}"))
        before += number
    return parts

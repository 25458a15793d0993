"""A line of numbers over time with the goal beside it, measured for `templates/components/line.html`.

A picture of a table that stands beside it: the table is what is read aloud, copied and printed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, MARGIN = 300, 90, 8


@dataclass(frozen=True)
class Dot:
    """Text, for a decimal comma is no number to a browser."""

    x: str
    y: str


@dataclass(frozen=True)
class Line:
    dots: list[Dot]
    goal_y: str
    first: dt.date
    last: dt.date

    @property
    def points(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def line_of(numbers: Sequence[tuple[dt.date, Decimal]], goal: Decimal) -> Line:
    """Return the line through `numbers`, at least one, oldest first: days go to the right, more goes up."""
    values = [value for _day, value in numbers] + [goal]
    low, high = min(values), max(values)
    first, last = numbers[0][0], numbers[-1][0]

    def dot(day: dt.date, value: Decimal) -> Dot:
        x = _part((day - first).days, (last - first).days, WIDTH)
        return Dot(x=f"{x:.1f}", y=f"{HEIGHT - _part(value - low, high - low, HEIGHT):.1f}")

    return Line([dot(*number) for number in numbers], dot(first, goal).y, first, last)


def _part(distance: int | Decimal, whole: int | Decimal, length: int) -> float:
    """How far along `length`, inside the margins; in the middle where there is no distance at all."""
    return MARGIN + (length - 2 * MARGIN) * (float(distance / whole) if whole else 0.5)

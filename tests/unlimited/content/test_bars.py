"""Bars are as long as their numbers, side by side in one bar, and say what no chart can hold."""

import pytest

from unlimited.content.bars import bars_of


def test_parts_follow_each_other_and_the_longest_bar_fills_the_width():
    chart = bars_of(["Kept", "Late"], [("May", (3, 1)), ("June", (1, 0))])
    assert [(bar.label, bar.total) for bar in chart.bars] == [("May", 4), ("June", 1)]
    assert [(part.x, part.width) for part in chart.bars[0].parts] == [("0.00", "75.00"), ("75.00", "25.00")]
    assert [(part.x, part.width) for part in chart.bars[1].parts] == [("0.00", "25.00"), ("25.00", "0.00")]


def test_nothing_and_only_zeros_are_drawn_as_nothing():
    assert bars_of(["Kept"], []).bars == []
    assert bars_of(["Kept"], [("May", (0,))]).bars[0].parts[0].width == "0.00"


@pytest.mark.parametrize("names", [[], ["a", "b", "c", "d"]])
def test_no_more_parts_than_can_be_told_apart(names):
    with pytest.raises(ValueError, match="parts"):
        bars_of(names, [])

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from unlimited.content.lines import HEIGHT, MARGIN, WIDTH, line_of

DAY = dt.date(2026, 3, 1)


def test_days_go_to_the_right_and_more_goes_up():
    numbers = [
        (DAY, Decimal(4)),
        (DAY + dt.timedelta(days=5), Decimal("8.5")),
        (DAY + dt.timedelta(days=10), Decimal(20)),
    ]
    line = line_of(numbers, goal=Decimal(20))
    assert line.points == "8.0,82.0 150.0,61.2 292.0,8.0"
    assert (line.goal_y, line.first, line.last) == ("8.0", DAY, DAY + dt.timedelta(days=10))


def test_one_number_that_is_the_goal_stands_in_the_middle():
    assert line_of([(DAY, Decimal(3))], goal=Decimal(3)).points == "150.0,45.0"


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)


@given(st.lists(st.tuples(st.dates(), numbers), min_size=1, max_size=12), numbers)
def test_no_dot_is_outside_the_picture(rows, goal):
    line = line_of(sorted(rows), goal=goal)
    assert all(MARGIN <= float(dot.x) <= WIDTH - MARGIN for dot in line.dots)
    assert all(MARGIN <= float(y) <= HEIGHT - MARGIN for y in [line.goal_y, *(dot.y for dot in line.dots)])

"""Numbers: how they are written, how they stand to the goal, and what the database refuses."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ideas.models import Indicator, Measurement
from tests.factories import IndicatorFactory, MeasurementFactory, MeasurementRequestFactory, SupportRelationFactory
from unlimited.content.forms import NumberField
from unlimited.content.templatetags.site_text import number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["12,5", "12.5", " 12,50 ", "0012.5", "+12.5"])
def test_comma_and_point_are_the_same(written):
    assert NumberField(max_digits=12, decimal_places=2).clean(written) == Decimal("12.5")


@pytest.mark.parametrize(
    ("language", "shown"), [("nb", "1\xa0012,5"), ("nn", "1\xa0012,5"), ("en", "1,012.5")]
)  # fmt: skip
def test_number_is_written_without_zeros_that_say_nothing(language, shown):
    with translation.override(language):
        assert number(Decimal("1012.50")) == shown
        assert number(Decimal("1000.00")) == shown[:2] + "000"
        assert number(Decimal("0.00")) == "0"
        # What a form is filled with can be sent back as it is.
        field = NumberField(max_digits=12, decimal_places=2)
        assert field.clean(field.prepare_value(Decimal("1012.50"))) == Decimal("1012.5")


DECIMALS = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False) | st.sampled_from([Decimal(0)])


def test_movement_of_many_is_that_of_one():
    row = MeasurementFactory()

    @hypothesis_settings(max_examples=60)
    @given(baseline=DECIMALS, goal=DECIMALS, value=DECIMALS, which=st.sampled_from(["value", "baseline", "goal"]))
    def agrees(baseline, goal, value, which):
        value = {"value": value, "baseline": baseline, "goal": goal}[which]
        Indicator.objects.update(baseline=baseline, goal=goal)
        Measurement.objects.update(value=value)
        row.indicator.refresh_from_db()
        assert Measurement.objects.with_movement().get().movement == row.indicator.movement(value)

    agrees()


@pytest.mark.parametrize(
    ("baseline", "goal", "value", "movement"),
    [
        (4, 20, 20, "reached"), (4, 20, 25, "reached"), (4, 20, 12, "closer"), (4, 20, 4, "unchanged"),
        (4, 20, 3, "further"), (20, 4, 4, "reached"), (20, 4, 1, "reached"), (20, 4, 19, "closer"),
        (20, 4, 21, "further"), (5, 5, 5, "reached"), (5, 5, 4, "further"), (0, 0, 1, "reached"),
    ],
)  # fmt: skip
def test_number_stands_to_the_goal_seen_from_the_beginning(baseline, goal, value, movement):
    assert Indicator(baseline=baseline, goal=goal).movement(value) == movement


def test_newest_within_is_one_of_each():
    row = IndicatorFactory()
    today = timezone.localdate()
    for days in (9, 3, 1):
        MeasurementFactory(indicator=row, value=days, measured_on=today - dt.timedelta(days=days))
    corrected = MeasurementFactory(indicator=row, value=4, measured_on=today - dt.timedelta(days=3))
    newest = Measurement.objects.newest_within(today - dt.timedelta(days=9), today - dt.timedelta(days=2))
    assert list(newest) == [corrected]


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("indicator_place_1_to_5", lambda idea: IndicatorFactory(idea=idea, place=6)),
        ("indicator_one_in_each_place", lambda idea: [IndicatorFactory(idea=idea, place=1) for _each in range(2)]),
        ("indicator_says_what_for_whom", lambda idea: IndicatorFactory(idea=idea, unit="")),
        ("measurement_asked_at_its_months", lambda idea: MeasurementRequestFactory(idea=idea, months=7)),
        ("measurement_asked_once", lambda idea: [MeasurementRequestFactory(idea=idea, since=NOW) for _each in "ab"]),
        ("measurement_link_used_once", lambda idea: answered_twice(idea)),
    ],
)
def test_database_refuses_what_cannot_be(constraint, make):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(SupportRelationFactory().idea)


NOW = timezone.now()


def answered_twice(idea) -> None:
    asked, row = MeasurementRequestFactory(idea=idea), IndicatorFactory(idea=idea)
    for value in (1, 2):
        MeasurementFactory(indicator=row, request=asked, value=value)

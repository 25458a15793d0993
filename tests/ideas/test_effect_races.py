"""The fifth place, one question and its answer, reached for by two at the same moment."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ideas.actions.effect import (
    AnsweredAlreadyError,
    TooManyIndicatorsError,
    answer_question,
    ask_for_measurements,
    change_indicator,
    write_indicator,
)
from ideas.actions.transitions import IdeaError
from ideas.links import make_measurement_token
from ideas.models import Idea, Indicator, Measurement, MeasurementRequest
from tests.factories import IdeaFactory, IndicatorFactory, MeasurementRequestFactory
from tests.ideas.test_effect_asking import counted, days_after, took_step
from tests.races import at_once, held_elsewhere
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = {"target_group": "All", "question": "How many?", "unit": "people", "baseline": 1, "goal": 2}


def write(idea):
    return lambda: write_indicator(idea=idea, by=idea.author, token=uuid.uuid4(), **FACTS)


def idea_with(number: int) -> Idea:
    idea = IdeaFactory(accepted=True)
    for _each in range(number):
        IndicatorFactory(idea=idea)
    return Idea.objects.select_related("author").get(pk=idea.pk)


def test_of_two_who_reach_for_the_fifth_place_one_is_told():
    for _each in range(5):
        idea = idea_with(4)
        results = at_once(write(idea), write(idea), refused=IdeaError)
        assert len([one for one in results if isinstance(one, TooManyIndicatorsError)]) == 1, results
        assert sorted(idea.indicators.values_list("place", flat=True)) == [1, 2, 3, 4, 5]


def test_without_the_lock_both_find_the_fifth_place_and_the_database_refuses_one():
    """What the lock is worth: instead of words there would be a fault, but never a sixth."""
    idea = idea_with(4)
    results = at_once(write(idea), write(idea), refused=(IdeaError, IntegrityError), without_lock_on=Idea)
    [refused] = [one for one in results if isinstance(one, IntegrityError)]
    assert "indicator_one_in_each_place" in str(refused)
    assert idea.indicators.count() == 5


def test_two_presses_at_once_are_one_and_of_two_changes_one_is_told():
    idea, token = idea_with(0), uuid.uuid4()
    press = lambda: write_indicator(idea=idea, by=idea.author, token=token, **FACTS)  # noqa: E731
    one, other = at_once(press, press, refused=IdeaError)
    assert one.pk == other.pk
    one.idea = idea
    change = lambda: change_indicator(indicator=one, by=idea.author, seen_revision=1, goal=9)  # noqa: E731
    results = at_once(change, change, refused=IdeaError)
    assert len([result for result in results if isinstance(result, IdeaError)]) == 1


# --- Two windows on one link ------------------------------------------------------------------------------------------


def answer(asked, row, value):
    return lambda: answer_question(asked=asked, indicator=row, value=Decimal(value))


def question() -> tuple[MeasurementRequest, Indicator]:
    row = IndicatorFactory(idea=idea_with(0))
    return MeasurementRequestFactory(idea=row.idea), row


def test_of_two_numbers_at_once_the_first_stands_and_the_second_is_told_which():
    for _each in range(5):
        asked, row = question()
        results = at_once(answer(asked, row, 12), answer(asked, row, 15), refused=IdeaError)
        [told] = [one for one in results if isinstance(one, AnsweredAlreadyError)]
        [stands] = [one for one in results if isinstance(one, Measurement)]
        assert told.measurement == stands
        assert asked.measurements.get() == stands


def test_without_the_lock_both_find_no_answer_and_the_database_refuses_one():
    asked, row = question()
    answers = answer(asked, row, 12), answer(asked, row, 15)
    results = at_once(*answers, refused=(IdeaError, IntegrityError), without_lock_on=Idea)
    [refused] = [one for one in results if isinstance(one, IntegrityError)]
    assert "measurement_link_used_once" in str(refused)
    assert asked.measurements.count() == 1


def test_two_windows_at_once_both_get_a_page_and_one_of_them_both_numbers(client_for):
    asked, row = question()
    url = f"/en/maling/{make_measurement_token(asked, row.idea.author)}/"
    post = lambda value: lambda: client_for(None).post(url, {"question": str(row.uuid), "value": value})  # noqa: E731
    answers = at_once(post("12.25"), post("15.75"), refused=())
    assert sorted(one.status_code for one in answers) == [302, 409]
    [told] = [one for one in answers if one.status_code == 409]
    assert "12.25" in told.text
    assert "15.75" in told.text
    assert asked.measurements.count() == 1


# --- Two beats --------------------------------------------------------------------------------------------------------


def idea_to_ask() -> Idea:
    idea = IdeaFactory(accepted=True)
    took_step(idea)
    counted(idea)
    return idea


def ask() -> int:
    return ask_for_measurements(now=days_after(1))


def test_two_beats_at_once_ask_once():
    for _each in range(5):
        ideas = [idea_to_ask() for _each in range(3)]
        at_once(ask, ask, ask, refused=())
        # Whoever was passed over, for another beat held the row, is found by the next one.
        ask()
        assert MeasurementRequest.objects.filter(idea__in=ideas).count() == 3
    assert OutgoingMail.objects.filter(kind="effect-asked").count() == MeasurementRequest.objects.count() == 15


def test_beat_that_read_before_the_other_asked_makes_no_mail_without_a_row():
    """Without the lock both find the same due; the row is there once, and so is the mail."""
    idea_to_ask()
    assert sorted(at_once(ask, ask, refused=(), without_lock_on=Idea)) == [0, 1]
    assert MeasurementRequest.objects.count() == OutgoingMail.objects.count() == 1


def test_case_at_work_is_passed_over_and_asked_about_next_time():
    idea = idea_to_ask()
    with held_elsewhere(idea):
        assert ask() == 0
    assert ask() == 1
    assert timezone.now() > idea.measurement_requests.get().since

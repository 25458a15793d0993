"""Days on which an incubator is closed: no working days, told when near, and no promise moves."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions.submission import submit_idea
from incubators.actions.closing import MOST_PERIODS, TooManyPeriodsError, add_closed_period
from incubators.models import ClosedPeriod
from incubators.working_days import add_working_days
from tests.factories import ClosedPeriodFactory, IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 6, 1)


@pytest.fixture
def incubator():
    return IncubatorFactory(answer_days=3)


def page_of(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/stengt/"


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ([], "2026-06-04"),
        ([("2026-06-02", "2026-06-02")], "2026-06-05"),
        ([("2026-06-02", "2026-06-03"), ("2026-06-03", "2026-06-05")], "2026-06-10"),
        ([("2026-06-06", "2026-06-07")], "2026-06-04"),
        ([("2026-05-20", "2026-06-01")], "2026-06-04"),
    ],
)
def test_closed_days_are_no_working_days(incubator, closed, due):
    for first, last in closed:
        ClosedPeriodFactory(incubator=incubator, starts_on=first, ends_on=last)
    ClosedPeriodFactory(starts_on="2026-06-02", ends_on="2026-06-30")

    asked_at = dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)
    assert incubator.answer_due_on(asked_at) == dt.date.fromisoformat(due)


def test_add_working_days_ends_although_all_is_closed_for_long():
    closed = [(MONDAY, MONDAY + dt.timedelta(days=3000))]
    assert add_working_days(MONDAY, 1, closed) > closed[0][1]


def test_promise_already_given_stays_when_closed_days_change(incubator):
    first, second = (IdeaFactory(incubator=incubator) for _ in range(2))
    submit_idea(idea=first, by=first.author)
    first.refresh_from_db()
    promised, today = first.answer_due_on, timezone.localdate()
    period = ClosedPeriodFactory(incubator=incubator, starts_on=today, ends_on=today + dt.timedelta(days=30))
    submit_idea(idea=second, by=second.author)
    second.refresh_from_db()
    later = second.answer_due_on
    period.delete()

    for idea in (first, second):
        idea.refresh_from_db()
    assert (first.answer_due_on, second.answer_due_on) == (promised, later)
    assert later > today + dt.timedelta(days=30) > promised


def test_page_tells_of_closed_days_that_are_near(client, incubator):
    today = timezone.localdate()
    for days in (-20, 5, 60):
        start = today + dt.timedelta(days=days)
        ClosedPeriodFactory(incubator=incubator, starts_on=start, words=f"In {days} days")

    text = client.get(f"/en/inkubatorer/{incubator.slug}/").text

    assert "In 5 days" in text
    assert "In 60 days" not in text
    assert "In -20 days" not in text


@time_machine.travel(dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC), tick=False)
def test_leader_adds_a_day_and_takes_it_back(client_for, client):
    membership = MembershipFactory(leader=True)
    leader, page = client_for(membership.user), page_of(membership.incubator)
    for words in ("Planning", "Planning day"):
        assert leader.post(page, {"starts_on": "2026-06-10", "ends_on": "", "words": words}).url == page

    period = ClosedPeriod.objects.get()
    assert (period.starts_on, period.ends_on) == (dt.date(2026, 6, 10),) * 2
    assert "Closed Wednesday 10\xa0June: Planning day" in leader.get(page).text
    assert "Closed Wednesday 10\xa0June: Planning day" in client.get(f"/en/inkubatorer/{period.incubator.slug}/").text
    leader.post(page, {"starts_on": "2026-07-01", "ends_on": "2026-07-31", "words": ""})
    assert "Closed from Wednesday 1\xa0July to Friday 31\xa0July" in leader.get(page).text

    leader.post(f"{page}{period.uuid}/fjern/")
    assert [row.starts_on for row in ClosedPeriod.objects.all()] == [dt.date(2026, 7, 1)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-06-10", "ends_on": "2026-06-09"}, "ends_on"),
        ({"starts_on": "2026-05-01"}, "ends_on"),
        ({"starts_on": "2026-06-10", "ends_on": "2026-12-10"}, "ends_on"),
        ({"starts_on": "2036-06-10"}, "starts_on"),
    ],
)
@time_machine.travel(dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC), tick=False)
def test_what_makes_no_sense_is_told(client_for, given, field):
    membership = MembershipFactory(leader=True)
    response = client_for(membership.user).post(page_of(membership.incubator), {"words": "Kept", **given})

    assert list(response.context["form"].errors) == [field]
    assert 'value="Kept"' in response.text
    assert ClosedPeriod.objects.count() == 0


def test_too_many_are_refused(incubator):
    today = timezone.localdate()
    ClosedPeriod.objects.bulk_create(
        ClosedPeriod(incubator=incubator, starts_on=day, ends_on=day)
        for day in (today + dt.timedelta(days=n) for n in range(MOST_PERIODS))
    )
    with pytest.raises(TooManyPeriodsError):
        add_closed_period(incubator=incubator, starts_on=today, ends_on=today, words="", by=UserFactory())


def test_page_asks_equally_often(client_for, same_queries_at):
    membership = MembershipFactory(leader=True)
    leader, days = client_for(membership.user), iter(range(1, 10))

    def one_more():
        start = timezone.localdate() + dt.timedelta(days=next(days))
        ClosedPeriodFactory(incubator=membership.incubator, starts_on=start)

    same_queries_at(one_more, lambda: leader.get(page_of(membership.incubator)), limit=12)


@pytest.mark.parametrize(
    ("name", "ends_on"),
    [("closed_period_ends_after_start", "2026-05-31"), ("closed_period_at_most_a_summer", "2026-12-01")],
)
def test_database_refuses_what_is_no_period(name, ends_on):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ClosedPeriodFactory(starts_on="2026-06-01", ends_on=ends_on)


def test_database_refuses_the_same_days_twice(incubator):
    ClosedPeriodFactory(incubator=incubator)
    with pytest.raises(IntegrityError, match="closed_period_once"), transaction.atomic():
        ClosedPeriodFactory(incubator=incubator)

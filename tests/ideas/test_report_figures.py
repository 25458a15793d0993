"""What a report counts: only what happened at its incubators in its days, in a fixed number of questions."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ideas import report_figures
from ideas.models import CoAuthor, Grant, Indicator, Measurement, Report, Transition
from ideas.report_figures import figures_of
from tests.factories import (
    AgreementFactory,
    BudgetFactory,
    IdeaFactory,
    IncubatorFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ReportFactory,
    SupportRelationFactory,
    ThemeFactory,
    TrialFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
IN_IT = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)
AFTER_IT = dt.date(2026, 7, 1)
BEFORE, AFTER = dt.datetime(2025, 12, 31, 22, tzinfo=dt.UTC), dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)


@pytest.fixture
def place():
    return IncubatorFactory(district="Gamle Oslo")


@pytest.fixture(autouse=True)
def _no_number_is_hidden(request, monkeypatch):
    """These look at how it is counted; what is hidden has tests of its own."""
    if "hides" not in request.keywords:
        monkeypatch.setattr(report_figures, "suppress", lambda mine, others, behind: list(mine.tables))


def of(place) -> Report:
    return Report(incubator=place, municipality=place.municipality, starts_on=FIRST, ends_on=LAST)


def table(report: Report, key: str) -> dict:
    found = next(one for one in figures_of(report)["tables"] if one["key"] == key)
    return dict(found["rows"]) | ({"total": found["total"]} if found["is_whole"] else {})


def log(idea, kind: str, at: dt.datetime, **facts) -> None:
    last = idea.transitions.order_by("-revision").first()
    before = {"from_status": last.to_status if last else "draft", "revision": last.revision + 1 if last else 2}
    words = {"reason": "x", "way_on": "x", "way_on_kind": "other"} if facts.get("to_status") == "declined" else {}
    Transition.objects.create(idea=idea, kind=kind, at=at, **before, **words, **facts)


def sent_in(place, at: dt.datetime, **facts):
    idea = IdeaFactory(submitted=True, incubator=place, **facts)
    log(idea, "submitted", at, to_status="submitted")
    return idea


def test_ideas_are_counted_by_where_they_stood_when_the_period_ended(place):
    taken, refused = sent_in(place, IN_IT), sent_in(place, IN_IT)
    log(taken, "accepted", IN_IT + dt.timedelta(days=1), to_status="accepted", step="try")
    log(refused, "declined", AFTER, to_status="declined")
    sent_in(place, BEFORE)
    sent_in(place, AFTER)
    sent_in(IncubatorFactory(), IN_IT)

    received = table(of(place), "received")
    assert (received["total"], received["accepted"], received["submitted"], received["declined"]) == (2, 1, 1, 0)


def test_midnight_in_oslo_is_where_a_period_begins_and_ends(place):
    sent_in(place, dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC))
    sent_in(place, dt.datetime(2026, 6, 30, 21, 59, tzinfo=dt.UTC))
    sent_in(place, dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC))
    assert table(of(place), "received")["total"] == 2


def test_ideas_at_work_are_those_of_the_last_day_by_their_step(place):
    for step, ends in (("try", None), ("do", None), ("do", AFTER), ("build", IN_IT)):
        idea = sent_in(place, BEFORE - dt.timedelta(days=90))
        log(idea, "accepted", BEFORE, to_status="accepted", step="try")
        log(idea, "step_changed", IN_IT - dt.timedelta(days=1), to_status="accepted", step=step)
        if ends:
            log(idea, "ended", ends, to_status="ended", step=step, reason="x")
    assert table(of(place), "steps") == {"try": 1, "do": 2, "build": 0, "total": 3}


def test_promises_are_of_the_day_that_was_promised(place):
    on = IN_IT.date()
    for at, due in ((IN_IT, on), (IN_IT + dt.timedelta(days=3), on), (AFTER, AFTER_IT)):
        idea = sent_in(place, BEFORE)
        log(idea, "accepted", at, to_status="accepted", step="try", due_on=due)
    waiting = sent_in(place, BEFORE)
    waiting.answer_due_on = IN_IT.date()
    waiting.save()
    assert table(of(place), "promises") == {"kept": 1, "late": 1, "waiting": 1, "total": 3}


def agreed(place, number: int) -> list:
    """Return ended agreements about as many ideas, of 1000 kroner each, of which 400 were spent."""
    budget = BudgetFactory(incubator=place, year=2026, kroner=60_000)
    facts = {"ended": True, "kroner": 1000, "spent": 400, "budget": budget, "answered_at": IN_IT, "ended_at": IN_IT}
    return [
        AgreementFactory(idea=SupportRelationFactory(idea__incubator=place).idea, **facts) for _number in range(number)
    ]


def test_money_of_ideas_that_are_deleted_is_counted_in_its_period(place):
    rows = agreed(place, 7)
    before = table(of(place), "money")
    assert before == {"budget 2026": 60_000, "promised": 7000, "spent": 2800}
    for row in rows[:2]:
        row.idea.delete()
    assert Grant.objects.filter(answered_at=IN_IT, ended_at=IN_IT).count() == 2
    assert table(of(place), "money") == before
    Grant.objects.update(answered_at=AFTER, ended_at=AFTER)
    assert table(of(place), "money") == {"budget 2026": 60_000, "promised": 5000, "spent": 2000}


@pytest.mark.hides
def test_money_of_deleted_ideas_counts_as_that_of_one(place):
    """Of five grants nobody knows whether they are of one idea, so they stay hidden alone."""
    for row in agreed(place, 5):
        row.idea.delete()
    assert table(of(place), "money") == {"budget 2026": 60_000, "promised": None, "spent": None}


def test_talks_money_and_organisations(place):
    BudgetFactory(incubator=place, year=2025, kroner=1)
    budget = BudgetFactory(incubator=place, year=2026, kroner=60_000)
    for at, outcome, kroner, spent in ((IN_IT, "up", 5000, 4000), (AFTER, "learnt", 4000, 4000)):
        idea = SupportRelationFactory(idea__incubator=place).idea
        AgreementFactory(
            idea=idea, ended=True, outcome=outcome, kroner=kroner, spent=spent, budget=budget, answered_at=IN_IT,
            ended_at=at,
        )  # fmt: skip
    for founded_on, form in ((IN_IT.date(), "association"), (AFTER_IT, "company"), (IN_IT.date(), "existing")):
        OrganisationFactory(idea=IdeaFactory(accepted=True, incubator=place), founded_on=founded_on, form=form)

    talks = table(of(place), "talks")
    assert (talks["up"], talks["learnt"], talks["total"]) == (1, 0, 1)
    assert table(of(place), "money") == {"budget 2026": 60_000, "promised": 9000, "spent": 4000}
    founded = table(of(place), "organisations")
    assert (founded["association"], founded["company"], founded["total"]) == (1, 0, 1)
    assert "existing" not in founded


def test_people_are_counted_once_each(place):
    author = UserFactory()
    ideas = [sent_in(place, IN_IT, author=author), sent_in(place, IN_IT, author=author), sent_in(place, IN_IT)]
    sent_in(place, IN_IT, author=None)
    for idea in ideas[:2]:
        CoAuthor.objects.create(
            idea=idea, user=author, email="a@example.no", status="joined", joined_at=IN_IT, expires_at=AFTER
        )
    for started, ended in ((BEFORE, None), (BEFORE, IN_IT), (AFTER, None)):
        facts = {"ended": True, "ended_at": ended} if ended else {}
        SupportRelationFactory(idea=IdeaFactory(accepted=True, incubator=place), started_at=started, **facts)
    assert table(of(place), "people") == {"authors": 3, "coauthors": 1, "supporters": 2}


def test_trials_are_of_their_first_day_else_of_the_day_they_were_written(place):
    idea = SupportRelationFactory(idea__incubator=place).idea
    # Half an hour into the half-year in Oslo, and still the year before in Greenwich.
    TrialFactory(idea=idea, created_at=dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC), tried=0)
    TrialFactory(idea=idea, created_at=IN_IT, tried=40, asked=60, kroner=300)
    TrialFactory(idea=idea, created_at=AFTER, first_on=IN_IT.date(), tried=2)
    TrialFactory(idea=idea, created_at=IN_IT, first_on=BEFORE.date() - dt.timedelta(days=2), tried=1000)
    assert table(of(place), "trials") == {"trials": 3, "asked": 60, "tried": 42, "decided": 0, "cost": 300}


def test_change_is_the_newest_number_of_each_indicator_in_the_period(place):
    idea = SupportRelationFactory(idea__incubator=place).idea
    for number, values in enumerate(([30, 55], [10], [5], []), 1):
        indicator = Indicator.objects.create(
            idea=idea, place=number, target_group="Young people", question="How many come?", unit="people",
            baseline=Decimal(10), goal=Decimal(50), baseline_on=FIRST,
        )  # fmt: skip
        for month, value in enumerate(values, 2):
            Measurement.objects.create(
                indicator=indicator, value=value, step="try", side="author", measured_on=dt.date(2026, month, 1)
            )
        Measurement.objects.create(indicator=indicator, value=99, step="try", side="author", measured_on=AFTER_IT)
    assert table(of(place), "indicators") == {"reached": 1, "closer": 0, "unchanged": 1, "further": 1, "total": 3}


def test_needs_are_what_those_who_sent_in_said(place):
    theme = ThemeFactory(slug="loneliness")
    sent_in(place, IN_IT, themes=[theme, ThemeFactory(slug="poverty")], help_needed=["money", "place"])
    sent_in(place, IN_IT, themes=[theme], help_needed=["place"])
    sent_in(place, AFTER, themes=[theme], help_needed=["people"])
    assert table(of(place), "themes") == {"loneliness": 2, "poverty": 1}
    needed = table(of(place), "help")
    assert (needed["place"], needed["money"], needed["people"]) == (2, 1, 0)


def test_district_has_all_its_incubators_and_no_other(place):
    sent_in(place, IN_IT)
    sent_in(IncubatorFactory(district="Gamle Oslo", closed=True), IN_IT)
    sent_in(IncubatorFactory(district="Sagene"), IN_IT)
    elsewhere = MunicipalityFactory(number="1103", name="Stavanger", county_number="11", county="Rogaland")
    sent_in(IncubatorFactory(district="Gamle Oslo", municipality=elsewhere), IN_IT)
    report = Report(municipality=place.municipality, district="Gamle Oslo", starts_on=FIRST, ends_on=LAST)
    assert table(report, "received")["total"] == 2


def test_report_asks_as_often_for_many_rows_as_for_none(place):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures_of(of(place))
        return len(queries)

    none = asked()
    for _each in range(3):
        idea = SupportRelationFactory(idea=sent_in(place, IN_IT, themes=[ThemeFactory()])).idea
        TrialFactory(idea=idea)
        ReportFactory(place=place, ends_on=dt.date(2026, 3, 1), version=_each + 1)
    assert asked() == none <= 40


# --- What is hidden ---------------------------------------------------------------------------------------------------


@pytest.mark.hides
def test_small_numbers_leave_the_figures_hidden(place):
    for _each in range(6):
        sent_in(place, IN_IT)
    log(sent_in(place, IN_IT), "accepted", IN_IT, to_status="accepted", step="try")
    received = table(of(place), "received")
    assert (received["submitted"], received["accepted"], received["total"]) == (None, None, 7)


@pytest.mark.hides
@pytest.mark.parametrize(
    ("days", "scope", "is_hidden"),
    [
        ((FIRST, dt.date(2026, 5, 31)), "incubator", True),
        ((dt.date(2025, 7, 1), LAST), "incubator", True),
        ((FIRST, LAST), "district", True),
        # Neither is a part of the other, so that nothing can be taken from it.
        ((dt.date(2026, 2, 1), dt.date(2026, 7, 31)), "incubator", False),
        ((FIRST, dt.date(2026, 2, 28)), "district", False),
        # A correction.
        ((FIRST, LAST), "incubator", False),
        ((FIRST, LAST), "elsewhere", False),
    ],
)
def test_what_another_report_would_give_away_is_hidden(place, days, scope, is_hidden):
    IncubatorFactory(district="Gamle Oslo")
    for _each in range(10):
        sent_in(place, IN_IT)
    other = IncubatorFactory(district="Sagene") if scope == "elsewhere" else place
    number = 12 if days[0] < FIRST or scope == "district" else 7
    told = [{"key": "received", "rows": [["submitted", number]], "is_whole": True, "total": number}]
    ReportFactory(
        place=other, of_district=scope == "district", starts_on=days[0], ends_on=days[1], figures={"tables": told}
    )
    received = table(of(place), "received")
    assert (received["submitted"] is None) == is_hidden
    assert (received["total"] is None) == is_hidden


@pytest.mark.hides
def test_district_hides_what_would_give_one_of_its_incubators_away(place):
    other = IncubatorFactory(district="Gamle Oslo")
    for _each in range(10):
        sent_in(place, IN_IT)
    for _each in range(2):
        sent_in(other, IN_IT)
    told = figures_of(of(place))
    ReportFactory(place=place, figures=told)
    district = Report(municipality=place.municipality, district="Gamle Oslo", starts_on=FIRST, ends_on=LAST)
    assert table(district, "received")["total"] is None, "12 less 10 would be the other's two"


@pytest.mark.hides
def test_district_hides_what_two_of_its_incubators_would_give_away_of_the_third(place):
    second, third = IncubatorFactory(district="Gamle Oslo"), IncubatorFactory(district="Gamle Oslo")
    for number, incubator in ((6, place), (6, second), (2, third)):
        for _each in range(number):
            sent_in(incubator, IN_IT)
        ReportFactory(place=incubator, figures=figures_of(of(incubator)))
    district = Report(municipality=place.municipality, district="Gamle Oslo", starts_on=FIRST, ends_on=LAST)
    assert table(district, "received")["total"] is None, "14 less 6 and 6 would be the third's two"


@pytest.mark.hides
def test_money_of_one_idea_cannot_be_had_from_two_reports(place):
    budget = BudgetFactory(incubator=place, year=2026, kroner=60_000)
    for month in (1, 1, 1, 1, 1, 5):
        idea = SupportRelationFactory(idea__incubator=place).idea
        facts = {"kroner": 10_000, "spent": 1000, "budget": budget, "outcome": "up"}
        at = dt.datetime(2026, month, 20, tzinfo=dt.UTC)
        AgreementFactory(idea=idea, ended=True, answered_at=at, ended_at=at, **facts)
    assert table(of(place), "money") == {"budget 2026": 60_000, "promised": 60_000, "spent": 6000}
    spring = Report(incubator=place, municipality=place.municipality, starts_on=FIRST, ends_on=dt.date(2026, 3, 31))
    ReportFactory(place=place, ends_on=spring.ends_on, figures=figures_of(spring))
    assert table(of(place), "money") == {"budget 2026": 60_000, "promised": None, "spent": None}


def test_today_is_in_the_period_of_today(place):
    sent_in(place, timezone.now())
    today = timezone.localdate()
    report = Report(incubator=place, municipality=place.municipality, starts_on=today, ends_on=today)
    assert table(report, "received")["total"] == 1

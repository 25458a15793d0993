"""A report made while others are at it: the last yes to a story is taken back, or a colleague sends the same one."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from ideas.actions.report import StoriesTakenBackError
from ideas.actions.stories import withdraw_from_story
from ideas.actions.transitions import IdeaError
from ideas.models import Report, ReportStory, Story
from ideas.report_figures import figures_of
from incubators.actions.partners import AlreadyPartnerError, add_partner
from incubators.models import Incubator
from tests.factories import IncubatorFactory, MembershipFactory, MunicipalPartnerFactory, ReportFactory
from tests.ideas.test_report import agreed_story, freeze
from tests.ideas.test_report_figures import sent_in
from tests.races import at_once, overtaken
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return IncubatorFactory(district="Gamle Oslo")


@pytest.fixture
def leader(place):
    return MembershipFactory(incubator=place, leader=True).user


def take_back(story: Story) -> None:
    withdraw_from_story(person=story.people.get())


def words_left(story: Story) -> list[str]:
    return list(ReportStory.objects.filter(story=story).exclude(body="").values_list("body", flat=True))


def test_yes_taken_back_while_the_report_is_made_leaves_no_words_behind(place, leader):
    told = set()
    for _each in range(6):
        story = agreed_story(place)
        sent, _back = at_once(
            lambda story=story: freeze(place, leader, stories=[story]),
            lambda story=story: take_back(story),
            refused=IdeaError,
        )
        assert isinstance(sent, Report | StoriesTakenBackError), sent
        assert words_left(story) == []
        told.add(type(sent).__name__)
    assert told <= {"Report", "StoriesTakenBackError"}


def test_without_the_storys_lock_its_words_stay_in_the_report(place, leader):
    """What the lock is worth: the yes is taken back between the question and the writing."""
    story = agreed_story(place)
    sent, _none = overtaken(
        lambda: freeze(place, leader, stories=[story]),
        by=lambda: take_back(story),
        refused=IdeaError,
        without_lock_on=Story,
    )
    assert isinstance(sent, Report)
    assert words_left(story) == ["zebrafink cooked."]


def test_two_who_send_the_same_report_make_two_versions_one_after_the_other(place, leader):
    MunicipalPartnerFactory(incubator=place)
    sent = at_once(*[lambda: freeze(place, leader)] * 3, refused=IdeaError)
    assert sorted(report.version for report in sent) == [1, 2, 3]
    assert OutgoingMail.objects.filter(kind="report-sent").count() == 3


def test_without_the_incubators_lock_two_reach_for_one_version(place, leader):
    """What the lock is worth: the database alone would answer the second with a fault."""
    results = at_once(*[lambda: freeze(place, leader)] * 2, refused=IntegrityError, without_lock_on=Incubator)
    assert len([one for one in results if not isinstance(one, Report)]) == 1


@pytest.fixture
def neighbour(place):
    """With a third incubator of two ideas, so that the district's fourteen less six and six would tell of those two."""
    second, third = IncubatorFactory(district="Gamle Oslo"), IncubatorFactory(district="Gamle Oslo")
    for number, incubator in ((6, place), (6, second), (2, third)):
        for _each in range(number):
            sent_in(incubator, dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC))
    days = {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 6, 30)}
    district = Report(municipality=place.municipality, district="Gamle Oslo", **days)
    ReportFactory(place=place, of_district=True, figures=figures_of(district), **days)
    return second


def totals_of(reports: list[Report]) -> list[int | None]:
    return [table["total"] for report in reports for table in report.figures["tables"] if table["key"] == "received"]


def test_of_two_neighbours_that_report_at_once_the_second_hides_what_both_would_give_away(place, neighbour, leader):
    sent = at_once(lambda: freeze(place, leader), lambda: freeze(neighbour, leader), refused=IdeaError)
    assert sorted(totals_of(sent), key=str) == [6, None]


def test_without_the_neighbours_lock_the_third_is_given_away(place, neighbour, leader):
    sends = [lambda where=where: freeze(where, leader) for where in (place, neighbour)]
    sent = at_once(*sends, refused=IdeaError, without_lock_on=Incubator)
    assert totals_of(sent) == [6, 6]


def test_button_pressed_twice_at_once_is_one_report(place, leader):
    MunicipalPartnerFactory(incubator=place)
    token = uuid.uuid4()
    sent = at_once(*[lambda: freeze(place, leader, token=token)] * 3, refused=IdeaError)
    assert {report.uuid for report in sent} == {token}
    assert (Report.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_reader_named_by_two_at_once_is_told_once(place, leader):
    facts = {"incubator": place, "by": leader, "email": "k@example.no", "name": "Kari", "language": "nb"}
    results = at_once(*[lambda: add_partner(**facts)] * 2, refused=AlreadyPartnerError)
    assert len([one for one in results if isinstance(one, AlreadyPartnerError)]) == 1
    assert OutgoingMail.objects.count() == 1

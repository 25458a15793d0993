"""The link of the mail asks for a number: one question at a time, no log-in, and nothing typed is lost."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from ideas.actions import effect
from ideas.actions.coauthors import pass_on
from ideas.actions.effect import NotAskedError, RetiredError, answer_question, retire_indicator
from ideas.actions.transitions import IdeaGoneError
from ideas.links import MEASUREMENT, make_measurement_token
from ideas.models import CoAuthor, Idea, Indicator, Measurement, MeasurementRequest, Side
from ideas.waiting import waits_on
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    IndicatorFactory,
    MeasurementFactory,
    MeasurementRequestFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db
START = dt.datetime(2025, 8, 31, 12, tzinfo=dt.UTC)


@pytest.fixture
def idea():
    return IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")


# --- The page of the link ---------------------------------------------------------------------------------------------


@pytest.fixture
def asked(idea):
    """Two questions, of which the second one was answered before, in a mail's link."""
    first = IndicatorFactory(idea=idea, question="How many wrens?", unit="birds", target_group="Bird lovers")
    IndicatorFactory(idea=idea, question="How many hours?", unit="hours")
    MeasurementFactory(indicator=first, value=Decimal("7.5"))
    return MeasurementRequestFactory(idea=idea)


@pytest.fixture
def url(asked):
    return f"/en/maling/{make_measurement_token(asked, asked.idea.author)}/"


def answer_of(asked, place: int, value, **more) -> dict:
    return {"question": str(asked.idea.indicators.get(place=place).uuid), "value": value, **more}


def test_one_question_at_a_time_without_logging_in(client, asked, url):
    page = client.get(url).text
    for words in ("How many wrens?", "Bird lovers", "7.5", "birds", "Question 1 of 2"):
        assert words in page
    assert "How many hours?" not in page
    page = client.post(url, answer_of(asked, 1, "12,5", words="More in spring"), follow=True).text
    assert "How many hours?" in page
    assert "Question 2 of 2" in page
    page = client.post(url, answer_of(asked, 2, "3.25"), follow=True).text
    for words in ("Thank you", "12.5", "More in spring", "3.25", "or 6 months after"):
        assert words in page
    one, other = asked.measurements.order_by("pk")
    assert (one.value, one.words, one.side, one.step) == (Decimal("12.5"), "More in spring", "author", "try")
    assert (other.value, one.written_by, one.measured_on) == (Decimal("3.25"), None, timezone.localdate())


def test_used_again_it_says_what_was_answered_and_makes_no_second_row(client, asked, url):
    for place, value in ((1, "12"), (2, "3")):
        client.post(url, answer_of(asked, place, value))
    page = client.get(url)
    assert page.status_code == 200
    for words in (
        "Everything that we asked is answered.",
        "12 ",
        "Log in and write the right one",
        "tell your supporter",
    ):
        assert words in page.text
    again = client.post(url, answer_of(asked, 1, "12"), follow=True)
    assert "Everything that we asked is answered." in again.text
    assert asked.measurements.count() == 2


def test_other_number_does_not_replace_the_first_and_is_not_lost(client, asked, url):
    client.post(url, answer_of(asked, 1, "12"))
    answer = client.post(url, answer_of(asked, 1, "15", words="From the other window"))
    assert answer.status_code == 409
    for words in ("Your number is not saved", "The first answer stands.", "12 ", "15", "From the other window"):
        assert words in answer.text
    assert "Go on to the next question" in answer.text
    assert [one.value for one in asked.measurements.all()] == [12]


@pytest.mark.parametrize("value", ["", "many", "1.2.3", "12,345", "1e99", "NaN", "\x00"])
def test_what_is_no_number_is_said_and_stays(client, asked, url, value):
    answer = client.post(url, answer_of(asked, 1, value, words="wren & co"))
    assert answer.status_code == 422
    assert "Write a number" in answer.text
    assert "wren &amp; co" in answer.text
    assert not asked.measurements.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, asked, url, method):
    for _scan in range(3):
        assert getattr(client, method)(url).status_code == 200
    assert Measurement.objects.count() == 1
    assert client.get(url)["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_what_is_counted_no_more_is_not_asked_and_what_was_typed_stays(client, asked, url):
    row = asked.idea.indicators.get(place=1)
    sent = answer_of(asked, 1, "15")
    SupportRelationFactory(idea=asked.idea)
    retire_indicator(indicator=row, by=asked.idea.author, seen_revision=1)
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "This is not asked any more" in answer.text
    assert "15" in answer.text
    for question in ("", "x", str(IndicatorFactory().uuid)):
        assert client.post(url, {"question": question, "value": "15"}).status_code == 409
    with pytest.raises(RetiredError):
        answer_question(asked=asked, indicator=row, value=Decimal(15))
    Indicator.objects.update(retired_at=timezone.now())
    assert "There is nothing to answer any more" in client.get(url).text


@pytest.mark.parametrize("how", ["withdrawn", "deleted", "handed over"])
def test_idea_that_is_gone_is_told_in_words(client, asked, url, how):
    if how == "withdrawn":
        Idea.objects.update(status="withdrawn", step="")
    elif how == "deleted":
        asked.idea.delete()
    else:
        facts = {"user": UserFactory(), "status": "joined", "joined_at": timezone.now()}
        heir = CoAuthor.objects.create(idea=asked.idea, email="x@example.no", expires_at=timezone.now(), **facts)
        with transaction.atomic():
            pass_on(asked.idea, heir, by=None)
    for answer in (client.get(url), client.post(url, {"value": "1"})):
        assert answer.status_code == 410
        assert "We do not ask this any more" in answer.text
        assert "wrens" not in answer.text


def test_idea_that_goes_while_it_is_answered_is_told_in_words(client, asked, url, monkeypatch):
    monkeypatch.setattr(effect, "locked_idea", lambda idea, **_seen: (_ for _ in ()).throw(IdeaGoneError))
    answer = client.post(url, answer_of(asked, 1, "15"))
    assert answer.status_code == 410
    assert "We do not ask this any more" in answer.text


def test_link_that_is_too_old_leads_on(client, asked, url):
    with time_machine.travel(timezone.now() + dt.timedelta(days=91)):
        for answer in (client.get(url), client.post(url, {"value": "1"})):
            assert answer.status_code == 410
            assert "This link has expired" in answer.text
            assert "Log in to write the number down all the same." in answer.text


def test_question_that_is_too_old_takes_no_answer_by_a_newer_link(client, idea):
    IndicatorFactory(idea=idea, created_at=START)
    asked = MeasurementRequestFactory(idea=idea, expired=True)
    url = f"/en/maling/{make_measurement_token(asked, idea.author)}/"
    assert client.get(url).status_code == 410
    answer = client.post(url, answer_of(asked, 1, "15"))
    assert answer.status_code == 409
    assert "the time to answer is over" in answer.text
    assert not Measurement.objects.exists()
    with pytest.raises(NotAskedError):
        answer_question(asked=asked, indicator=idea.indicators.get(), value=Decimal(1))
    assert not waits_on(idea.author, Side.AUTHOR)["measurements"]


def test_forged_or_cut_link_leads_on(client, asked, url):
    for forged in (url[:-2] + "/", url.replace(".", ".x", 1), "/en/maling/x/", f"/en/maling/{MEASUREMENT}/"):
        for answer in (client.get(forged), client.post(forged, {"value": "1"})):
            assert answer.status_code == 404
            assert "Perhaps only a part of it was copied." in answer.text


def test_page_of_the_link_does_not_grow(client, idea, same_queries_at):
    asked = MeasurementRequestFactory(idea=idea)
    url = f"/en/maling/{make_measurement_token(asked, idea.author)}/"
    same_queries_at(lambda: IndicatorFactory(idea=idea), lambda: client.get(url), limit=8, rows=(1, 3, 5))
    for row in idea.indicators.all():
        MeasurementFactory(indicator=row, request=asked)
    same_queries_at(lambda: None, lambda: client.get(url), limit=8)


@pytest.mark.parametrize("months", [0, 6, 12, 24])
def test_what_happens_next_is_said(client, idea, months):
    asked = MeasurementRequestFactory(idea=idea, months=months, since=START)
    page = client.get(f"/en/maling/{make_measurement_token(asked, idea.author)}/").text
    words = {0: "or 6 months", 6: "or 12 months", 12: "or 24 months", 24: "This was the last time"}
    assert words[months] in page


@pytest.mark.django_db(transaction=True)
def test_busy_idea_keeps_what_was_typed(client):
    row = IndicatorFactory(idea=SupportRelationFactory().idea)
    asked = MeasurementRequestFactory(idea=row.idea)
    url = f"/en/maling/{make_measurement_token(asked, row.idea.author)}/"
    with held_elsewhere(row.idea):
        answer = client.post(url, answer_of(asked, 1, "15"))
    assert answer.status_code == 503
    assert 'value="15"' in answer.text


# --- What waits -------------------------------------------------------------------------------------------------------


def test_question_waits_on_its_author_until_it_is_answered(client_for, idea, asked):
    author = client_for(idea.author)
    assert "How is it now? Write a number" in author.get("/en/min-side/").text
    assert "You are asked for a number." in author.get(f"/en/min-side/ideer/{idea.uuid}/effekt/").text
    Idea.objects.update(status="ended")
    [(waiting, _token)] = waits_on(idea.author, Side.AUTHOR)["measurements"]
    assert waiting == idea
    for row in idea.indicators.all():
        assert waits_on(idea.author, Side.AUTHOR)["measurements"]
        answer_question(asked=asked, indicator=row, value=Decimal(1))
    assert not waits_on(idea.author, Side.AUTHOR)["measurements"]
    assert not waits_on(UserFactory(), Side.AUTHOR)["measurements"]
    assert waits_on(idea.author, Side.SUPPORTER)["measurements"] == ()


def test_newest_question_alone_waits(idea, asked):
    newer = MeasurementRequestFactory(idea=idea, asked_at=timezone.now() + dt.timedelta(seconds=1))
    assert list(MeasurementRequest.objects.waiting()) == [newer]

"""What is counted of an idea: both sides write it down, nothing is lost, and how it stands is said in words."""

import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from ideas.actions import effect
from ideas.actions.effect import (
    IndicatorChangedError,
    OutOfTimeError,
    RetiredError,
    change_indicator,
    measure,
    retire_indicator,
    write_indicator,
)
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError
from ideas.models import Idea, Indicator, Measurement
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    IndicatorFactory,
    MeasurementFactory,
    MeasurementRequestFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import held_elsewhere
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
FACTS = {"target_group": "The young", "question": "How many zebrafinks?", "unit": "people", "goal": Decimal(20)}
FACTS |= {"baseline": Decimal(4), "baseline_on": dt.date(2026, 1, 1)}


def typed(**changes) -> dict:
    today = timezone.localdate().isoformat()
    return FACTS | {"baseline": "4,5", "baseline_on": today, "goal": "20", "token": str(uuid.uuid4())} | changes


@pytest.fixture
def idea():
    idea = IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def my_url(idea, rest: str = "") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/effekt/{rest}"


def desk_url(idea, rest: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/effekt/{rest}"


# --- What is counted --------------------------------------------------------------------------------------------------


def test_either_side_writes_it_down_once_and_both_read_it(client_for, idea, ali):
    author, sent = client_for(idea.author), typed()
    for _press in range(2):
        assert "Written down." in author.post(my_url(idea, "ny/"), sent, follow=True).text
    assert "Written down." in client_for(ali).post(desk_url(idea, "ny/"), typed(), follow=True).text
    one, other = Indicator.objects.all()
    assert (one.place, one.baseline, one.written_by) == (1, Decimal("4.5"), idea.author)
    assert (other.place, other.written_by) == (2, ali)
    for reader, url in ((idea.author, my_url(idea)), (ali, desk_url(idea))):
        page = client_for(reader).get(url).text
        assert "How many zebrafinks?" in page
        assert "The goal is 20." in page
    assert "zebrafinks" in client_for(MembershipFactory(incubator=idea.incubator).user).get(desk_url(idea)).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": ""}, "Write what is counted."),
        ({"baseline": "many"}, "Write a number, such as 12 or 12.5"),
        ({"goal": "1.000,5"}, "Write a number, such as 12 or 12.5"),
        ({"baseline_on": "2999-01-01"}, "That day has not come yet."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client_for, idea, change, words):
    answer = client_for(idea.author).post(my_url(idea, "ny/"), typed(**change))
    assert answer.status_code == 422
    assert words in answer.text
    assert "How many zebrafinks?" in answer.text
    assert not Indicator.objects.exists()


def test_sixth_is_refused_with_words_and_its_text_stays(client_for, idea):
    author = client_for(idea.author)
    for _each in range(Indicator.MOST):
        IndicatorFactory(idea=idea)
    assert "These are five" in author.get(my_url(idea)).text
    answer = author.post(my_url(idea, "ny/"), typed())
    assert answer.status_code == 409
    assert "There are five already" in answer.text
    assert "How many zebrafinks?" in answer.text
    retire_indicator(indicator=idea.indicators.get(place=3), by=idea.author, seen_revision=1)
    assert "Written down." in author.post(my_url(idea, "ny/"), typed(), follow=True).text
    assert idea.indicators.in_use().get(question="How many zebrafinks?").place == 3


def test_words_and_goal_are_changed_and_a_stale_form_loses_nothing(client_for, idea, ali):
    row = IndicatorFactory(idea=idea)
    url = f"{row.uuid}/"
    assert 'value="20"' in client_for(ali).get(desk_url(idea, url)).text
    sent = typed(revision="1", goal="30", baseline="4", baseline_on=row.baseline_on.isoformat())
    assert "The goal is 30." in client_for(ali).post(desk_url(idea, url), sent, follow=True).text
    author = client_for(idea.author)
    answer = author.post(my_url(idea, url), sent | {"question": "How many wrens?"})
    assert answer.status_code == 409
    assert "How many wrens?" in answer.text
    assert 'name="revision" value="2"' in answer.text
    page = author.post(my_url(idea, url), sent | {"question": "How many wrens?", "revision": "2"}, follow=True).text
    assert "How many wrens?" in page


@pytest.mark.parametrize("change", [{"baseline": "5"}, {"baseline_on": "2026-01-02"}])
def test_beginning_stands_once_there_are_numbers(client_for, idea, change):
    row, author = IndicatorFactory(idea=idea), client_for(idea.author)
    url = my_url(idea, f"{row.uuid}/")
    same = {"baseline": "4", "baseline_on": row.baseline_on.isoformat()}
    assert author.post(url, typed(revision="1", **same | change)).status_code == 302
    row.refresh_from_db()
    MeasurementFactory(indicator=row)
    answer = author.post(url, typed(revision="2", baseline="77", baseline_on=row.baseline_on.isoformat()))
    assert answer.status_code == 409
    assert "Retire it, and write a new one." in answer.text
    assert 'value="77"' in answer.text


def test_retired_one_keeps_its_numbers_and_is_measured_no_more(client_for, idea):
    row, author = MeasurementFactory(indicator__idea=idea, words="wren").indicator, client_for(idea.author)
    url = my_url(idea, f"{row.uuid}/avslutt/")
    assert "Count this no more?" in author.get(url).text
    for seen in ("0", "", "x", "9" * 400):
        assert "is still measured" in author.post(url, {"revision": seen}, follow=True).text
    for _press in range(2):
        assert "Its numbers are kept." in author.post(url, {"revision": "1"}, follow=True).text
    page = author.get(my_url(idea)).text
    assert "Counted before" in page
    assert "wren" in page
    for rest in (f"{row.uuid}/", f"{row.uuid}/tall/"):
        assert author.get(my_url(idea, rest)).status_code == 404
    today = timezone.localdate()
    with pytest.raises(RetiredError):
        measure(indicator=row, by=idea.author, token=uuid.uuid4(), value=Decimal(1), measured_on=today)
    with pytest.raises(RetiredError):
        change_indicator(indicator=row, by=idea.author, seen_revision=2, goal=Decimal(1))


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_number_is_written_once_and_said_in_words(client_for, idea, ali):
    row, today = IndicatorFactory(idea=idea), timezone.localdate().isoformat()
    sent = {"value": "1 012,5", "measured_on": today, "words": "wren", "token": str(uuid.uuid4())}
    desk = client_for(ali)
    assert row.question in desk.get(desk_url(idea, f"{row.uuid}/tall/")).text
    for _press in range(2):
        page = desk.post(desk_url(idea, f"{row.uuid}/tall/"), sent, follow=True).text
    assert "The number is written down." in page
    assert "The goal is reached" in page
    assert "wren" in page
    number = Measurement.objects.get()
    assert (number.value, number.step, number.side) == (Decimal("1012.5"), "try", "supporter")
    assert (number.written_by, number.request) == (ali, None)


@pytest.mark.parametrize(
    ("day", "words"), [(1, "That day has not come yet."), (-31, "That is before the first number was counted.")]
)
def test_number_of_a_day_that_cannot_be_is_refused(client_for, idea, day, words):
    row, on = IndicatorFactory(idea=idea), timezone.localdate() + dt.timedelta(days=day)
    sent = {"value": "77", "measured_on": on.isoformat()}
    answer = client_for(idea.author).post(my_url(idea, f"{row.uuid}/tall/"), sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="77"' in answer.text
    with pytest.raises(OutOfTimeError):
        measure(indicator=row, by=idea.author, token=uuid.uuid4(), value=Decimal(77), measured_on=on)


def test_what_happened_meanwhile_is_said_and_the_number_stays(client_for, idea, monkeypatch):
    row, author = IndicatorFactory(idea=idea), client_for(idea.author)
    url, sent = my_url(idea, f"{row.uuid}/tall/"), {"value": "77", "measured_on": timezone.localdate().isoformat()}
    for problem, words in (
        (RetiredError(), "This is measured no more."),
        (OutOfTimeError(), "before the first number"),
        (NotOfTheTwoError(), "You are not one of the two"),
        (IdeaBusyError(), "again"),
    ):
        monkeypatch.setattr(effect, "measure", lambda problem=problem, **facts: (_ for _ in ()).throw(problem))
        answer = author.post(url, sent)
        assert answer.status_code == (503 if isinstance(problem, IdeaBusyError) else 409)
        assert words in answer.text
        assert 'value="77"' in answer.text
    monkeypatch.setattr(effect, "measure", lambda **facts: (_ for _ in ()).throw(IdeaGoneError))
    assert author.post(url, sent).status_code == 404


def test_number_is_shown_as_it_is_written_here(client_for, idea):
    row = IndicatorFactory(idea=idea, goal=Decimal("12.50"), baseline=Decimal(100))
    author = client_for(idea.author)
    for language, goal in (("en/", "12.5"), ("", "12,5"), ("nn/", "12,5")):
        page = author.get(f"/{language}min-side/ideer/{idea.uuid}/effekt/{row.uuid}/").text
        assert f'value="{goal}"' in page
        assert 'value="100"' in page


def test_newest_numbers_are_shown_and_the_page_does_not_grow(client_for, idea, ali, same_queries_at):
    desk, author = client_for(ali), client_for(idea.author)
    MeasurementRequestFactory(idea=idea)

    def add():
        row = IndicatorFactory(idea=idea)
        for value in range(14):
            MeasurementFactory(indicator=row, value=value, words=f"swallow {value}!")

    same_queries_at(add, lambda: desk.get(desk_url(idea)), limit=12, rows=(1, 3, 5))
    page = author.get(my_url(idea)).text
    assert page.count("swallow 13!") == 5
    assert page.count("swallow 2!") == 5
    assert "swallow 1!" not in page
    Indicator.objects.update(retired_at=timezone.now())
    same_queries_at(add, lambda: author.get(my_url(idea)), limit=12, rows=(1, 3, 5))


def test_number_that_was_put_right_is_marked_and_the_later_one_counts(client_for, idea):
    row = MeasurementFactory(indicator__idea=idea, value=22).indicator
    MeasurementFactory(indicator=row, value=12)
    page = client_for(idea.author).get(my_url(idea)).text
    assert page.count("Replaced by the one above") == 1
    assert page.index(">12</td>") < page.index(">22</td>")
    assert page.count("line__dot") == 2


# --- Who may, what is kept, what cannot be ----------------------------------------------------------------------------


def test_who_moderates_reads_and_does_not_write(client_for, idea):
    row = MeasurementFactory(indicator__idea=idea).indicator
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    page = desk.get(desk_url(idea)).text
    assert row.question in page
    assert "Write down" not in page
    for rest in ("ny/", f"{row.uuid}/", f"{row.uuid}/tall/", f"{row.uuid}/avslutt/"):
        assert desk.get(desk_url(idea, rest)).status_code == 403
        assert client_for(UserFactory()).get(my_url(idea, rest)).status_code == 404
    number = {"token": uuid.uuid4(), "value": Decimal(1), "measured_on": timezone.localdate()}
    for act in (
        lambda who: write_indicator(idea=idea, by=who, token=uuid.uuid4(), **FACTS),
        lambda who: change_indicator(indicator=row, by=who, seen_revision=1, **FACTS),
        lambda who: retire_indicator(indicator=row, by=who, seen_revision=1),
        lambda who: measure(indicator=row, by=who, **number),
    ):
        with pytest.raises(NotOfTheTwoError):
            act(UserFactory())


def test_idea_that_is_not_taken_in_is_not_counted(client_for, idea):
    Idea.objects.update(status="submitted", step="")
    assert client_for(idea.author).get(my_url(idea, "ny/")).status_code == 403


def test_indicator_of_another_idea_is_not_found(client_for, idea):
    other = IndicatorFactory()
    for rest in ("", "tall/", "avslutt/"):
        assert client_for(idea.author).get(my_url(idea, f"{other.uuid}/{rest}")).status_code == 404


def test_it_is_handed_out_to_its_author_and_goes_with_the_idea(client_for, idea):
    MeasurementFactory(indicator__idea=idea, indicator__question="How many zebrafinks?", words="wren")
    MeasurementRequestFactory(idea=idea)
    export = json.loads(client_for(idea.author).post("/en/konto/mine-opplysninger/").content)["ideas"][0]
    assert export["indicators"][0]["question"] == "How many zebrafinks?"
    assert export["measurements"][0]["words"] == "wren"
    assert export["measurements_asked_for"][0]["months"] == 0
    erase_person(by=idea.author)
    assert not Indicator.objects.exists()
    assert not Measurement.objects.exists()


def test_number_stays_when_who_wrote_it_goes(idea, ali):
    number = MeasurementFactory(indicator__idea=idea, side="supporter", written_by=ali)
    erase_person(by=ali)
    number.refresh_from_db()
    assert (number.value, number.written_by) == (12, None)


@pytest.mark.django_db(transaction=True)
def test_busy_idea_keeps_what_was_typed(client_for):
    idea = SupportRelationFactory().idea
    with held_elsewhere(idea):
        answer = client_for(idea.author).post(my_url(idea, "ny/"), typed())
    assert answer.status_code == 503
    assert "How many zebrafinks?" in answer.text


def test_gone_indicator_is_told(idea):
    row = IndicatorFactory(idea=idea)
    Indicator.objects.all().delete()
    with pytest.raises(IndicatorChangedError):
        change_indicator(indicator=row, by=idea.author, seen_revision=1)

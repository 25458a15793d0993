"""Agreements and budget in the browser: what each may do, what is said where it fails; no page grows."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.models import Agreement, Budget, CoAuthor, Idea
from tests.factories import (
    AgreementFactory,
    BudgetFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def idea(incubator):
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/avtaler/"


def my_url(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/avtaler/"


def act_url(agreement, name: str) -> str:
    return f"/en/avtaler/{agreement.uuid}/{name}/"


def sent(idea, **more) -> dict:
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=30), "talk_on": today + dt.timedelta(days=31)}
    facts = {name: f"{day:%Y-%m-%d}" for name, day in days.items()}
    return facts | {"revision": idea.revision, "find_out": "zebrafink", "kroner": "0"} | more


def test_agreement_is_proposed_agreed_on_and_ended(client_for, idea, ali, incubator):
    BudgetFactory(incubator=incubator)
    desk, author = client_for(ali), client_for(idea.author)
    assert "Left this year: 10000 kr." in desk.get(desk_url(idea)).text
    page = desk.post(desk_url(idea), sent(idea, kroner="4000"), follow=True).text
    assert "The agreement is sent to the author." in page
    agreement = Agreement.objects.get()
    assert "zebrafink" in author.get(my_url(idea)).text
    assert "It is agreed on." in author.post(act_url(agreement, "ja"), follow=True).text
    how = {"outcome": "up", "learnt": "Forty came.", "onwards": "A bigger room.", "spent": "1000"}
    page = desk.post(act_url(agreement, "samtale"), how, follow=True).text
    assert "It is written down, and the author is told." in page
    idea.refresh_from_db()
    assert idea.step == "do"
    assert "A bigger room." in author.get(my_url(idea)).text
    assert "A bigger room." in author.get(f"/en/min-side/ideer/{idea.uuid}/").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"find_out": ""}, "Write what you want to find out."),
        ({"ends_on": "2020-01-01"}, "Choose a day from today on, within two years."),
        ({"starts_on": "", "kroner": "-1"}, "Give the first day."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(client_for, idea, ali, change, words):
    answer = client_for(ali).post(desk_url(idea), sent(idea, room="The cellar") | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "The cellar" in answer.text
    assert not Agreement.objects.exists()


def test_days_in_the_wrong_order_are_said(client_for, idea, ali):
    first = f"{timezone.localdate() + dt.timedelta(days=60):%Y-%m-%d}"
    assert "This day is before the first one." in client_for(ali).post(desk_url(idea), sent(idea, starts_on=first)).text


def test_more_than_is_left_is_said_with_the_words_kept(client_for, idea, ali, incubator):
    answer = client_for(ali).post(desk_url(idea), sent(idea, kroner="1"))
    assert (answer.status_code, "has no budget for that year" in answer.text) == (409, True)
    BudgetFactory(incubator=incubator, kroner=100)
    answer = client_for(ali).post(desk_url(idea), sent(idea, kroner="101"))
    assert "Only 100 kr are left." in answer.text
    assert "zebrafink" in answer.text


def test_stale_page_is_told_and_the_next_press_goes_through(client_for, idea, ali):
    answer = client_for(ali).post(desk_url(idea), sent(idea, revision=99))
    assert answer.status_code == 409
    assert ">\nzebrafink</textarea>" in answer.text
    assert f'name="revision" value="{idea.revision}"' in answer.text


def test_answer_to_what_was_taken_back_is_told(client_for, idea, ali):
    agreement = AgreementFactory(idea=idea)
    client_for(ali).post(act_url(agreement, "ta-tilbake"))
    answer = client_for(idea.author).post(act_url(agreement, "ja"))
    assert answer.status_code == 409
    assert "The case has changed since you opened the page." in answer.text


def test_talk_written_down_twice_gives_the_second_their_words_back(client_for, idea, ali):
    agreement = AgreementFactory(idea=idea, agreed=True)
    how = {"outcome": "stay", "learnt": "zebrafink", "onwards": "x"}
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    client_for(ali).post(act_url(agreement, "samtale"), how)
    answer = desk.post(act_url(agreement, "samtale"), how | {"learnt": "wren"})
    assert answer.status_code == 409
    assert "wren" in answer.text


SPENT = [("", "Write how much was spent"), ("5000", "This is more than was agreed on.")]


@pytest.mark.parametrize(("spent", "words"), SPENT)
def test_money_is_accounted_for(client_for, idea, ali, incubator, spent, words):
    budget = BudgetFactory(incubator=incubator)
    agreement = AgreementFactory(idea=idea, agreed=True, kroner=4000, budget=budget)
    how = {"outcome": "stay", "learnt": "x", "onwards": "x", "spent": spent}
    answer = client_for(ali).post(act_url(agreement, "samtale"), how)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_who_writes_along_reads_and_does_not_answer(client_for, idea):
    agreement, friend = AgreementFactory(idea=idea), UserFactory()
    CoAuthor.objects.create(
        idea=idea, user=friend, email=friend.email, role="edit", status="joined", joined_at=timezone.now(),
        expires_at=timezone.now(),
    )  # fmt: skip
    page = client_for(friend).get(my_url(idea)).text
    assert agreement.find_out in page
    assert "Say yes to this" not in page
    assert client_for(friend).post(act_url(agreement, "ja")).status_code == 403


def test_staff_do_not_answer_for_the_author_nor_the_author_for_staff(client_for, idea, ali):
    agreement = AgreementFactory(idea=idea)
    assert client_for(ali).post(act_url(agreement, "ja")).status_code == 403
    assert client_for(idea.author).post(act_url(agreement, "ta-tilbake")).status_code == 403
    other = MembershipFactory(incubator=idea.incubator, supporter=True).user
    assert client_for(other).get(desk_url(idea)).status_code == 404


def test_idea_without_supporter_is_told_so(client_for, idea):
    idea.support_relations.all().delete()
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    assert "Find a supporter first." in desk.get(desk_url(idea)).text
    answer = desk.post(desk_url(idea), sent(idea))
    assert answer.status_code == 409
    assert "Nobody supports the idea now." in answer.text


def test_leader_sets_the_budget_and_is_told_what_is_given(client_for, idea, incubator):
    leader = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    url, year = f"/en/arbeidsflate/inkubatorer/{incubator.slug}/budsjett/", timezone.localdate().year
    assert "No budget yet." in leader.get(url).text
    assert "Write how many kroner." in leader.post(url, {"year": year, "kroner": ""}).text
    assert "The budget is saved." in leader.post(url, {"year": year, "kroner": "5000"}, follow=True).text
    AgreementFactory(idea=idea, kroner=4000, budget=Budget.objects.get())
    answer = leader.post(url, {"year": year, "kroner": "3000"})
    assert "4000 kr are given or held already." in answer.text
    assert "Verksted" in leader.get(url).text


@pytest.mark.django_db(transaction=True)
def test_case_that_is_held_is_said_and_the_words_stay(client_for):
    relation = SupportRelationFactory()
    with held_elsewhere(relation.idea):
        answer = client_for(relation.supporter).post(desk_url(relation.idea), sent(relation.idea))
    assert answer.status_code == 503
    assert "zebrafink" in answer.text


def test_pages_do_not_grow(client_for, idea, ali, incubator, same_queries_at):
    desk, author = client_for(ali), client_for(idea.author)
    leader = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    budget = BudgetFactory(incubator=incubator)

    def add() -> None:
        AgreementFactory(idea=idea, ended=True, kroner=10, budget=budget)

    same_queries_at(add, lambda: desk.get(desk_url(idea)), limit=12)
    same_queries_at(add, lambda: author.get(my_url(idea)), limit=12)
    url = f"/en/arbeidsflate/inkubatorer/{incubator.slug}/budsjett/"
    same_queries_at(add, lambda: leader.get(url), limit=10)


def test_established_idea_reads_so_on_its_public_page(client):
    idea = IdeaFactory(public=True)
    Idea.objects.update(status="ended", established_at=timezone.now())
    assert "The idea stands on its own feet now." in client.get(f"/en/ideer/{idea.slug}/").text

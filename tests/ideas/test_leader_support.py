"""The leader's page on support: nobody forgotten, how much each supporter has, and the money."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.models import Agreement, Idea, SupportRelation
from ideas.models.forgotten import Forgotten, forgotten
from ideas.views.leader import LATE, SECTIONS
from tests.factories import (
    AgreementFactory,
    BudgetFactory,
    IdeaFactory,
    IncubatorFactory,
    MeetingFactory,
    MembershipFactory,
    NextStepFactory,
    SupportRelationFactory,
)
from tests.ideas.test_leader import LEADER, QUEUE, text_of, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def leader(incubator, client_for):
    return client_for(MembershipFactory(incubator=incubator, leader=True).user)


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def idea_at(incubator, title: str, **facts) -> Idea:
    return IdeaFactory(accepted=True, incubator=incubator, title=title, **facts)


def supported(incubator, title: str, **facts) -> SupportRelation:
    return SupportRelationFactory(idea=idea_at(incubator, title), **facts)


def test_ideas_without_a_supporter_are_listed_the_oldest_first(leader, incubator):
    idea_at(incubator, "Newer", answered_at=ago(3))
    idea_at(incubator, "Older", answered_at=ago(9))
    asked = supported(incubator, "Asked lately", asked=True, asked_at=ago(1))
    supported(incubator, "At work", contact_at=ago(1))
    IdeaFactory(paused=True, incubator=incubator, title="On hold")
    IdeaFactory(submitted=True, incubator=incubator, title="Waits for its answer")
    idea_at(IncubatorFactory(), "Elsewhere")

    response = leader.get(LEADER)

    assert titles(response)["unsupported"] == ["Older", "Newer"]
    support = f"{QUEUE}{Idea.objects.get(title='Older').uuid}/stotte/"
    assert f'<a href="{support}">Ask somebody</a>' in response.text
    assert "Nobody yet" in text_of(response)
    rows = leader.get(f"{QUEUE}?status=uten-stotte").context["page"].rows
    assert [idea.title for idea in rows] == ["Older", "Newer"]

    SupportRelation.objects.filter(pk=asked.pk).update(status="declined", ended_at=timezone.now())
    assert "Asked lately" in titles(leader.get(LEADER))["unsupported"]


@pytest.mark.parametrize("trait", ["asked", "offered", "active"])
def test_idea_whose_supporter_has_left_is_without_one(leader, incubator, trait):
    relation = supported(incubator, "Left alone", **({} if trait == "active" else {trait: True}))
    assert "unsupported" not in titles(leader.get(LEADER))

    relation.supporter.memberships.update(ends_on=timezone.localdate())

    response = leader.get(LEADER)
    assert titles(response)["unsupported"] == ["Left alone"]
    assert "Someone who has left" in text_of(response)
    assert response.context["places"] == []


def test_questions_that_nobody_has_answered_for_a_week(leader, incubator):
    nameless = MembershipFactory(incubator=incubator, supporter=True, user__name="").user
    supported(incubator, "Of the supporter", asked=True, asked_at=ago(8), supporter=nameless)
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali").user
    supported(incubator, "Of the author", offered=True, asked_at=ago(30), offered_at=ago(9), supporter=ali)
    supported(incubator, "Asked long ago, offered now", offered=True, asked_at=ago(30), offered_at=ago(6))
    supported(IncubatorFactory(), "Elsewhere", asked=True, asked_at=ago(8))

    response = leader.get(LEADER)

    assert titles(response)["unanswered"] == ["Of the author", "Of the supporter"]
    assert "Ali: the author is asked" in text_of(response)
    assert "@example.no is asked" in text_of(response)
    assert response.text.count("See who is asked") == 2


def test_agreements_whose_talk_is_overdue(leader, incubator):
    today = timezone.localdate()
    for title, days, facts in [
        ("Long past", -9, {"agreed": True, "reminded_at": timezone.now()}),
        ("Past", -1, {"agreed": True}),
        ("Today", 0, {"agreed": True}),
        ("Only proposed", -2, {}),
        ("Ended", -2, {"ended": True}),
    ]:
        start = today - dt.timedelta(days=20)
        days = {"starts_on": start, "ends_on": today, "talk_on": today + dt.timedelta(days=days)}
        AgreementFactory(idea=supported(incubator, title).idea, **days, **facts)
    assert AgreementFactory(agreed=True, starts_on=start, talk_on=today - dt.timedelta(days=3))

    response = leader.get(LEADER)

    assert titles(response)["talk"] == ["Long past", "Past"]
    agreements = f"{QUEUE}{Idea.objects.get(title='Past').uuid}/avtaler/"
    assert f'<a href="{agreements}">Write how the talk went</a>' in response.text
    assert titles(response)["still"] == ["Ended"]


def test_supported_ideas_with_nothing_ahead(leader, incubator):
    ahead = {
        "Booked": lambda idea: MeetingFactory(idea=idea, booked=True),
        "Proposed": lambda idea: MeetingFactory(idea=idea),
        "A step": lambda idea: NextStepFactory(idea=idea),
        "Agreed": lambda idea: AgreementFactory(idea=idea, agreed=True),
    }
    for title, plan in ahead.items():
        plan(supported(incubator, title).idea)
    MeetingFactory(idea=supported(incubator, "All times passed", contact_at=ago(6)).idea, times=[ago(1)])
    MeetingFactory(idea=supported(incubator, "Met before", contact_at=ago(2)).idea, past=True)
    NextStepFactory(
        idea=supported(incubator, "Done before", contact_at=ago(4)).idea, status="done", ended_at=timezone.now()
    )

    response = leader.get(LEADER)

    assert titles(response) == {"still": ["All times passed", "Done before", "Met before"]}
    assert f"{QUEUE}{Idea.objects.get(title='Met before').uuid}/#actions" in response.text


def test_each_idea_stands_in_one_list_that_is_most_to_the_point(leader, incubator):
    """What would fit in several lists stands where a person can be asked, then where a promise was broken."""
    talk = {"agreed": True, "starts_on": ago(40).date(), "talk_on": ago(5).date()}
    silent = supported(incubator, "Silent, talk overdue", contact_at=ago(30))
    AgreementFactory(idea=silent.idea, **talk)
    quiet = IdeaFactory(quiet=True, incubator=incubator, title="Quiet, and nobody has it")
    asked = SupportRelationFactory(
        idea=IdeaFactory(quiet=True, incubator=incubator, title="Quiet, somebody is asked"),
        asked=True,
        asked_at=ago(20),
    )
    handing = supported(incubator, "Silent, and to be handed over", contact_at=ago(30))
    SupportRelationFactory(idea=handing.idea, asked=True, asked_at=ago(10))

    assert titles(leader.get(LEADER)) == {
        "quiet": [quiet.title],
        "unanswered": [asked.idea.title, handing.idea.title],
        "silent": [silent.idea.title],
    }


def test_page_says_in_words_what_is_as_it_should_be(leader, incubator):
    words = text_of(leader.get(LEADER))
    for all_well in (
        "Each idea taken in has a supporter, or somebody is asked.",
        "Nobody has waited a week for an answer about support.",
        "All supporters are in touch with their authors.",
        "No agreement waits for its talk.",
        "Each idea with a supporter has something ahead.",
        "No supporter works here yet.",
        "No budget yet.",
    ):
        assert all_well in words
    idea_at(incubator, "Alone")
    assert "Each idea taken in has a supporter" not in text_of(leader.get(LEADER))


def test_page_calls_nothing_well_that_an_idea_in_another_list_may_belie(leader, incubator):
    """The idea of a silent supporter has nothing ahead either, but stands in one list."""
    supported(incubator, "Silent", contact_at=ago(30))
    words = text_of(leader.get(LEADER))
    assert "Nobody has waited a week for an answer about support." in words
    assert "Each idea with a supporter has something ahead." not in words
    assert "Something is being done with each idea taken in." not in words


def test_lists_are_bounded_reason_by_reason(leader, incubator, monkeypatch):
    monkeypatch.setattr("ideas.views.leader.ROWS", 2)
    for n in range(3):
        idea_at(incubator, f"alone {n}", answered_at=ago(9 - n))
        supported(incubator, f"still {n}", contact_at=ago(9 - n))
    response = leader.get(LEADER)
    assert titles(response) == {"unsupported": ["alone 0", "alone 1"], "still": ["still 0", "still 1"]}
    assert f'href="{QUEUE}?status=uten-stotte"' in response.text
    assert "There are more. The 2 oldest are shown." in text_of(response)


def test_reasons_of_the_code_are_all_on_the_page():
    assert {section.name for section in SECTIONS} == {LATE, *Forgotten.values}


def test_caseload_names_each_supporter_of_now_the_fullest_first(leader, incubator):
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", capacity=2)
    mona = MembershipFactory(incubator=incubator, supporter=True, user__name="Mona", capacity=8)
    away = timezone.localdate() + dt.timedelta(days=3)
    MembershipFactory(incubator=incubator, supporter=True, user__name="New", absent_until=away)
    MembershipFactory(incubator=incubator, supporter=True, user__name="Gone", former=True)
    MembershipFactory(incubator=incubator, supporter=True, user__name="Closed", user__is_active=False)
    MembershipFactory(supporter=True, user__name="Elsewhere")
    supported(incubator, "one", supporter=ali.user)
    supported(incubator, "two", supporter=ali.user, offered=True)
    supported(incubator, "asked", supporter=ali.user, asked=True)
    supported(incubator, "ended", supporter=ali.user, ended=True)
    for n in range(3):
        supported(incubator, f"of Mona {n}", supporter=mona.user, contact_at=ago(25 * n))
    MembershipFactory(user=mona.user, supporter=True, incubator__name="Another")

    response = leader.get(LEADER)

    rows = [(row.user.name, row.ideas_now, row.capacity, row.silent_now) for row in response.context["places"]]
    assert rows == [("Ali", 2, 2, 0), ("Mona", 3, 8, 2), ("New", 0, 8, 0)]
    words = text_of(response)
    assert '2 of 2 <span class="ds-tag" data-color="warning">full</span>' in words
    assert f"until {away:%A}" in words
    assert f'href="/en/arbeidsflate/inkubatorer/{incubator.slug}/folk/"' in response.text
    for name in ("Gone", "Closed", "Elsewhere", "Another"):
        assert name not in words


def test_supporter_without_room_at_all_is_full(leader, incubator):
    MembershipFactory(incubator=incubator, supporter=True, user__name="Roomy")
    MembershipFactory(incubator=incubator, supporter=True, user__name="None", capacity=0)
    assert [row.user.name for row in leader.get(LEADER).context["places"]] == ["None", "Roomy"]


def test_money_of_this_year_is_given_held_left_and_spent(leader, incubator):
    budget = BudgetFactory(incubator=incubator, kroner=20_000)
    BudgetFactory(incubator=incubator, year=budget.year - 1, kroner=99_000)
    BudgetFactory(kroner=88_000)
    AgreementFactory(idea=supported(incubator, "ended").idea, ended=True, kroner=1_500, spent=1_200, budget=budget)
    AgreementFactory(idea=supported(incubator, "held").idea, agreed=True, kroner=2_500, budget=budget)

    response = leader.get(LEADER)

    (row,) = response.context["money"]
    assert (row.kroner, row.given, row.left, row.spent) == (20_000, 3_700, 16_300, 1_200)
    page = f"/en/arbeidsflate/inkubatorer/{incubator.slug}/budsjett/"
    assert f'<a href="{page}">Tøyen Unlimited</a>' in response.text
    assert "16,300 kr" in text_of(response)


def test_leader_of_several_sees_which_incubator(client_for, incubator):
    user = MembershipFactory(incubator=incubator, leader=True).user
    second = MembershipFactory(user=user, leader=True, incubator__name="Søndre Unlimited").incubator
    idea_at(second, "Alone")
    BudgetFactory(incubator=second, kroner=5_000)

    response = client_for(user).get(LEADER)

    assert 'data-label="Incubator">Søndre Unlimited' in response.text
    assert [(row.name, row.kroner) for row in response.context["money"]] == [
        ("Søndre Unlimited", 5_000),
        ("Tøyen Unlimited", None),
    ]
    assert "Write one" in response.text


def fill(incubator) -> None:
    """One more of everything that the page lists."""
    idea_at(incubator, "alone")
    supported(incubator, "asked", asked=True, asked_at=ago(8))
    supported(incubator, "silent", contact_at=ago(30))
    supported(incubator, "still")
    AgreementFactory(
        idea=supported(incubator, "talk").idea, agreed=True, starts_on=ago(9).date(), talk_on=ago(1).date()
    )
    IdeaFactory(quiet=True, incubator=incubator)
    IdeaFactory(overdue=True, incubator=incubator)


def test_page_asks_the_database_equally_often_however_many_supporters(leader, incubator, same_queries_at):
    same_queries_at(lambda: fill(incubator), lambda: leader.get(LEADER), limit=12, rows=(1, 3, 40))


def test_page_asks_the_database_equally_often_however_many_incubators(client_for, same_queries_at):
    def lead_one_more():
        place = MembershipFactory(user=user, leader=True).incubator
        BudgetFactory(incubator=place)
        fill(place)

    user = MembershipFactory(leader=True).user
    client = client_for(user)
    same_queries_at(lead_one_more, lambda: client.get(LEADER), limit=12, rows=(1, 3, 40))


def test_queue_of_ideas_without_a_supporter_asks_equally_often(leader, incubator, same_queries_at):
    page = f"{QUEUE}?status=uten-stotte"
    same_queries_at(lambda: idea_at(incubator, "alone"), lambda: leader.get(page), limit=12)


def test_forgotten_counts_from_the_moment_it_is_given(incubator):
    supported(incubator, "At work", contact_at=timezone.now())
    later = timezone.now() + SupportRelation.silent_after() + dt.timedelta(days=1)
    assert [idea.forgotten_as for idea in forgotten(Idea.objects.all(), most=9)] == ["still"]
    assert [idea.forgotten_as for idea in forgotten(Idea.objects.all(), most=9, now=later)] == ["silent"]
    assert not Agreement.objects.exists()

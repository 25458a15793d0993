"""The leader's list: what is late or quiet at the incubators I lead, and nobody else's."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.actions import notes
from incubators.actions.promises import tell_of_delays
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LEADER, QUEUE = "/en/arbeidsflate/leder/", "/en/arbeidsflate/ideer/"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def leader(incubator, client_for):
    return client_for(MembershipFactory(incubator=incubator, leader=True).user)


def text_of(response) -> str:
    return " ".join(response.text.split())


def titles(response) -> dict[str, list[str]]:
    """What stands in each list, in its order."""
    return {section.name: [idea.title for idea in section.shown] for section in response.context["sections"]}


def test_leader_sees_what_is_late_and_quiet_where_they_lead(leader, incubator):
    today = timezone.localdate()
    IdeaFactory(overdue=True, incubator=incubator, title="Late", answer_due_on=today - dt.timedelta(days=1))
    IdeaFactory(quiet=True, incubator=incubator, title="Quiet")
    IdeaFactory(submitted=True, incubator=incubator, title="In time")
    IdeaFactory(accepted=True, incubator=incubator, title="Busy")
    IdeaFactory(overdue=True, title="Elsewhere")

    before = text_of(leader.get(LEADER))
    tell_of_delays()
    response = leader.get(LEADER)

    assert titles(response) == {"late": ["Late"], "quiet": ["Quiet"], "unsupported": ["Busy"]}
    assert "Not told yet" in before
    assert "Not told yet" not in text_of(response)
    assert [month.waiting for month in response.context["months"]] == [1]
    assert "0 %" in text_of(response)
    assert (today - dt.timedelta(days=1)).strftime("%B %Y") in text_of(response)


def test_months_are_drawn_as_bars_that_say_what_the_table_says(leader, incubator):
    today = timezone.localdate()
    for days in (1, 2, 3):
        IdeaFactory(overdue=True, incubator=incubator, answer_due_on=today - dt.timedelta(days=days))
    response = leader.get(LEADER)
    chart, months = response.context["chart"], response.context["months"]
    assert [bar.total for bar in chart.bars] == [month.promised for month in months]
    assert sum(bar.total for bar in chart.bars) == 3
    drawn = response.text.split('class="bars"')[1].split("<table")[0]
    assert drawn.startswith(' aria-hidden="true"')
    assert "style=" not in drawn
    assert 'x="0.00" width="100.00"' in drawn


def test_list_with_nothing_on_it_has_words(leader):
    words = text_of(leader.get(LEADER))
    assert "Nobody waits longer than they were promised." in words
    assert "Something is being done with each idea taken in." in words
    assert "No answer has been due yet." in words


def test_list_is_bounded_and_leads_on_to_the_queue(leader, incubator, monkeypatch):
    monkeypatch.setattr("ideas.views.leader.ROWS", 2)
    for n in range(3):
        acted_at = timezone.now() - dt.timedelta(days=90 - n)
        IdeaFactory(quiet=True, incubator=incubator, title=f"quiet {n}", staff_acted_at=acted_at)
        IdeaFactory(overdue=True, incubator=incubator, title=f"late {n}")

    response = leader.get(LEADER)

    assert titles(response) == {"late": ["late 0", "late 1"], "quiet": ["quiet 0", "quiet 1"]}
    assert f'href="{QUEUE}?status=stille"' in response.text
    assert "(2+)" in response.text
    rows = leader.get(f"{QUEUE}?status=stille").context["page"].rows
    assert [idea.title for idea in rows] == ["quiet 0", "quiet 1", "quiet 2"]


@pytest.mark.parametrize("role", ["moderator", "supporter"])
def test_list_is_for_leaders(client_for, incubator, role):
    client = client_for(MembershipFactory(incubator=incubator, role=role).user)
    assert client.get(LEADER).status_code == 403
    assert "For the leader" not in text_of(client.get("/en/arbeidsflate/"))


def test_leader_finds_the_list_from_the_desk(leader):
    assert f'href="{LEADER}"' in leader.get("/en/arbeidsflate/").text


def test_list_asks_the_database_equally_often(leader, incubator, same_queries_at):
    def add_row():
        for trait in ("overdue", "quiet"):
            IdeaFactory(**{trait: True}, incubator=incubator, taken_by=UserFactory())

    same_queries_at(add_row, lambda: leader.get(LEADER), limit=12, rows=(1, 3, 60))


def test_quiet_queue_asks_the_database_equally_often(leader, incubator, same_queries_at):
    same_queries_at(
        lambda: IdeaFactory(quiet=True, incubator=incubator, taken_by=UserFactory()),
        lambda: leader.get(f"{QUEUE}?status=stille"),
        limit=12,
        rows=(1, 3, 60),
    )


@pytest.mark.parametrize(
    ("trait", "words"),
    [("overdue", "The new date for your answer is"), ("quiet", "We are sorry that it has been quiet for so long.")],
)
def test_author_and_staff_read_what_was_told(trait, words, leader, incubator, client_for):
    idea = IdeaFactory(**{trait: True}, incubator=incubator)
    mine, case = f"/en/min-side/ideer/{idea.uuid}/", f"{QUEUE}{idea.uuid}/"
    assert words not in text_of(client_for(idea.author).get(mine))
    tell_of_delays()

    page = text_of(client_for(idea.author).get(mine))
    assert words in page
    assert "The new date was" in page
    staff = text_of(leader.get(case))
    assert "The author is told to hear from you by" in staff
    assert "The author was told a new date" in staff

    notes.write_to_author(idea=idea, by=UserFactory(), body="Hello")
    if trait == "quiet":
        assert words not in text_of(client_for(idea.author).get(mine))
        assert "Nothing done since" not in text_of(leader.get(case))

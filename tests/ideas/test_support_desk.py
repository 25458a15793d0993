"""A supporter with two hundred ideas: the desk asks the database as rarely as with one, and shows what comes first."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.models import Agreement, Idea, Meeting, NextStep, SupportRelation, TalkSheet
from tests.factories import IdeaFactory, MembershipFactory, SupportRelationFactory, UserFactory

pytestmark = pytest.mark.django_db

DESKS = {"desk": "/en/arbeidsflate/", "supported": "/en/arbeidsflate/stotte/"}


@pytest.fixture
def ali():
    return MembershipFactory(supporter=True, user__name="Ali", capacity=500)


def support_ideas(place, number: int) -> None:
    """Let the one of `place` support so many more, each with a step, a meeting and an agreement that waits for them."""
    now, have = timezone.now(), Idea.objects.count()
    author = UserFactory()
    ideas = Idea.objects.bulk_create(
        Idea(
            title=f"Idea {n}", slug=f"idea-{n}", incubator=place.incubator, author=author, status="accepted",
            step="try", submitted_at=now, answer_due_on=now.date(), answered_at=now, staff_acted_at=now,
        )
        for n in range(have, have + number)
    )  # fmt: skip
    of_it = {"supporter": place.user}
    SupportRelation.objects.bulk_create(
        SupportRelation(
            idea=idea, status="active", offered_at=now, started_at=now, contact_at=now - dt.timedelta(hours=n), **of_it
        )
        for n, idea in enumerate(ideas)
    )
    today = timezone.localdate()
    NextStep.objects.bulk_create(
        NextStep(idea=idea, side="supporter", what=f"Step of {idea.title}", due_on=today) for idea in ideas
    )
    Meeting.objects.bulk_create(
        Meeting(idea=idea, proposed_by_side="author", times=[now + dt.timedelta(days=2)], venue="Here", **of_it)
        for idea in ideas
    )
    TalkSheet.objects.bulk_create(TalkSheet(idea=idea, author_at=now) for idea in ideas)
    Agreement.objects.bulk_create(
        Agreement(
            idea=idea, step="try", status="agreed", find_out="?", starts_on=today, ends_on=today, talk_on=today,
            answered_at=now, **of_it,
        )
        for idea in ideas
    )  # fmt: skip


@pytest.mark.parametrize("desk", DESKS)
def test_supporters_desk_asks_the_database_equally_often_with_200_ideas(client_for, ali, same_queries_at, desk):
    client = client_for(ali.user)
    made = iter((1, 199))

    def get():
        return client.get(DESKS[desk])

    support_ideas(ali, next(made))
    same_queries_at(lambda: support_ideas(ali, next(made)), get, limit=12, rows=(0, 1))
    assert SupportRelation.objects.active().count() == 200
    assert len(get().content) < 150_000


@pytest.mark.parametrize("desk", DESKS)
def test_what_waits_on_a_supporter_is_on_both_of_their_pages(client_for, ali, desk):
    support_ideas(ali, 1)
    page = " ".join(client_for(ali.user).get(DESKS[desk]).text.split())
    for words in (
        "Waits for you",
        "Step of Idea 0",
        "Choose a time for a meeting",
        "Write how the talk went",
        "Five things",
    ):
        assert words in page


@pytest.mark.parametrize("desk", DESKS)
def test_supporter_who_is_asked_sees_the_question_on_both_pages(client_for, ali, desk):
    relation = SupportRelationFactory(
        asked=True, supporter=ali.user, idea__accepted=True, idea__incubator=ali.incubator
    )
    page = " ".join(client_for(ali.user).get(DESKS[desk]).text.split())
    assert "Would you support an idea?" in page
    assert relation.idea.title in page


def test_front_of_the_desk_has_words_where_nothing_waits_on_a_supporter(client_for, ali):
    page = client_for(ali.user).get(DESKS["desk"]).text
    assert "Nothing waits for you in the ideas you support." in page
    assert "Answer these first" not in page


def test_front_asks_no_more_of_who_moderates_supports_and_runs_the_network(client_for, ali, same_queries_at):
    """Everything that the front can show, at once."""
    user = MembershipFactory(incubator=ali.incubator, user=ali.user).user
    user.is_staff = True
    user.save()
    client = client_for(user)
    same_queries_at(
        lambda: IdeaFactory(overdue=True, incubator=ali.incubator), lambda: client.get(DESKS["desk"]), limit=12
    )
    response = client.get(DESKS["desk"])
    assert (response.context["late"], response.context["waiting"]) == (3, 3)


def test_talk_sheet_waits_on_the_side_that_has_not_answered(client_for, ali):
    """The author reads it on their page, the supporter on the desk; whoever has answered waits."""
    support_ideas(ali, 1)
    author, mine = Idea.objects.get().author, "/en/min-side/"
    assert "The other one of you has answered" not in client_for(author).get(mine).text
    TalkSheet.objects.update(author_at=None, supporter_at=timezone.now())
    assert "The other one of you has answered" in client_for(author).get(mine).text
    assert "The other one of you has answered" not in client_for(ali.user).get(DESKS["supported"]).text


def test_desk_of_somebody_who_moderates_only_asks_for_no_support(client_for):
    page = client_for(MembershipFactory().user).get(DESKS["desk"]).text
    assert "Waits for you" not in page

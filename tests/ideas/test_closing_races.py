"""An incubator closes while somebody else is at work there, on real connections."""

from functools import partial

import pytest

from ideas.actions import closing as actions
from ideas.actions import moderation, moving, submission
from ideas.actions.transitions import IdeaError
from ideas.models import Idea
from incubators.models import Incubator
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory
from tests.races import at_once, held_elsewhere, overtaken

pytestmark = pytest.mark.django_db(transaction=True)

at_once = partial(at_once, refused=(actions.Error, IdeaError))
overtaken = partial(overtaken, refused=(actions.Error, IdeaError))


@pytest.fixture(autouse=True)
def intake():
    return IncubatorFactory(intake=True, legal_status="association")


def close(incubator, to, by):
    return actions.close_incubator(
        incubator=Incubator.objects.get(pk=incubator.pk), to=Incubator.objects.get(pk=to.pk), words="x", by=by
    )


def closed_while_sent(**facts) -> Idea:
    """One round: somebody sends an idea to the incubator that its leader closes."""
    place, to = IncubatorFactory(), IncubatorFactory()
    leader = MembershipFactory(incubator=place, leader=True).user
    idea = IdeaFactory(incubator=place, **facts)
    results = at_once(
        lambda: close(place, to, leader),
        lambda: submission.submit_idea(idea=Idea.objects.get(pk=idea.pk), by=idea.author),
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    return Idea.objects.select_related("incubator").get(pk=idea.pk)


@pytest.mark.parametrize("facts", [{}, {"changes_requested": True}])
def test_idea_sent_while_it_closes_is_with_somebody_who_is_there(facts):
    ideas = [closed_while_sent(**facts) for _ in range(8)]
    assert [(idea.status, idea.incubator.is_active) for idea in ideas] == [("submitted", True)] * 8


def test_without_the_lock_an_idea_is_left_where_nobody_is():
    place, to = IncubatorFactory(), IncubatorFactory()
    leader, idea = MembershipFactory(incubator=place, leader=True).user, IdeaFactory(incubator=place)
    overtaken(
        lambda: submission.submit_idea(idea=Idea.objects.get(pk=idea.pk), by=idea.author),
        by=partial(close, place, to, leader),
        without_lock_on=Incubator,
    )

    assert not Idea.objects.select_related("incubator").get(pk=idea.pk).incubator.is_active


def test_answer_given_while_it_closes_stands_or_is_told():
    for _ in range(6):
        place, to = IncubatorFactory(), IncubatorFactory()
        leader = MembershipFactory(incubator=place, leader=True).user
        idea = IdeaFactory(submitted=True, incubator=place)
        seen = idea.revision
        count, answer = at_once(
            partial(close, place, to, leader),
            lambda idea=idea, leader=leader, seen=seen: moderation.accept_idea(
                idea=Idea.objects.get(pk=idea.pk), by=leader, seen_revision=seen
            ),
        )
        idea.refresh_from_db()
        assert (count, idea.incubator) == (1, to)
        assert idea.status == ("submitted" if isinstance(answer, IdeaError) else "accepted")
        kinds = list(idea.transitions.order_by("revision").values_list("kind", flat=True))
        assert kinds == (["moved"] if isinstance(answer, IdeaError) else ["accepted", "moved"])


def move_into_what_closes(*, is_there: bool = True) -> tuple[Idea, list]:
    """One round: a case moves to, or from, an incubator that its leader closes."""
    closing, other, third = (IncubatorFactory() for _ in range(3))
    leader = MembershipFactory(incubator=closing, leader=True).user
    idea = IdeaFactory(submitted=True, incubator=other if is_there else closing)
    to = closing if is_there else other

    def move():
        case = Idea.objects.get(pk=idea.pk)
        return moving.move_idea(idea=case, by=leader, seen_revision=idea.revision, to=to, reason="You live there.")

    results = at_once(partial(close, closing, third, leader), move)
    return Idea.objects.select_related("incubator").get(pk=idea.pk), results


@pytest.mark.parametrize("is_there", [True, False])
def test_case_moved_while_it_closes_is_with_somebody_who_is_there(is_there):
    for _ in range(8):
        idea, (_closed, moved) = move_into_what_closes(is_there=is_there)
        assert idea.incubator.is_active
        kinds = list(idea.transitions.values_list("kind", flat=True))
        assert set(kinds) <= {"moved"}
        told_no = isinstance(moved, IdeaError)
        assert len(kinds) == ((0 if told_no else 2) if is_there else 1)


def test_without_the_lock_a_case_moves_to_where_nobody_is():
    place, to = IncubatorFactory(), IncubatorFactory()
    leader, idea = MembershipFactory(incubator=place, leader=True).user, IdeaFactory(submitted=True)
    overtaken(
        lambda: moving.move_idea(
            idea=Idea.objects.get(pk=idea.pk), by=leader, seen_revision=idea.revision, to=place, reason="x"
        ),
        by=partial(close, place, to, leader),
        without_lock_on=Incubator,
    )

    assert not Idea.objects.select_related("incubator").get(pk=idea.pk).incubator.is_active


def test_two_who_close_each_other_into_each_other_leave_one_open():
    for _ in range(6):
        first, second = IncubatorFactory(), IncubatorFactory()
        leaders = [MembershipFactory(incubator=place, leader=True).user for place in (first, second)]
        ideas = [IdeaFactory(submitted=True, incubator=place) for place in (first, second)]
        results = at_once(partial(close, first, second, leaders[0]), partial(close, second, first, leaders[1]))
        assert sorted(isinstance(result, actions.NowhereToGoError) for result in results) == [False, True]
        homes = {Idea.objects.select_related("incubator").get(pk=idea.pk).incubator.is_active for idea in ideas}
        assert homes == {True}


def test_who_waits_too_long_is_told_and_nothing_has_changed():
    idea = IdeaFactory(submitted=True)
    leader = MembershipFactory(incubator=idea.incubator, leader=True).user
    with held_elsewhere(idea), pytest.raises(actions.BusyError):
        close(idea.incubator, Incubator.objects.get(is_national_intake=True), leader)
    assert Incubator.objects.get(pk=idea.incubator.pk).is_active

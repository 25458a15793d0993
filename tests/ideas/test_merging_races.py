"""Two at a merge at the same moment, on real connections: one counts, the other is told, nobody waits in a ring."""

from contextlib import contextmanager

import pytest
from django.db import OperationalError

from ideas.actions import merging
from ideas.actions.merging import agree_to_merge, propose_merge, refuse_merge, take_merge_back
from ideas.actions.transitions import IdeaError, locked_idea
from ideas.models import Idea, Merge
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory
from tests.ideas.test_races_of_all import acts_on, begin_with
from tests.races import Meeting, at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
Status = Idea.Status


def two() -> tuple[Idea, Idea, object]:
    place = IncubatorFactory()
    mona = MembershipFactory(incubator=place).user
    return IdeaFactory(submitted=True, incubator=place), IdeaFactory(accepted=True, incubator=place), mona


def asking(source: Idea, target: Idea, by):
    """One request of its own, which shares no objects with another."""
    first, second = (Idea.objects.select_related("author").get(pk=one.pk) for one in (source, target))
    return lambda: propose_merge(source=first, target=second, by=by, reason="One.")


def saying(do, merge: Merge, by):
    row = Merge.objects.with_ideas().get(pk=merge.pk)
    return lambda: do(merge=row, by=by)


def test_two_merges_in_opposite_directions_are_one_and_a_no():
    for _ in range(ROUNDS):
        one, other, mona = two()
        results = at_once(asking(one, other, mona), asking(other, one, mona), refused=IdeaError)
        (refused,) = [result for result in results if isinstance(result, IdeaError)]
        assert isinstance(refused, merging.CircularMergeError)
        assert refused.why == merging.CircularMergeError.TARGET_GOES
        assert Merge.objects.open().about(one).count() == 1


def test_without_the_one_order_they_wait_in_a_ring(monkeypatch):
    """Negative control: each holds its first idea and waits for the other's."""
    one, other, mona = two()
    both_hold_one = Meeting(2)

    @contextmanager
    def as_given(first, second):
        with locked_idea(first, seen_revision=None) as here:
            both_hold_one.wait()
            with locked_idea(second, seen_revision=None) as there:
                yield [here, there]

    monkeypatch.setattr(merging, "locked_ideas", as_given)
    calls = asking(one, other, mona), asking(other, one, mona)
    results = at_once(*calls, refused=(IdeaError, OperationalError))
    assert any(isinstance(result, OperationalError) and "deadlock" in str(result) for result in results)


def test_without_the_locks_both_pass_the_check():
    """Negative control: each sees no other question, and two stand in a circle."""
    one, other, mona = two()
    at_once(asking(one, other, mona), asking(other, one, mona), refused=IdeaError, without_lock_on=Idea)
    assert Merge.objects.open().about(one).count() == 2


def test_both_last_answers_at_once_make_one_merge_or_one_no(outbox):
    for do in (agree_to_merge, refuse_merge, take_merge_back):
        for _ in range(ROUNDS):
            source, target, mona = two()
            merge = propose_merge(source=source, target=target, by=mona, reason="One.")
            by = mona if do == take_merge_back else target.author
            calls = saying(agree_to_merge, merge, source.author), saying(do, merge, by)
            at_once(*calls, refused=IdeaError)
            check_whole(merge)
            merge.refresh_from_db()
            assert merge.is_done == (do == agree_to_merge)


def test_last_yes_beside_everything_else_leaves_nothing_half():
    """Each thing that can be done with either idea, at the moment of the last yes."""
    place, _elsewhere = IncubatorFactory(), IncubatorFactory()
    first, second = (MembershipFactory(incubator=place).user for _ in range(2))
    for side, status in (("source", Status.SUBMITTED), ("source", Status.ACCEPTED), ("target", Status.ACCEPTED)):
        for number in range(len(acts_on(begin_with(status, place), first))):
            idea, other = begin_with(status, place), IdeaFactory(paused=True, incubator=place)
            two = (idea, other) if side == "source" else (other, idea)
            merge = propose_merge(source=two[0], target=two[1], by=second, reason="One.")
            agree_to_merge(merge=merge, by=other.author)
            calls = acts_on(idea, first)[number], saying(agree_to_merge, merge, idea.author)
            results = at_once(*calls, refused=IdeaError)
            assert not all(isinstance(result, IdeaError) for result in results), f"{side}: {number}: {results}"
            check_whole(merge)


def check_whole(merge: Merge) -> None:
    """The question, the two ideas and their logs say the same."""
    stands = Merge.objects.with_ideas().filter(pk=merge.pk).first()
    if stands is None:  # erased with one of them
        assert Idea.objects.filter(pk__in=[merge.source_id, merge.target_id]).count() < 2
        return
    gone = stands.source.transitions.filter(kind="merged")
    grown = stands.target.transitions.filter(kind="got_merged")
    assert gone.count() == grown.count() == stands.is_done
    assert (stands.source.merged_into_id == stands.target_id) == stands.is_done
    if stands.is_open:
        assert {stands.source.status, stands.target.status} <= set(Idea.OPEN_STATUSES)

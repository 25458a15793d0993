"""Whoever holds the slip and the staff, at the same moment: both count or one is told, and nothing is half."""

import itertools
import uuid

import pytest

from ideas.actions.desk_entry import (
    SlipOverError,
    claim_case,
    make_new_slip,
    note_told,
    withdraw_with_slip,
    write_with_slip,
)
from ideas.actions.moderation import accept_idea, decline_idea, take_idea
from ideas.actions.moving import move_idea
from ideas.actions.transitions import IdeaError
from ideas.models import DeskEntry, Idea
from tests.factories import DeskEntryFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}


def with_slip(entry: DeskEntry) -> list:
    entry = DeskEntry.objects.select_related("idea").get(pk=entry.pk)
    return [
        lambda: write_with_slip(entry=entry, body="I can paint it.", token=uuid.uuid4()),
        lambda: withdraw_with_slip(entry=entry),
        lambda: claim_case(entry=entry, by=UserFactory()),
    ]


def by_staff(entry: DeskEntry, staff, elsewhere) -> list:
    entry = DeskEntry.objects.select_related("idea").get(pk=entry.pk)
    seen = {"idea": entry.idea, "by": staff, "seen_revision": entry.idea.revision}
    return [
        lambda: take_idea(**seen),
        lambda: accept_idea(**seen),
        lambda: decline_idea(**seen, **NO),
        lambda: move_idea(to=elsewhere, reason="You live there.", **seen),
        lambda: note_told(**seen),
        lambda: make_new_slip(entry=entry, by=staff),
    ]


def test_no_two_things_done_at_once_leave_half_of_one():
    incubator, elsewhere = IncubatorFactory(), IncubatorFactory()
    staff = MembershipFactory(incubator=incubator).user
    for number, (mine, theirs) in enumerate(itertools.product(range(3), range(6))):
        entry = DeskEntryFactory(code=f"{number:011}", idea__incubator=incubator)
        acts = with_slip(entry)[mine], by_staff(entry, staff, elsewhere)[theirs]
        results = at_once(*acts, refused=IdeaError)
        refused = [result for result in results if isinstance(result, IdeaError)]
        assert len(refused) < 2, f"{mine} and {theirs}: {results}"
        check_whole(entry, f"{mine} and {theirs}: {results}")


def check_whole(entry: DeskEntry, told: str) -> None:
    idea = Idea.objects.get(pk=entry.idea_id)
    entry.refresh_from_db()
    assert (idea.author_id is not None) == entry.is_claimed, told
    assert entry.is_claimed == (not entry.code_hash), told
    log = list(idea.transitions.order_by("revision"))
    assert [row.revision for row in log] == list(range(2, idea.revision + 1)), told
    assert not log or log[-1].to_status == idea.status, told


def test_two_slips_made_at_once_leave_one_that_opens():
    entry = DeskEntryFactory()
    staff = [MembershipFactory(incubator=entry.idea.incubator).user for _ in range(2)]
    codes = at_once(*(lambda one=one: make_new_slip(entry=entry, by=one) for one in staff), refused=SlipOverError)
    assert sum(isinstance(code, SlipOverError) for code in codes) == 1

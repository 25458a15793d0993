"""Supporter, author and staff at the same moment: both count or one is told, and nobody supports what is over."""

import itertools

import pytest

from ideas.actions.moderation import end_idea, pause_idea
from ideas.actions.moving import move_idea
from ideas.actions.submission import withdraw_idea
from ideas.actions.support import agree_to_support, ask_supporter, decline_support, end_support, note_contact
from ideas.actions.transitions import IdeaError
from ideas.models import Idea, SupportRelation
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory
from tests.races import at_once
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db(transaction=True)


def acts_on(idea: Idea, staff, other, elsewhere) -> list:
    """What those who have the idea's pages open can do now: one supports it, the next is offered."""
    idea = Idea.objects.select_related("author").get(pk=idea.pk)
    rows = idea.support_relations.select_related("supporter", "idea")
    active, offered = rows.get(status="active"), rows.get(status="offered")
    seen = {"idea": idea, "by": staff, "seen_revision": idea.revision}
    return [
        lambda: agree_to_support(relation=offered, by=idea.author),
        lambda: decline_support(relation=offered, by=offered.supporter),
        lambda: end_support(relation=active, by=staff, reason="no_time", words="Thank you."),
        lambda: note_contact(relation=active, by=active.supporter),
        lambda: ask_supporter(supporter=other, **seen),
        lambda: pause_idea(reason="Until May.", **seen),
        lambda: end_idea(went_well="Forty came.", reason="It lives on.", **seen),
        lambda: move_idea(to=elsewhere, reason="You live there.", **seen),
        lambda: withdraw_idea(idea=idea, by=idea.author),
        lambda: erase_person(by=idea.author),
    ]


def test_no_two_things_done_at_once_leave_half_of_one():
    incubator, elsewhere = IncubatorFactory(), IncubatorFactory()
    staff = MembershipFactory(incubator=incubator).user
    other = MembershipFactory(incubator=incubator, supporter=True).user
    for pair in itertools.combinations_with_replacement(range(10), 2):
        idea = IdeaFactory(accepted=True, incubator=incubator)
        SupportRelationFactory(idea=idea)
        SupportRelationFactory(idea=idea, offered=True)
        acts = [acts_on(idea, staff, other, elsewhere)[number] for number in pair]
        results = at_once(*acts, refused=IdeaError)
        told = f"{pair}: {results}"
        assert None not in results or 9 in pair, told
        check_whole(idea, told)


def check_whole(idea: Idea, told: str) -> None:
    now = Idea.objects.filter(pk=idea.pk).first()
    if now is None:
        return
    under_way = SupportRelation.objects.under_way().filter(idea=now)
    assert now.is_supportable or not under_way, told
    assert now.incubator_id == idea.incubator_id or not under_way, told
    assert [row.revision for row in now.transitions.order_by("revision")] == list(range(2, now.revision + 1)), told

"""Whoever no longer works at an incubator supports nobody there."""

import pytest
from django.utils import timezone

from ideas.actions.support import part_from_who_left
from incubators.models import Membership
from tests.factories import MeetingFactory, SupportRelationFactory
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db


def leaves(user) -> None:
    Membership.objects.filter(user=user).update(ends_on=timezone.localdate())


def test_who_no_longer_works_there_supports_nobody_and_hears_nothing(outbox):
    stays, gone, asked = SupportRelationFactory(), SupportRelationFactory(), SupportRelationFactory(asked=True)
    MeetingFactory(idea=gone.idea, booked=True)
    for relation in (gone, asked):
        leaves(relation.supporter)
    assert part_from_who_left() == 2
    assert part_from_who_left() == 0
    for relation in (stays, gone, asked):
        relation.refresh_from_db()
    assert (stays.status, gone.status, gone.end_reason, asked.status) == ("active", "ended", "left", "declined")
    assert gone.idea.meetings.get().is_called_off
    assert [mail.recipient for mail in outbox("support-ended")] == [gone.idea.author.email]
    # What stands in somebody's calendar is taken out of it.
    assert {mail.kind for mail in outbox() if mail.recipient == gone.supporter.email} == {"meeting-called-off"}


@pytest.mark.django_db(transaction=True)
def test_who_left_is_parted_from_once_when_two_runs_meet_a_held_idea():
    relation = SupportRelationFactory()
    leaves(relation.supporter)
    with held_elsewhere(relation.idea):
        assert part_from_who_left() == 0
    assert part_from_who_left() == 1

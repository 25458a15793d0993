"""What the database refuses of meetings, their notes and next steps."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import MeetingFactory, NextStepFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return SupportRelationFactory().idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("meeting_booked_has_time", {"status": "booked"}),
        ("meeting_proposed_has_no_time", {"booked_at": timezone.now()}),
        ("meeting_called_off_at_with_status", {"called_off_at": timezone.now()}),
        ("meeting_length", {"minutes": 5}),
        ("meeting_is_somewhere", {"venue": ""}),
        ("meeting_has_times", {"times": []}),
    ],
)
def test_database_refuses_a_meeting_that_cannot_be(idea, constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MeetingFactory(idea=idea, **facts)


def test_database_keeps_one_proposal_and_one_note_of_each_kind(idea, ali):
    MeetingFactory(idea=idea)
    with pytest.raises(IntegrityError, match="meeting_one_proposed_per_idea"), transaction.atomic():
        MeetingFactory(idea=idea)
    meeting = MeetingFactory(idea=idea, past=True)
    for audience, constraint in (("shared", "meeting_note_one_shared"), ("own", "meeting_note_one_own")):
        meeting.notes.create(audience=audience, author=ali)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            meeting.notes.create(audience=audience, author=ali)
    with pytest.raises(IntegrityError, match="meeting_note_audience_known"), transaction.atomic():
        meeting.notes.create(audience="all", author=ali)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [("next_step_not_empty", {"what": ""}), ("next_step_ended_at_with_status", {"status": "done"})],
)
def test_database_refuses_a_step_that_cannot_be(idea, constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NextStepFactory(idea=idea, **facts)

"""What the database refuses of support."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import IdeaFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return IdeaFactory(accepted=True)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"offered": True, "offered_at": None}, "support_supporter_said_yes"),
        ({"started_at": None}, "support_author_said_yes"),
        ({"contact_at": None}, "support_author_said_yes"),
        ({"ended": True, "ended_at": None}, "support_ended_at_with_status"),
        ({"ended_at": timezone.now()}, "support_ended_at_with_status"),
        ({"ended": True, "end_reason": ""}, "support_end_has_reason"),
        ({"end_reason": "finished"}, "support_end_has_reason"),
    ],
)
def test_database_refuses_what_cannot_be(idea, facts, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SupportRelationFactory(idea=idea, **facts)


def test_database_keeps_one_at_work_and_one_waiting(idea):
    for trait, name in (({}, "support_one_active_per_idea"), ({"asked": True}, "support_one_waiting_per_idea")):
        SupportRelationFactory(idea=idea, **trait)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SupportRelationFactory(idea=idea, **trait)

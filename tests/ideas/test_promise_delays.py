"""What the database refuses of a delay in answering an appeal."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions.appeal import appeal_decision
from ideas.models import Delay
from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["delay_of_appeal_told_once", "delay_names_its_appeal"])
def test_database_refuses_a_delay_of_an_appeal(name):
    idea, day = IdeaFactory(paused=True), timezone.localdate()
    facts = {"from_status": "accepted", "to_status": "paused", "step": idea.step, "revision": idea.revision}
    decision = idea.transitions.create(kind="paused", reason="Summer.", **facts)
    appeal = appeal_decision(decision=decision, by=idea.author, reason="It is warm.")
    good = {"idea": idea, "kind": "appeal", "promised_on": day, "new_due_on": day + dt.timedelta(days=1)}
    Delay.objects.create(**good, appeal=appeal)
    bad = good | {"appeal": appeal} if name == "delay_of_appeal_told_once" else good
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Delay.objects.create(**bad)

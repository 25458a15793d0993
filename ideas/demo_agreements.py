"""The agreements of the demo: a budget, one agreement that was ended by a talk, one that waits for the author."""

import datetime as dt
import uuid

from django.utils import timezone

from ideas.demo_texts import AGREED, PROPOSED
from ideas.models import Agreement, Budget, SupportRelation


def agree_on_money(relation: SupportRelation, key: uuid.UUID) -> None:
    """Let the two of `relation` have found something out, and be about to agree on the next."""
    idea, today = relation.idea, timezone.localdate()
    budget, _is_new = Budget.objects.get_or_create(
        incubator=idea.incubator, year=today.year, defaults={"kroner": 60_000}
    )
    if Agreement.objects.filter(uuid=key).exists():
        return
    facts = {"idea": idea, "supporter": relation.supporter, "proposed_by": relation.supporter}
    was = timezone.now() - dt.timedelta(days=21)
    Agreement.objects.create(
        uuid=key, step="try", status="ended", starts_on=was.date(), ends_on=today - dt.timedelta(days=7),
        talk_on=today - dt.timedelta(days=7), kroner=1500, spent=1200, budget=budget, proposed_at=was, answered_at=was,
        outcome="stay", ended_at=timezone.now() - dt.timedelta(days=6), ended_by=relation.supporter, **facts, **AGREED,
    )  # fmt: skip
    Agreement.objects.create(
        step=idea.step, starts_on=today, ends_on=today + dt.timedelta(days=42), talk_on=today + dt.timedelta(days=43),
        kroner=3000, budget=budget, **facts, **PROPOSED,
    )  # fmt: skip

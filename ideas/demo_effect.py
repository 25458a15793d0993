"""What the soup of the demo changes: two things that are counted, their numbers over time, and one open question."""

import datetime as dt

from django.utils import timezone

from ideas.models import Indicator, MeasurementRequest, SupportRelation

COUNTED = (
    {
        "target_group": "De som bor alene rundt torget",
        "question": "Hvor mange nye naboer snakket du med på torget sist lørdag?",
        "unit": "naboer", "baseline": 2, "goal": 20,
        "numbers": ((31, 6, "Det regnet.", "author"), (21, 11, "", "author"), (7, 17, "To tok med noen.", "supporter")),
    },
    {
        "target_group": "De som bor alene rundt torget",
        "question": "Hvor mange sier at de spiser alene hver dag?",
        "unit": "av 30 vi spør", "baseline": 19, "goal": 10,
        "numbers": ((31, 19, "", "author"), (7, 15, "Tre av dem spiser sammen nå.", "author")),
    },
)  # fmt: skip


def show_effect(relation: SupportRelation) -> None:
    """Let the two of `relation` have counted for some weeks, and the author be asked for a number now."""
    idea = relation.idea
    if idea.indicators.exists():
        return
    last = idea.transitions.filter(kind__in=MeasurementRequest.COUNTED_FROM).order_by("at").last()
    began = last.at - dt.timedelta(days=1)
    people = {"author": idea.author, "supporter": relation.supporter}
    for place, facts in enumerate(COUNTED, start=1):
        counted = {name: value for name, value in facts.items() if name != "numbers"}
        row = Indicator.objects.create(
            idea=idea, place=place, written_by=idea.author, baseline_on=began.date(), created_at=began, **counted
        )
        for days_ago, value, words, side in facts["numbers"]:
            row.measurements.create(
                value=value, words=words, side=side, written_by=people[side], step=idea.step, created_at=_at(days_ago),
                measured_on=_at(days_ago).date(),
            )  # fmt: skip
    MeasurementRequest.objects.create(idea=idea, since=last.at, months=0, asked_at=_at(3))


def _at(days_ago: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days_ago)

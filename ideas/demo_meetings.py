"""The meetings of the demo: one that was, one that is to be answered, and what each is to do next."""

import datetime as dt
import uuid

from django.utils import timezone

from ideas.demo_texts import MEETING_ABOUT, MEETING_NEXT, MEETING_OWN, MEETING_SHARED, NEXT_STEPS
from ideas.models import Meeting, MeetingNote, NextStep, Side, SupportRelation
from incubators.working_days import is_working_day


def meet(relation: SupportRelation, key: uuid.UUID) -> None:
    """Let the two of `relation` have met, and be about to meet again."""
    if Meeting.objects.filter(uuid=key).exists():
        return
    idea, supporter = relation.idea, relation.supporter
    held = Meeting.objects.create(
        uuid=key, idea=idea, supporter=supporter, proposed_by_side=Side.SUPPORTER, about=MEETING_ABOUT,
        times=[_at(-9, 13)], starts_at=_at(-9, 13), booked_at=_at(-14, 10), bookings=1, status=Meeting.Status.BOOKED,
        reminded_at=_at(-10, 13), venue="Biblioteket på Tøyen", created_at=_at(-15, 9),
    )  # fmt: skip
    shared = {"audience": MeetingNote.Audience.SHARED, "body": MEETING_SHARED}
    own = {"audience": MeetingNote.Audience.OWN, "body": MEETING_OWN}
    for facts in (shared, own):
        held.notes.create(author=supporter, updated_at=_at(-9, 15), **facts)
    Meeting.objects.create(
        idea=idea, supporter=supporter, proposed_by_side=Side.SUPPORTER, about=MEETING_NEXT,
        times=[_at(4, 10), _at(6, 14), _at(8, 17)], minutes=45, venue="På telefon",
    )  # fmt: skip
    today = timezone.localdate()
    NextStep.objects.bulk_create(
        NextStep(idea=idea, side=side, what=what, due_on=today + dt.timedelta(days=days), created_by=supporter)
        for side, what, days in NEXT_STEPS
    )


def _at(days: int, hour: int) -> dt.datetime:
    """A moment so many days from now, on a working day: nobody is asked out on a Sunday."""
    moment = timezone.localtime() + dt.timedelta(days=days)
    while not is_working_day(moment.date()):
        moment += dt.timedelta(days=1 if days > 0 else -1)
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)

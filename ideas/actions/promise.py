"""What happens by itself when a promise is broken: the author is told once, honestly, with a new date.

Each run looks for what is due by a query over rows, so a run that was missed leaves no gap, and two at once make no
double: the idea remembers the date that was told, `Delay` is unique, and the outbox knows each mail by its key.
"""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ideas.emails import mail_delays, mail_leaders
from ideas.models import Delay, Idea, SupportRelation

BATCH = 500
READ = (
    "uuid", "title", "need", "proposal", "answer_due_on", "new_due_on", "staff_acted_at", "author__email",
    "author__language", "author__is_active", "incubator__name", "incubator__answer_days",
)  # fmt: skip


def tell_of_delays(*, now: dt.datetime | None = None) -> int:
    """Tell the authors whose answer is late, or whose idea nobody has touched for long; return how many were told."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    is_broken_again = Q(new_due_on__lt=today)
    late = Idea.objects.overdue(today).filter(Q(new_due_on=None) | is_broken_again)
    untouched = Idea.objects.out_of_touch(now).filter(Q(new_due_on=None) | is_broken_again)
    quiet = Idea.objects.quiet(now).filter(Q(new_due_on=None) | is_broken_again)
    # Whoever is told that their supporter was silent is not told a second time that everybody was.
    return (
        _tell_all(untouched, Delay.Kind.CONTACT, _contact_promised_on, now)
        + _tell_all(late, Delay.Kind.ANSWER, lambda idea: idea.answer_due_on, now)
        + _tell_all(quiet, Delay.Kind.SILENCE, _action_promised_on, now)
    )


def _action_promised_on(idea: Idea) -> dt.date:
    return timezone.localdate(idea.staff_acted_at + Idea.quiet_after())


def _contact_promised_on(idea: Idea) -> dt.date:
    heard_at = max(idea.contact_at, idea.staff_acted_at)
    return timezone.localdate(heard_at + SupportRelation.silent_after())


def _tell_all(ideas: QuerySet, kind: Delay.Kind, first_promise: Callable[[Idea], dt.date], now: dt.datetime) -> int:
    """Tell in sets, each in a transaction of its own: so many questions a set, however many rows."""
    ideas = ideas.filter(author__is_active=True).select_related("author", "incubator").order_by("pk")
    ideas = ideas.prefetch_related("incubator__closed_periods").only(*READ)
    told = 0
    while True:
        with transaction.atomic():
            # Who is at work on a case holds its row: it is passed over, and looked at anew the next night. Where they
            # were done a moment ago, PostgreSQL reads the row again and finds the promise kept.
            batch = list(ideas.select_for_update(no_key=True, skip_locked=True, of=("self",))[:BATCH])
            _tell(batch, kind, first_promise, now)
        told += len(batch)
        if len(batch) < BATCH:
            return told


def _tell(batch: list[Idea], kind: Delay.Kind, first_promise: Callable[[Idea], dt.date], now: dt.datetime) -> None:
    delays = []
    for idea in batch:
        promised_on, idea.new_due_on = idea.new_due_on or first_promise(idea), idea.incubator.new_due_on(now)
        delays.append(Delay(idea=idea, kind=kind, promised_on=promised_on, new_due_on=idea.new_due_on, told_at=now))
    Delay.objects.bulk_create(delays)
    mail_delays(delays)
    # One a day for each leader, however many sets the night has.
    places = {idea.incubator_id for idea in batch}
    mail_leaders(places, key=timezone.localdate(now).isoformat())
    # There are as many new dates as lengths of promises below a working week.
    for day in {idea.new_due_on for idea in batch}:
        Idea.objects.filter(pk__in=[idea.pk for idea in batch if idea.new_due_on == day]).update(new_due_on=day)

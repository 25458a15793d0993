"""What happens by itself when a promise about an idea is broken: the person is told once, honestly, with a new date.

Each run looks for what is due by a query over rows, so a run that was missed leaves no gap, and two at once make no
double: the idea remembers the date that was told, `Delay` is unique, and the outbox knows each mail by its key.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from django.db.models import Q, QuerySet
from django.utils import timezone

from ideas.actions.followers import ask_to_tell
from ideas.emails import mail_appeals_late, mail_delays, mail_leaders
from ideas.models import Appeal, Delay, Idea, SupportRelation
from incubators.actions.promises import Promise, register_promise

READ = (
    "uuid", "title", "need", "proposal", "answer_due_on", "new_due_on", "staff_acted_at", "author__email",
    "author__language", "author__is_active", "incubator__name", "incubator__answer_days",
)  # fmt: skip


def _late(now: dt.datetime) -> QuerySet[Idea]:
    return _not_told_yet(Idea.objects.overdue(timezone.localdate(now)), now)


def _out_of_touch(now: dt.datetime) -> QuerySet[Idea]:
    return _not_told_yet(Idea.objects.out_of_touch(now).without_meeting_ahead(now), now)


def _quiet(now: dt.datetime) -> QuerySet[Idea]:
    return _not_told_yet(Idea.objects.quiet(now).without_meeting_ahead(now), now)


def _not_told_yet(ideas: QuerySet[Idea], now: dt.datetime) -> QuerySet[Idea]:
    """Those of `ideas` about which somebody waits who was told no day, or a day that has passed too."""
    ideas = ideas.awaited().filter(Q(new_due_on=None) | Q(new_due_on__lt=timezone.localdate(now)))
    return ideas.select_related("author", "incubator").prefetch_related("incubator__closed_periods").only(*READ)


def _answer_promised_on(idea: Idea) -> dt.date:
    return idea.answer_due_on


def _action_promised_on(idea: Idea) -> dt.date:
    return timezone.localdate(idea.staff_acted_at + Idea.quiet_after())


def _contact_promised_on(idea: Idea) -> dt.date:
    heard_at = max(idea.contact_at, idea.staff_acted_at)
    return timezone.localdate(heard_at + SupportRelation.silent_after())


def _tell(
    batch: list[Idea], now: dt.datetime, *, kind: Delay.Kind, first_promise: Callable[[Idea], dt.date]
) -> int:  # fmt: skip
    """Give each idea of the locked `batch` a new date, and tell who waits. By the same statements however many."""
    delays, told_before = [], _told_before(batch, kind)
    for idea in batch:
        promised_on = idea.new_due_on or first_promise(idea)
        promised_on, still_holds = _newest(promised_on, told_before[idea.pk], timezone.localdate(now))
        if still_holds:
            idea.new_due_on = still_holds
            continue
        idea.new_due_on = idea.incubator.new_due_on(now)
        delays.append(Delay(idea=idea, kind=kind, promised_on=promised_on, new_due_on=idea.new_due_on, told_at=now))
    Delay.objects.bulk_create(delays, ignore_conflicts=True)
    mail_delays(delays)
    ask_to_tell([delay.idea for delay in delays], now)
    # One a day for each leader, however many batches the night has.
    places = {delay.idea.incubator_id for delay in delays}
    mail_leaders(places, key=timezone.localdate(now).isoformat())
    # There are as many new dates as lengths of promises below a working week.
    for day in {idea.new_due_on for idea in batch}:
        Idea.objects.filter(pk__in=[idea.pk for idea in batch if idea.new_due_on == day]).update(new_due_on=day)
    return len(delays)


def _told_before(batch: list[Idea], kind: Delay.Kind) -> dict[int, dict[dt.date, dt.date]]:
    """By idea, the new date that was told for each day promised. Rows of a locked idea are written here only."""
    told: dict[int, dict[dt.date, dt.date]] = defaultdict(dict)
    for delay in Delay.objects.filter(idea__in=batch, kind=kind):
        told[delay.idea_id][delay.promised_on] = delay.new_due_on
    return told


def _newest(promised_on: dt.date, told: dict[dt.date, dt.date], today: dt.date) -> tuple[dt.date, dt.date | None]:
    """Follow what was told for `promised_on` to the newest promise. Return it, and the date where that still holds.

    A day that was told for is never told for again. Its person is not missed: they were told the date that follows,
    which is broken next, or has not come yet.
    """
    while promised_on in told:
        if told[promised_on] >= today:
            return promised_on, told[promised_on]
        promised_on = told[promised_on]
    return promised_on, None


def _late_appeals(now: dt.datetime) -> QuerySet[Appeal]:
    today = timezone.localdate(now)
    late = Appeal.objects.awaited().overdue(today).filter(Q(new_due_on=None) | Q(new_due_on__lt=today))
    return late.with_case().prefetch_related("decision__idea__incubator__closed_periods")


def _tell_of_appeals(batch: list[Appeal], now: dt.datetime) -> int:
    """Give each appeal of the locked `batch` a new date; tell the author, and those who may answer."""
    delays = []
    for appeal in batch:
        promised_on, appeal.new_due_on = appeal.new_due_on or appeal.due_on, appeal.idea.incubator.new_due_on(now)
        days = {"promised_on": promised_on, "new_due_on": appeal.new_due_on, "told_at": now}
        delays.append(Delay(idea=appeal.idea, kind=Delay.Kind.APPEAL, appeal=appeal, **days))
    Delay.objects.bulk_create(delays, ignore_conflicts=True)
    mail_appeals_late(delays)
    Appeal.objects.bulk_update(batch, ["new_due_on"])
    return len(delays)


def _of_ideas(kind: Delay.Kind, broken: Callable, first_promise: Callable[[Idea], dt.date]) -> Promise:
    tell = partial(_tell, kind=kind, first_promise=first_promise)
    return Promise(name=f"idea {kind.value}", model=Idea, broken=broken, tell=tell)


# An author who is told that their supporter was silent gets no second mail that everybody was.
register_promise(_of_ideas(Delay.Kind.CONTACT, _out_of_touch, _contact_promised_on))
register_promise(_of_ideas(Delay.Kind.ANSWER, _late, _answer_promised_on))
register_promise(_of_ideas(Delay.Kind.SILENCE, _quiet, _action_promised_on))
register_promise(Promise(name="appeal", model=Appeal, broken=_late_appeals, tell=_tell_of_appeals))

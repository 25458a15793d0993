"""What falls due by itself: reminders, and names for seats that have none.

Each run looks for what is due by a query over rows, so a run that was missed leaves no gap and two at once make no
double: the seat remembers what was made for it, and the outbox knows each reminder by its key.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from events.actions.locking import BusyError, line_of, locked_events
from events.actions.seats import cancel_locked
from events.actions.waitlist import count_wanted
from events.emails import mail_name_your_seats, mail_reminders, mail_unnamed_released
from events.models import Event, Seat
from unlimited.runs.parts import Parts

BATCH = 1000
# The contact is asked for names so many days before the event; two days after the second time, seats are released.
NAMES_ASKED_DAYS = (10, 5)
NAMES_RELEASED_DAYS = 3
# Nobody is asked later than so many days before what comes next: an event that moved near leaves its seats alone.
LEAST_WARNING_DAYS = 1
# No event is reminded of earlier than this.
FIRST_REMINDER_DAYS = 60


def make_reminders(*, now: dt.datetime | None = None) -> int:
    """Put the reminders that are due into the outbox; return how many.

    Of several that are due only the nearest is made. A seat that was taken after a reminder's time gets none of it.
    """
    now = now or timezone.now()
    soon = Event.objects.taking_place().filter(starts_at__gt=now, starts_at__lte=now + _days(FIRST_REMINDER_DAYS))
    with Parts("events.make_reminders") as parts:
        return parts.each("events", soon.defer("body"), partial(_remind, now=now))


def _remind(event: Event, now: dt.datetime) -> int:
    due = [days for days in sorted(event.reminder_days) if event.starts_at - _days(days) <= now]
    if not due:
        return 0
    nearest, made = due[0], 0
    mark = f"{event.starts_at.isoformat()} P{nearest}D"
    due_at = event.starts_at - _days(nearest)
    # Who was named after that has just got a receipt.
    seats = event.seats.filter(status=Seat.Status.SEATED, seated_at__lt=due_at, participant__created_at__lt=due_at)
    seats = seats.exclude(reminded=mark).order_by("pk")
    while True:
        with transaction.atomic():
            held = _held(event)
            if held is None:
                return made
            rows = seats.select_related("participant", "registration").select_for_update(skip_locked=True, of=("self",))
            batch = list(rows[:BATCH])
            mail_reminders(batch, held, days=nearest)
            Seat.objects.filter(pk__in=[seat.pk for seat in batch]).update(reminded=mark)
        made += len(batch)
        if len(batch) < BATCH:
            return made


def ask_for_names(*, now: dt.datetime | None = None) -> int:
    """Ask contacts for the names of their seats, twice at most; return how many mails."""
    now = now or timezone.now()
    moments = (*NAMES_ASKED_DAYS, NAMES_RELEASED_DAYS)
    asked = 0
    with Parts("events.ask_for_names") as parts:
        for times, days in enumerate(NAMES_ASKED_DAYS, start=1):
            events = _soon(now, days).filter(starts_at__gte=now + _days(moments[times] + LEAST_WARNING_DAYS))
            asked += parts.each("events", events, partial(_ask, now=now, times=times, days=days))
    return asked


def _ask(event: Event, now: dt.datetime, times: int, days: int) -> int:
    asked_at = event.starts_at - _days(days)
    unnamed = event.seats.unnamed().filter(status=Seat.Status.SEATED, seated_at__lt=asked_at, names_asked=times - 1)
    with transaction.atomic():
        held = _held(event)
        if held is None:
            return 0
        rows = unnamed.filter(registration__holds_unnamed=False).select_related("registration__municipality")
        by_party = defaultdict(list)
        for seat in rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk"):
            by_party[seat.registration].append(seat)
        for registration, seats in by_party.items():
            mail_name_your_seats(registration, seats, held, times=times, releases_at=releases_at(held))
            Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(names_asked=times)
    return len(by_party)


def release_unnamed(*, now: dt.datetime | None = None) -> int:
    """Give seats without a name to those in line, where the contact was asked twice and did not keep them.

    Only as many as somebody in line takes: a seat that nobody waits for stays where it is, and is looked at again.
    """
    now = now or timezone.now()
    with Parts("events.release_unnamed") as parts:
        return parts.each("events", _soon(now, NAMES_RELEASED_DAYS), partial(_release, now=now))


def _release(event: Event, now: dt.datetime) -> int:
    asked = event.seats.unnamed().filter(status=Seat.Status.SEATED, names_asked__gte=len(NAMES_ASKED_DAYS))
    asked = asked.filter(registration__holds_unnamed=False)
    if not asked.exists():
        return 0
    try:
        return _release_locked(event, asked, now)
    except BusyError:
        return 0  # the next run finds them


def _release_locked(event: Event, asked, now: dt.datetime) -> int:
    with locked_events(line_of(event)) as events:
        seats = list(asked.select_related("registration__municipality", "participant").order_by("-pk"))
        seats = seats[: count_wanted(events, event, more=len(seats), now=now)]
        by_party = defaultdict(list)
        for seat in seats:
            by_party[seat.registration].append(seat)
        if not seats:
            return 0
        cancel_locked(seats, events, reason=Seat.CancelReason.RELEASED, now=now)
        for registration, theirs in by_party.items():
            mail_unnamed_released(registration, theirs, events[event.pk])
    return len(seats)


def releases_at(event: Event) -> dt.datetime:
    """Return when seats that still have no name are given to those who wait."""
    return event.starts_at - _days(NAMES_RELEASED_DAYS)


def names_wanted(event: Event, seats: Iterable[Seat]) -> dict | None:
    """Return how many of a party's seats at an event would go to others for want of a name, and when; None if none."""
    first_asked_at = event.starts_at - _days(NAMES_ASKED_DAYS[0])
    mine = [seat for seat in seats if seat.event_id == event.pk and seat.participant is None]
    count = sum(seat.status == Seat.Status.SEATED and seat.seated_at < first_asked_at for seat in mine)
    if not count or event.starts_at <= timezone.now():
        return None
    asked_at = [event.starts_at - _days(days) for days in NAMES_ASKED_DAYS]
    return {"event": event, "count": count, "asked_at": asked_at, "releases_at": releases_at(event)}


def _held(event: Event) -> Event | None:
    """Return the event as it is now, locked, so that it does not move or end while its mails are made.

    None where it has, or others hold it: the next run comes in a minute.
    """
    as_read = Event.objects.taking_place().filter(pk=event.pk, starts_at=event.starts_at).defer("body")
    return as_read.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()


def _soon(now: dt.datetime, days: int):
    """Return the events that begin within so many days, and have not begun."""
    return Event.objects.taking_place().filter(starts_at__gt=now, starts_at__lte=now + _days(days)).defer("body")


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)

"""Times that depend on an event's: its sessions lie inside it, and registration opens and closes before its end."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from events.actions.locking import EventError
from events.models import Event, Session

REGISTRATION = ("registration_opens_at", "registration_closes_at")


class OutsideError(EventError):
    """Sessions would lie outside their event. `sessions` are those."""

    def __init__(self, sessions: list[Session]):
        super().__init__(f"{len(sessions)} sessions lie outside")
        self.sessions = sessions


def registration_along(
    event: Event, starts_at: dt.datetime, *, but: Iterable[str] = (), now: dt.datetime | None = None
) -> dict[str, dt.datetime]:
    """Return the times of registration, by field, where the event moves to `starts_at`; without the fields in `but`.

    Registration that has opened stays open.
    """
    times = {name: getattr(event, name) for name in REGISTRATION if name not in but}
    opens_at = times.get("registration_opens_at")
    if opens_at and opens_at <= (now or timezone.now()):
        del times["registration_opens_at"]
    return {name: _moved(time, event.starts_at, starts_at) for name, time in times.items() if time}


def sessions_along(event: Event, starts_at: dt.datetime) -> list[Session]:
    """Return the event's sessions, not saved, as they are where it moves to `starts_at`."""
    sessions = list(event.sessions.all())
    for session in sessions:
        lasts = session.ends_at - session.starts_at
        session.starts_at = _moved(session.starts_at, event.starts_at, starts_at)
        session.ends_at = session.starts_at + lasts
    return sessions


def _moved(moment: dt.datetime, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """Return `moment`, moved as `before` to `after` by the clock on the wall: a change to summer time moves nothing."""
    return timezone.make_aware(_on_the_wall(moment) + (_on_the_wall(after) - _on_the_wall(before)))


def _on_the_wall(moment: dt.datetime) -> dt.datetime:
    return timezone.make_naive(moment)


def outside(sessions: Iterable[Session], starts_at: dt.datetime, ends_at: dt.datetime) -> list[Session]:
    """Return the sessions that lie outside the time of an event, to the minute: forms know no seconds."""
    first, last = _to_the_minute(starts_at), _to_the_minute(ends_at)
    return [one for one in sessions if one.starts_at < first or _to_the_minute(one.ends_at) > last]


def _to_the_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def check_session(session: Session) -> None:
    """Hold the session's event until the end of the transaction. Raises OutsideError."""
    event = Event.objects.select_for_update(no_key=True, of=("self",)).only("starts_at", "ends_at")
    event = event.get(pk=session.event_id)
    if outside([session], event.starts_at, event.ends_at):
        raise OutsideError([session])


def fit_times(event: Event, values: dict, *, moves_along: bool, now: dt.datetime) -> dict:
    """Return `values` with the times of registration that move along with a locked event, and move its sessions.

    A time of registration in `values` is kept. Raises OutsideError where a session would lie outside.
    """
    starts_at, ends_at = values.get("starts_at", event.starts_at), values.get("ends_at", event.ends_at)
    if (starts_at, ends_at) == (event.starts_at, event.ends_at):
        return values
    moves_along = moves_along and starts_at != event.starts_at
    sessions = sessions_along(event, starts_at) if moves_along else list(event.sessions.all())
    if strays := outside(sessions, starts_at, ends_at):
        raise OutsideError(strays)
    if not moves_along:
        return values
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at"])
    return registration_along(event, starts_at, but=values, now=now) | values

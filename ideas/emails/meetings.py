"""Meetings of author and supporter, with their calendar entries; and one mail a week about steps that are overdue."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import about_idea, tell_coauthors, title_of, typed_about
from ideas.models import Idea, Meeting, Side
from incubators.contacts import replies_to
from unlimited.mail import calendar
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.emails import name_of
from unlimited.users.models import User

PROPOSED = register(MailKind("meeting-proposed", _("Times for a meeting")))
BOOKED = register(MailKind("meeting-booked", _("A meeting is booked")))
MOVED = register(MailKind("meeting-moved", _("A meeting is to be at another time")))
CALLED_OFF = register(MailKind("meeting-called-off", _("A meeting is called off")))
REMINDER = register(MailKind("meeting-reminder", _("Reminder of a meeting")))
STEPS_OVERDUE = register(MailKind("steps-overdue", _("Next steps that are overdue")))
MOST_IDEAS = 10


def mail_meeting_proposed(meeting: Meeting) -> None:
    """Ask the other side to choose."""
    key = f"{PROPOSED.name}:{meeting.uuid}:{timezone.now().isoformat()}"
    _send(PROPOSED, meeting, [Side(meeting.proposed_by_side).other], key=key)


def mail_meeting_booked(meeting: Meeting) -> None:
    """Put it into both calendars."""
    _send(BOOKED, meeting, Side, key=_key(BOOKED, meeting), method="REQUEST")


def mail_meeting_moved(meeting: Meeting, *, by_side: Side, times: Iterable[dt.datetime], location: str) -> None:
    """Take what was booked out of both calendars, and ask the side that did not move it to choose among `times`.

    `meeting` is as it was booked: its entry is the one that calendars have. `location` is where it is to be now.
    """
    facts = {"times": [time.isoformat() for time in times], "new_location": typed_about(location, meeting.idea)}
    for side in Side:
        is_asked = side == by_side.other
        _send(MOVED, meeting, [side], key=_key(MOVED, meeting), method="CANCEL", is_asked=is_asked, **facts)


def mail_meetings_called_off(meetings: Iterable[Meeting], *, by_side: Side | None = None) -> None:
    """Take each out of both calendars; where it was only proposed, tell the side that did not call it off.

    Without `by_side`, the case or the support has ended: a mail of its own says so, also to those who write along.
    """
    for meeting in meetings:
        key = _key(CALLED_OFF, meeting)
        if by_side is None:
            enqueue_many(_mails(CALLED_OFF, meeting, Side, key=key, method="CANCEL") if meeting.starts_at else [])
        elif meeting.starts_at:
            _send(CALLED_OFF, meeting, Side, key=key, method="CANCEL")
        else:
            _send(CALLED_OFF, meeting, [by_side.other], key=key)


def mail_meeting_reminders(meetings: Iterable[Meeting]) -> None:
    """Remind both. One INSERT for all."""
    rows = [(meeting, _key(REMINDER, meeting)) for meeting in meetings]
    enqueue_many(mail for meeting, key in rows for mail in _mails(REMINDER, meeting, Side, key=key, method=""))
    tell_coauthors((meeting.idea, key) for meeting, key in rows)


def mail_steps_overdue(people: dict[User, dict[Idea, int]], today: dt.date) -> None:
    """Tell each of their ideas with overdue steps, how many each; once a calendar week. A step itself stays inside."""
    year, week, _day = today.isocalendar()
    enqueue_many(
        {
            "kind": STEPS_OVERDUE.name,
            "key": f"{STEPS_OVERDUE.name}:{year}-W{week}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            "snapshot": {
                "ideas": [
                    {"title": title_of(idea), "count": count} for idea, count in list(ideas.items())[:MOST_IDEAS]
                ],
                "count": sum(ideas.values()),
                "url": absolute("site:after_login", person.language),
            },
        }
        for person, ideas in people.items()
    )


def _key(kind: MailKind, meeting: Meeting) -> str:
    return f"{kind.name}:{meeting.uuid}:{meeting.bookings}"


def _send(kind: MailKind, meeting: Meeting, sides: Iterable[Side], *, key: str, method: str = "", **facts) -> None:
    sides = list(sides)
    enqueue_many(_mails(kind, meeting, sides, key=key, method=method, **facts))
    if Side.AUTHOR in sides:
        tell_coauthors([(meeting.idea, key)])


def _mails(kind: MailKind, meeting: Meeting, sides: Iterable[Side], *, key: str, method: str, **facts) -> list[dict]:
    """Return a mail to each of `sides` that has somebody to read it; `method` is iCalendar's."""
    people = {Side.AUTHOR: meeting.idea.author, Side.SUPPORTER: meeting.supporter}
    return [
        _mail(kind, meeting, people[side], people[side.other], side, key=key, method=method, **facts)
        for side in sides
        if people[side] is not None and people[side].is_active
    ]


def _mail(
    kind: MailKind, meeting: Meeting, reader: User, other: User | None, side: Side, *, key: str, method: str, **more
) -> dict:
    idea, language = meeting.idea, reader.language
    url = absolute("ideas:my_meetings" if side == Side.AUTHOR else "ideas:meetings", language, idea.uuid)
    if side == Side.SUPPORTER and not idea.is_supportable:
        url = absolute("ideas:supported", language)  # the case is closed to its supporter
    facts = {
        "title": title_of(idea),
        "incubator": idea.incubator.name,
        **replies_to(idea.incubator),
        "url": url,
        "other": name_of(other),
        "is_author": side == Side.AUTHOR,
        "times": [time.isoformat() for time in meeting.times],
        "starts_at": meeting.starts_at.isoformat() if meeting.starts_at else "",
        "location": typed_about(meeting.location, idea),
        "has_words": bool(meeting.called_off_words),
        **more,
    }
    mail = {"kind": kind.name, "key": f"{key}:{side}", "to": reader.email, "language": language, "snapshot": facts}
    if method:
        facts["calendar"] = _entry(meeting, reader, method, url)
        mail["order_key"] = meeting.calendar_uid(reader)
    return mail


def _entry(meeting: Meeting, reader: User, method: str, url: str) -> dict:
    with translation.override(reader.language):
        summary = gettext("Meeting about “%(title)s”") % {"title": meeting.idea}
    return calendar.entry(
        method=method,
        uid=meeting.calendar_uid(reader),
        sequence=1 if method == "CANCEL" else 0,
        summary=about_idea(summary, meeting.idea),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        location=typed_about(meeting.location, meeting.idea),
        url=url,
        attendee_name=str(reader),
        attendee_email=reader.email,
        stamped_at=timezone.now(),
    )

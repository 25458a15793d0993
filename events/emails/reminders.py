"""What falls due by itself: reminders, seats without a name, and their release."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.emails.recipients import gathered, tell_contact, to_seat
from events.models import Event, Registration, Seat
from unlimited.mail.actions import cancel_mails, enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register

REMINDER = register(MailKind("seat-reminder", _("Reminder of an event"), priority=Priority.BULK, is_listed=True))
NAME_SEATS = register(MailKind("name-your-seats", _("Seats without a name"), is_listed=True))
RELEASED = register(MailKind("unnamed-seats-released", _("Seats without a name were released"), is_listed=True))


def mail_reminders(seats: list[Seat], event: Event, *, days: int) -> None:
    """Remind people of the event; of no use to anyone once it has begun."""
    is_tomorrow = timezone.localdate(event.starts_at) - timezone.localdate() == dt.timedelta(days=1)
    mails = [
        to_seat(REMINDER, seat, event, _reminder_stamp(seat, event.starts_at, days), is_tomorrow=is_tomorrow)
        for seat in seats
    ]
    enqueue_many(mail | {"expires_at": event.starts_at, "order_key": ""} for mail in gathered(mails))


def cancel_reminders(seats: list[Seat], event: Event, starts_at: dt.datetime) -> None:
    """Take back the reminders that name the old time and have not left."""
    stamps = [_reminder_stamp(seat, starts_at, days) for seat in seats for days in event.reminder_days]
    cancel_mails(keys=[f"{REMINDER.name}:{stamp}" for stamp in stamps])


def _reminder_stamp(seat: Seat, starts_at: dt.datetime, days: int) -> str:
    return f"{seat.calendar_uid}:{starts_at.isoformat()}:P{days}D"


def mail_name_your_seats(
    registration: Registration, seats: list[Seat], event: Event, *, times: int, releases_at: dt.datetime
) -> None:
    """Ask the contact who comes, and say when the seats go to others."""
    facts = {"count": len(seats), "releases_at": releases_at.isoformat()}
    tell_contact(
        NAME_SEATS,
        registration,
        seats,
        {event.pk: event},
        stamp=f"{event.pk}:{event.starts_at.isoformat()}:{times}",
        **facts,
    )


def mail_unnamed_released(registration: Registration, seats: list[Seat], event: Event) -> None:
    stamp = f"{event.pk}:{seats[0].uuid}"
    tell_contact(RELEASED, registration, seats, {event.pk: event}, stamp=stamp, count=len(seats))

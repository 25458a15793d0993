"""Seats and places in line that are given back, taken away, or gone with the event."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.emails.facts import contact_name, days_of, event_facts, event_url, name_of, party_name, party_url
from events.emails.recipients import gathered, letter, to_contact_in_line, to_seat
from events.emails.reminders import cancel_reminders
from events.models import Event, Participant, Registration, Seat
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register

CONTACT_GONE = register(MailKind("party-contact-gone", _("A party has no contact any more"), is_listed=True))
CANCELLED = register(MailKind("seat-cancelled", _("A seat is given back"), is_listed=True))
GIVEN_BACK = register(MailKind("seats-given-back", _("Receipt for what was given back"), is_listed=True))

# Nobody in particular gave it back, and nothing is left.
_NOBODY = {"is_own_doing": False, "giver": "", "still": [], "wanted_all": False}
# Who gave something back: a person on their own page, or the contact of the party. None: who is known by the reason.
Giver = Participant | Registration | None


def mail_seats_cancelled(
    seats: Iterable[Seat], events: dict[int, Event], *, is_replaced: bool = False, giver: Giver = None
) -> None:
    """Tell each who had a seat that it is theirs no more, and take the entry out of their calendar.

    A reminder that has not left yet would follow that: it is taken back.
    """
    mails, by_event = [], defaultdict(list)
    for seat in seats:
        by_event[seat.event_id].append(seat)
    for event_id, theirs in by_event.items():
        cancel_reminders(theirs, events[event_id], events[event_id].starts_at)
    for seat in (seat for theirs in by_event.values() for seat in theirs):
        event = events[seat.event_id]
        stamp = f"{seat.calendar_uid}:{seat.calendar_sequence}"
        url = event_url(event, seat.registration.language)
        facts = _why_cancelled(event, seat, is_replaced) | _who_gave(seat, giver)
        facts |= {"url": url, "is_in_line": False, "has_entry": True}
        mails.append(to_seat(CANCELLED, seat, event, stamp, method="CANCEL", **facts))
    enqueue_many(gathered(mails))


def mail_contacts_cancelled(seats: Iterable[Seat], events: dict[int, Event], *, is_in_line: bool) -> None:
    """Tell of the end of places in line, or of seats with nobody in them: each party's contact, once a day."""
    mails, seats = [], list(seats)
    still = _still_there(seats)
    for seat in {(seat.registration_id, seat.event_id): seat for seat in seats}.values():
        event, language = events[seat.event_id], seat.registration.language
        facts = _why_cancelled(event, seat, False) | {"url": event_url(event, language)}
        facts |= {"is_in_line": is_in_line, "has_entry": False, **still.get(seat.registration_id, {})}
        mails.append(to_contact_in_line(CANCELLED, seat.registration, event, f"{seat.uuid}:cancelled", **facts))
    enqueue_many(gathered(mails))


def mail_line_lost(seats: Iterable[Seat]) -> None:
    """Tell people in line, at their own address, that their place is gone with the account of the party's contact."""
    facts = _NOBODY | {"is_in_line": True, "has_entry": False, "is_replaced": False, "reason": "contact", "why": ""}
    mails = []
    for seat in seats:
        if seat.email:
            url = event_url(seat.event, seat.registration.language)
            mails.append(to_seat(CANCELLED, seat, seat.event, f"{seat.uuid}:contact", url=url, **facts))
    enqueue_many(gathered(mails))


def mail_contact_gone(seats: Iterable[Seat]) -> None:
    """Tell people with a seat, at their own address, that their party has no contact any more; each person once."""
    mails = []
    for seat in {seat.participant_id: seat for seat in seats if seat.email}.values():
        mails.append(to_seat(CONTACT_GONE, seat, seat.event, f"{seat.calendar_uid}:contact-gone"))
    enqueue_many(gathered(mails))


def _why_cancelled(event: Event, seat: Seat, is_replaced: bool) -> dict:
    return _NOBODY | {"is_replaced": is_replaced, "reason": seat.cancel_reason, "why": event.cancel_reason}


def _who_gave(seat: Seat, giver: Giver) -> dict:
    """Say whether the reader of the mail about a seat gave it back, and who did where it was somebody else."""
    person, registration = seat.participant, seat.registration
    if giver is None or person is None:
        return {}
    if isinstance(giver, Participant):
        return {"is_own_doing": bool(person.email), "giver": "" if person.email else name_of(person)}
    is_own_doing = _is_told_to_contact(seat)
    return {"is_own_doing": is_own_doing, "giver": "" if is_own_doing else contact_name(registration)}


def _is_told_to_contact(seat: Seat) -> bool:
    return seat.participant.email.lower() in ("", seat.registration.contact_email.lower())


def _still_there(seats: list[Seat]) -> dict[int, dict]:
    """Return what the parties of cancelled `seats` still have at other events, by the party: one query."""
    others = Seat.objects.live().filter(
        registration__in={seat.registration_id for seat in seats}, event__starts_at__gt=timezone.now()
    )
    by_party = defaultdict(list)
    for seat in others.exclude(event__in={seat.event_id for seat in seats}).select_related("event", "registration"):
        by_party[seat.registration_id].append(seat)
    return {pk: _remaining(theirs) for pk, theirs in by_party.items()}


def _remaining(seats: list[Seat]) -> dict:
    waits = any(seat.status == Seat.Status.WAITING for seat in seats)
    wanted_all = seats[0].registration.wish == Registration.Wish.ALL
    return {"still": days_of(seats, {seat.event_id: seat.event for seat in seats}), "wanted_all": waits and wanted_all}


def mail_given_back(giver: Giver, seats: list[Seat], places: list[Seat], events: dict[int, Event]) -> None:
    """Give who gave back `seats`, and `places` in line, a receipt of what no other mail tells them."""
    if isinstance(giver, Participant):
        enqueue_many(filter(None, (_place_given_up(seat, events[seat.event_id]) for seat in places)))
    elif giver is not None and giver.contact_email:
        is_told = all(seat.participant and _is_told_to_contact(seat) for seat in seats)
        if places or giver.is_held or not is_told:
            enqueue_many([_given_back(giver, seats, places, events)])


def _place_given_up(seat: Seat, event: Event) -> dict | None:
    facts = _why_cancelled(event, seat, False) | _who_gave(seat, seat.participant)
    facts |= {"is_in_line": True, "has_entry": False, "url": event_url(event, seat.registration.language)}
    return to_seat(CANCELLED, seat, event, f"{seat.uuid}:given-up", **facts)


def _given_back(registration: Registration, seats: list[Seat], places: list[Seat], events: dict[int, Event]) -> dict:
    counts = {pk: {"seats": 0, "places": 0} for pk in sorted({seat.event_id for seat in [*seats, *places]})}
    for seat in seats:
        counts[seat.event_id]["seats"] += 1
    for seat in places:
        counts[seat.event_id]["places"] += 1
    first = min([*seats, *places], key=lambda seat: seat.pk)
    return letter(
        GIVEN_BACK,
        key=f"{GIVEN_BACK.name}:{registration.uuid}:{first.uuid}",
        to=registration.contact_email,
        registration=registration,
        facts={
            "party": party_name(registration) if registration.is_group else "",
            "days": [event_facts(events[pk]) | count for pk, count in counts.items()],
            "is_line_alone": not seats,
            "url": party_url(registration),
        },
    )

"""One address has one live seat at an event. Who is named with it in another seat stands behind that, without mails.

`hand_on_addresses` is for actions that hold the locks of the events; `move_…` is for an account that changes address.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Lower

from events.actions.locking import locked_events
from events.emails import mail_seats_confirmed
from events.models import ContactRequest, Event, LinkRequest, Participant, Registration, Seat
from unlimited.users.addresses import with_address
from unlimited.users.models import User


def hand_on_addresses(freed: Iterable[tuple[str, int]], events: dict[int, Event], *, now: dt.datetime) -> None:
    """Give each address freed at an event, as (address, event's id), to the seat that stood behind; mail its receipt.

    Who only waits there gets the address alone: offers go to the party's contact. Where the event is cancelled or has
    begun, nothing is left to be told.
    """
    freed = {
        (address.lower(), pk)
        for address, pk in freed
        if address and events[pk].starts_at > now and not events[pk].is_cancelled
    }
    if not freed:
        return
    behind = Seat.objects.live().filter(email="", event__in={pk for _, pk in freed})
    behind = behind.alias(folded=Lower("participant__email")).filter(folded__in={address for address, _ in freed})
    heirs: dict[tuple[str, int], Seat] = {}
    for seat in behind.select_related("participant", "registration__municipality").order_by("-pk"):
        # Of several the one that was registered first.
        heirs[seat.participant.email.lower(), seat.event_id] = seat
    heirs = {key: seat for key, seat in heirs.items() if key in freed}
    for (address, _), seat in heirs.items():
        seat.email = address
    Seat.objects.bulk_update(heirs.values(), ["email"])
    mail_seats_confirmed([seat for seat in heirs.values() if seat.status == Seat.Status.SEATED], events)


def seats_with(addresses: Iterable[str], events: Iterable[int]) -> QuerySet[Seat]:
    """Return the live seats at these events that one of the addresses has, with who is in them: one query."""
    live = with_address(Seat.objects.live(), "email", addresses).filter(event__in=list(events))
    return live.exclude(participant=None).select_related("participant", "registration")


def move_registrations(*, user: User, old: str, new: str) -> None:
    """Give the contact of each party with the address `old` the address `new`."""
    with_address(Registration.objects.all(), "contact_email", [old]).update(contact_email=new)


def drop_contact_requests(*, user: User, old: str, new: str) -> None:
    """Take back what the old mailbox was asked: whoever reads it now is somebody else."""
    with_address(ContactRequest.objects.all(), "email", [old]).delete()


def move_event_contacts(*, user: User, old: str, new: str) -> None:
    """Name the contact of each event under their new address."""
    with_address(Event.objects.all(), "contact_email", [old]).update(contact_email=new)


def drop_link_requests(*, user: User, old: str, new: str) -> None:
    """Leave unanswered what was asked for the old mailbox a moment ago."""
    with_address(LinkRequest.objects.all(), "email", [old]).delete()


def move_participants(*, user: User, old: str, new: str) -> None:
    """Give each participant with the address `old`, and their seats, the address `new`. Raises BusyError.

    Where `new` has a live seat at the same event, the seat with `old` stands behind that one, without an address.
    """
    with locked_events(_seats_with(old).values_list("event", flat=True)):
        live = Seat.objects.live()
        taken = list(with_address(live, "email", [new]).values_list("event", flat=True))
        with_address(live, "email", [old]).filter(event__in=taken).update(email="")
        _seats_with(old).update(email=new)
        with_address(Participant.objects.all(), "email", [old]).update(email=new)


def move_in_party(
    *, registration: Registration, old: str, new: str, events: dict[int, Event], now: dt.datetime
) -> list[Seat]:
    """Give the person with the address `old` in one party the address `new`; return their seats to come.

    For actions that hold the locks of the events. Where `new` has a seat at an event, this one stands behind it.
    """
    people = with_address(registration.participants.all(), "email", [old])
    pks = list(people.values_list("pk", flat=True))
    to_come = Seat.objects.live().filter(participant__in=pks, event__in=events, event__starts_at__gt=now)
    freed = list(to_come.values_list("email", "event_id"))
    taken = set(with_address(Seat.objects.live(), "email", [new]).values_list("event_id", flat=True))
    people.update(email=new)
    seats = list(to_come.select_related("participant", "registration__municipality").order_by("event_id", "place"))
    for seat in seats:
        seat.email = "" if seat.event_id in taken else new.lower()
        seat.calendar_sequence += 1
        taken.add(seat.event_id)
    Seat.objects.bulk_update(seats, ["email", "calendar_sequence"])
    hand_on_addresses(freed, events, now=now)
    return seats


def _seats_with(address: str) -> QuerySet[Seat]:
    return with_address(Seat.objects.all(), "email", [address])

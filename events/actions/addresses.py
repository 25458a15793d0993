"""One address has one live seat at an event. Who is named with it in another seat stands behind that, without mails.

For actions that hold the locks of the events.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models.functions import Lower

from events.emails import mail_seats_confirmed
from events.models import Event, Seat


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

"""The receipt's facts, signed, in its address: so that it needs neither a log-in nor a session.

It names nobody. Whoever sees the address learns of numbers only, and an address that was registered before gets the
same receipt as a new one; the link to what somebody has goes by mail alone.
"""

import datetime as dt
from collections.abc import Iterable

from events.actions.registration import Day, Party
from events.models import Event, Registration
from unlimited.links import pack, register_link, unpack

RECEIPT = register_link(
    "events.receipt",
    lasts=dt.timedelta(days=30),
    revoked_by="nothing: it opens nobody's data, and says the numbers that were told once",
)


def sign_receipt(events: Iterable[Event], days: Iterable[Day], party: Party, *, is_held: bool = False) -> str:
    """Return what a party got, for the address of its receipt."""
    names = {event.pk: event.uuid.hex for event in events}
    facts = {
        "days": [[names[day.event_id], day.seated, day.waiting, day.number] for day in days if day.event_id in names],
        "is_group": party.facts["kind"] != Registration.Kind.MYSELF,
        "unnamed": party.unnamed,
        "is_held": is_held,
        "wants_all": party.facts["wish"] == Registration.Wish.ALL,
    }
    return pack(RECEIPT, facts)


def read_receipt(facts: str) -> dict:
    """Return what `sign_receipt` was given. Raises ForgedLinkError."""
    return {"is_held": False} | unpack(RECEIPT, facts)

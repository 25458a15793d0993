"""The receipt's facts, signed, in its address: so that it needs neither a log-in nor a session.

It names nobody. Whoever sees the address learns of numbers only, and an address that was registered before gets the
same receipt as a new one; the link to what somebody has goes by mail alone.
"""

from collections.abc import Iterable

from django.core import signing

from events.actions.registration import Day, Party
from events.models import Event, Registration

SALT = "events.receipt"


class ForgedReceiptError(Exception):
    """These facts were never signed by us."""


def sign_receipt(events: Iterable[Event], days: Iterable[Day], party: Party) -> str:
    """Return what a party got, for the address of its receipt."""
    names = {event.pk: event.uuid.hex for event in events}
    facts = {
        "days": [[names[day.event_id], day.seated, day.waiting, day.number] for day in days if day.event_id in names],
        "is_group": party.facts["kind"] != Registration.Kind.MYSELF,
        "unnamed": party.unnamed,
        "wants_all": party.facts["wish"] == Registration.Wish.ALL,
    }
    return signing.dumps(facts, salt=SALT, compress=True)


def read_receipt(facts: str) -> dict:
    """Return what `sign_receipt` was given. Raises ForgedReceiptError."""
    try:
        return signing.loads(facts, salt=SALT)
    except signing.BadSignature as error:
        raise ForgedReceiptError from error

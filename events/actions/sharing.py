"""Two people at one address, as a couple or an office: the second gets a seat by a button of the first one's page."""

import datetime as dt
import uuid

from django.utils import timezone

from events.actions.registration import Day, Party, Person, register_party
from events.actions.seats import OverError
from events.models import Participant, Registration


def register_another(*, participant: Participant, name: str, now: dt.datetime | None = None) -> list[Day]:
    """Register somebody else who reads mail at the participant's address, for the participant's days to come.

    Their mails come to the address too. The same name again is the same registration. Raises OverError where no day is
    to come, ClosedError, FullError, DiffersError, BusyError.
    """
    now = now or timezone.now()
    seats = participant.seats.live().filter(event__starts_at__gt=now).select_related("event").order_by("event")
    events = [seat.event for seat in seats]
    address = participant.email or participant.registration.contact_email
    if not events:
        raise OverError
    facts = {
        "kind": Registration.Kind.MYSELF,
        "contact_name": name,
        "contact_email": address,
        "language": participant.registration.language,
    }
    token = uuid.uuid5(participant.uuid, "\n".join([name.casefold(), *(event.slug for event in events)]))
    # The address has its seat, so this one stands behind it: named without, its mails go to the contact.
    return register_party(events=events, party=Party(facts, [Person(name)]), form_token=token, now=now)

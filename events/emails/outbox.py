"""What became of the mails that were sent: for the pages of organisers."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from events.emails.registration import ALREADY
from events.models import Registration, Seat
from unlimited.mail.models import OutgoingMail


def latest_mails(seats: Iterable[Seat]) -> dict[int, OutgoingMail]:
    """Return the latest mail about each participant in `seats`, by the participant's id, with one query.

    An address that has another seat got a mail too: who asks here must not see a difference.
    """
    named, orders, keys, addresses = [seat for seat in seats if seat.participant], {}, {}, set()
    for seat in named:
        person, registration = seat.participant, seat.registration
        orders |= {seat.calendar_uid: person.pk, str(person.uuid): person.pk}
        address = (person.email or registration.contact_email).lower()
        addresses.add(address)
        for stamp in (registration.form_token, seat.uuid):
            keys[f"{ALREADY.name}:{stamp}:{seat.event_id}:{address}"] = person.pk
    if not named:
        return {}
    # By the recipient first, for that has an index: the outbox grows without end.
    mails = OutgoingMail.objects.alias(folded=Lower("recipient")).filter(folded__in=addresses)
    mails = mails.filter(Q(order_key__in=orders) | Q(key__in=keys)).order_by("pk")
    found = {orders.get(mail.order_key) or keys[mail.key]: mail for mail in mails.defer("snapshot")}
    return found | _with_others(named, found)


def _with_others(seats: list[Seat], found: dict[int, OutgoingMail]) -> dict[int, OutgoingMail]:
    """Return the mail of those without an address who share one: their contact got it about all of them."""
    theirs = [seat for seat in seats if _goes_to_contact(seat)]
    shared = {(seat.registration_id, seat.event_id): found[seat.participant.pk] for seat in reversed(theirs)
              if seat.participant.pk in found}  # fmt: skip
    return {
        seat.participant.pk: shared[seat.registration_id, seat.event_id]
        for seat in theirs
        if seat.participant.pk not in found and (seat.registration_id, seat.event_id) in shared
    }


def _goes_to_contact(seat: Seat) -> bool:
    return seat.participant.email.lower() in ("", seat.registration.contact_email.lower())


def party_mails(registration: Registration) -> list[OutgoingMail]:
    """Return the mails about the party as a whole that its contact got, the latest first, with one query."""
    mails = OutgoingMail.objects.alias(folded=Lower("recipient")).filter(folded=registration.contact_email.lower())
    return list(mails.filter(key__contains=f":{registration.uuid}").defer("snapshot").order_by("-pk")[:20])

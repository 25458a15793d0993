"""Who speaks for a party: the contact's name is corrected at once, another contact says yes by e-mail first."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from events.actions.addresses import move_in_party
from events.actions.locking import GoneError, lines_of, locked_events
from events.emails import mail_contact_asked, mail_contact_changed, mail_seats_confirmed
from events.models import ContactRequest, Registration, Seat
from unlimited.origin import audited


@audited
@transaction.atomic
def ask_new_contact(
    *, registration: Registration, name: str, email: str, by=None, now: dt.datetime | None = None
) -> ContactRequest | None:
    """Correct the contact's name, or ask by e-mail whether somebody else will be the contact; return what was asked.

    Until that person has said yes, the contact is who it was. A later question takes the place of an earlier one; the
    same one is mailed once a minute at most. Returns None where the address is the contact's own.
    Raises GoneError where the party has no seat left.
    """
    party = _locked(registration)
    if email.lower() == party.contact_email.lower():
        _rename(party, name)
        return None
    now = now or timezone.now()
    if party.next_event is None:
        raise GoneError
    request = ContactRequest.objects.filter(registration=party).first()
    if request is None or (request.name, request.email, request.expires_at > now) != (name, email, True):
        ContactRequest.objects.filter(registration=party).delete()
        request = ContactRequest.objects.create(registration=party, name=name, email=email, created_at=now)
    request.registration = party
    mail_contact_asked(request, party.next_event, minute=f"{now:%Y-%m-%dT%H:%M}")
    return request


def _locked(registration: Registration) -> Registration:
    rows = Registration.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality")
    return rows.get(pk=registration.pk)


def _rename(party: Registration, name: str) -> None:
    """Correct the contact's name, also where they come themselves, and take back the question to somebody else."""
    theirs = party.participants.filter(name=party.contact_name, email__iexact=party.contact_email)
    theirs.exclude(email="").update(name=name)
    party.contact_name = name
    party.save(update_fields=["contact_name"])
    ContactRequest.objects.filter(registration=party).delete()


@audited
def accept_contact(*, request: ContactRequest, by=None, now: dt.datetime | None = None) -> Registration:
    """Make who was asked the contact: old links to the party's page end, and both are told.

    Where it is the same person with another address, their own seat goes along. Raises GoneError where the question
    was taken back, has run out, or was answered; BusyError.
    """
    now = now or timezone.now()
    with locked_events(lines_of(request.registration)) as events:
        party = _locked(request.registration)
        asked = ContactRequest.objects.filter(pk=request.pk, created_at__gt=now - ContactRequest.LASTS).first()
        if asked is None:
            raise GoneError
        old_name, old_email = party.contact_name, party.contact_email
        party.contact_name, party.contact_email, party.user = asked.name, asked.email, None
        party.link_version += 1
        if not party.is_held:
            party.confirmed_at = now
        party.save(update_fields=["contact_name", "contact_email", "user", "link_version", "confirmed_at"])
        if old_email and asked.name == old_name:
            seats = move_in_party(registration=party, old=old_email, new=asked.email, events=events, now=now)
            mail_seats_confirmed([seat for seat in seats if seat.status == Seat.Status.SEATED], events)
        if event := party.next_event:
            mail_contact_changed(party, event, asked, old_email)
        asked.delete()
        return party


@transaction.atomic
def withdraw_contact_request(*, registration: Registration) -> bool:
    """Take back the question to a new contact, whose link opens nothing then; return whether there was one."""
    return bool(ContactRequest.objects.filter(registration=_locked(registration)).delete()[0])

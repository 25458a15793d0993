"""How a party changes: more people come, and somebody else becomes its contact."""

from django.utils.translation import gettext_lazy as _

from events.emails.facts import (
    contact_subject,
    days_of,
    event_facts,
    event_url,
    new_contact_url,
    party_name,
    party_url,
)
from events.emails.recipients import gathered, letter
from events.emails.registration import already_registered, confirmed
from events.models import ContactRequest, Event, Registration, Seat
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.subjects import named

GROWN = register(MailKind("party-grown", _("More people in a party"), is_listed=True))
CONTACT_ASKED = register(MailKind("party-contact-asked", _("Question to a new contact"), is_listed=True))
CONTACT_NEW = register(MailKind("party-contact-new", _("Is now a party’s contact"), is_listed=True))
CONTACT_WAS = register(MailKind("party-contact-was", _("Is no longer a party’s contact"), is_listed=True))


def mail_people_added(
    registration: Registration,
    seats: list[Seat],
    events: dict[int, Event],
    numbers: dict[int, int],
    known: dict[tuple[str, int], Seat],
) -> None:
    """Tell the contact what the new people got, and each of them with a seat and an address of their own.

    `known` are seats that their addresses have already, by address and event: their owners are told.
    """
    mails = gathered(confirmed(seat, events[seat.event_id]) for seat in seats if seat.status == Seat.Status.SEATED)
    for (address, pk), there in known.items():
        stamp = str(next(seat.uuid for seat in seats if _is_of(seat, address, pk)))
        mails.append(already_registered(registration, events[pk], there, address, stamp=stamp))
    if registration.contact_email:
        days = [day | {"number": numbers.get(day["event_id"])} for day in days_of(seats, events)]
        facts = {"party": party_name(registration), "days": days, "url": party_url(registration)}
        key = f"{GROWN.name}:{registration.uuid}:{seats[0].uuid}"
        mails.append(letter(GROWN, key=key, to=registration.contact_email, registration=registration, facts=facts))
    enqueue_many(mails)


def _is_of(seat: Seat, address: str, event_id: int) -> bool:
    is_theirs = seat.participant is not None and seat.participant.email.lower() == address
    return is_theirs and seat.event_id == event_id


def mail_contact_asked(request: ContactRequest, event: Event, *, minute: str) -> None:
    """Ask somebody by mail whether they will be a party's contact, once in each `minute`."""
    registration = request.registration
    facts = event_facts(event) | {
        "party": party_name(registration),
        "until": request.expires_at.isoformat(),
        "url": new_contact_url(request),
    }
    key = f"{CONTACT_ASKED.name}:{registration.uuid}:{request.uuid}:{minute}"
    mail = letter(CONTACT_ASKED, key=key, to=request.email, registration=registration, facts=facts)
    enqueue_many([mail | {"expires_at": request.expires_at}])


def mail_contact_changed(registration: Registration, event: Event, request: ContactRequest, old_email: str) -> None:
    """Send the new contact the link to the party's page, and tell the one before that theirs has ended."""
    stamp = f"{registration.uuid}:{request.uuid}"
    facts = event_facts(event) | {"party": party_name(registration)}
    new = facts | {"url": party_url(registration)}
    mails = [
        letter(CONTACT_NEW, key=f"{CONTACT_NEW.name}:{stamp}", to=request.email, registration=registration, facts=new)
    ]
    if old_email:
        was = facts | {
            "name": named(request.name, contact_subject(request.email)),
            "url": event_url(event, registration.language),
        }
        mails.append(
            letter(CONTACT_WAS, key=f"{CONTACT_WAS.name}:{stamp}", to=old_email, registration=registration, facts=was)
        )
    enqueue_many(mails)

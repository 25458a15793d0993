"""What the mails about events say: of the event, of who is in a seat, and the links."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.links import make_token
from events.models import ContactRequest, Event, Participant, Registration, Seat
from unlimited.keyed import keyed_hash
from unlimited.mail.links import absolute
from unlimited.mail.subjects import Named, named, register_subject

register_subject("participant", instead=gettext_lazy("Someone who has deleted their account"))
register_subject("registration", instead=gettext_lazy("Someone who has deleted their account"))
register_subject("contact", instead=gettext_lazy("Someone who has deleted their account"))


def event_facts(event: Event) -> dict:
    return {
        "title": event.title,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "location": event.location,
        # Of use in a subject only where the title does not say it.
        "city": "" if event.city in event.title else event.city,
        "replies_to": f"event:{event.pk}",
        # Whom the mail is about besides: those without an address, in a mail to their contact.
        "others": [],
        # Only who has a seat gets it.
        "online_url": "",
    }


def online_words(event: Event) -> str:
    """Return how to join online, for the calendar entry of somebody who has a seat; empty where one cannot."""
    return _("Join online: %(online_url)s") % {"online_url": event.online_url} if event.online_url else ""


def days_of(seats: Iterable[Seat], events: dict[int, Event]) -> list[dict]:
    """Return what the seats are, event by event: how many seated, offered and waiting."""
    by_event = defaultdict(list)
    for seat in seats:
        by_event[seat.event_id].append(seat.status)
    return [
        event_facts(events[event_id])
        | {
            "event_id": event_id,
            "seated": statuses.count(Seat.Status.SEATED),
            "online_url": events[event_id].online_url if Seat.Status.SEATED in statuses else "",
            "offered": statuses.count(Seat.Status.OFFERED),
            "waiting": statuses.count(Seat.Status.WAITING),
            "free": events[event_id].seats_free,
            "number": None,
        }
        for event_id, statuses in by_event.items()
    ]


def wants_all_of(registration: Registration, events: dict[int, Event]) -> bool:
    """Say whether the party chose these days together, or none of them."""
    return len(events) > 1 and registration.wish == Registration.Wish.ALL


def participant_subject(participant: Participant) -> str:
    return f"participant:{participant.uuid}"


def registration_subject(registration: Registration) -> str:
    return f"registration:{registration.uuid}"


def contact_subject(email: str) -> str:
    """Return the subject of who was a contact with an address: found also once somebody else is the contact."""
    return f"contact:{keyed_hash('events.contact', email.lower())[:32]}"


def name_of(participant: Participant) -> Named:
    return named(participant.name, participant_subject(participant))


def contact_name(registration: Registration) -> Named:
    return named(registration.contact_name or registration.contact_email, registration_subject(registration))


def party_name(registration: Registration) -> str:
    """Whom the party is called by, marked where that is its contact and not an organisation."""
    name = registration.party_name
    is_person = name in (registration.contact_name, registration.contact_email)
    subjects = (registration_subject(registration), contact_subject(registration.contact_email))
    return named(name, *subjects) if is_person else name


def event_url(event: Event, language: str) -> str:
    return absolute("events:detail", language, event.slug)


def participant_url(participant: Participant, registration: Registration) -> str:
    # Known here already, and asked for by the link of a person without an address.
    participant.registration = registration
    return absolute("events:participant", registration.language, make_token(participant))


def party_url(registration: Registration) -> str:
    return absolute("events:party", registration.language, make_token(registration))


def new_contact_url(request: ContactRequest) -> str:
    return absolute("events:new_contact", request.registration.language, make_token(request))


def registered_by(registration: Registration, person: Participant) -> dict:
    """Return who has registered `person` and for whom; empty words where it was they themselves.

    Written in a sentence of ours, never as the beginning of a mail: anybody can type anything as a name.
    """
    is_own = not registration.is_group or person.email.lower() in ("", registration.contact_email.lower())
    by = "" if is_own else registration.contact_name
    subjects = (registration_subject(registration), contact_subject(registration.contact_email))
    is_municipality = registration.kind == Registration.Kind.MUNICIPALITY and registration.municipality is not None
    return {
        "registered_by": named(by, *subjects) if by else "",
        "of_municipality": registration.municipality.name if is_municipality else "",
        "of_others": registration.organisation or registration.district,
    }

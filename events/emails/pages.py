"""Links to the page of a person or of a party."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.emails.facts import event_facts, name_of, participant_url, party_name, party_url
from events.emails.recipients import letter
from events.models import Participant, Registration
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register

OWN_LINK = register(MailKind("seat-own-link", _("Link to one's own page"), is_listed=True))
NEEDS_CODE = register(
    MailKind("needs-code", _("Code for what one needs"), priority=Priority.URGENT, is_secret=True, is_listed=True)
)
LINKS_ANEW = register(MailKind("links-anew", _("Links sent anew"), is_listed=True))


def mail_own_link(participant: Participant) -> None:
    """Send somebody the link to their own page; to the contact where they have no address."""
    registration = participant.registration
    seat = participant.seats.live().select_related("event").order_by("event__starts_at").first()
    if seat is None:
        return
    facts = event_facts(seat.event) | {
        "name": name_of(participant),
        "party": party_name(registration),
        "url": participant_url(participant, registration),
    }
    to = participant.email or registration.contact_email
    key = f"{OWN_LINK.name}:{participant.uuid}:{timezone.now():%Y-%m-%dT%H:%M}"
    mail = letter(OWN_LINK, key=key, to=to, registration=registration, facts=facts)
    # By which the party's page finds it.
    enqueue_many([mail | {"order_key": str(participant.uuid)}])


def mail_needs_code(participant: Participant, code: str, *, minutes: int) -> None:
    """Send the code that shows what somebody needs; to the contact where they have no address."""
    registration = participant.registration
    seat = participant.seats.select_related("event").order_by("event__starts_at").last()
    to = participant.email or registration.contact_email
    if seat is None or not to:
        return
    facts = {"title": seat.event.title, "code": code, "minutes": minutes, "replies_to": f"event:{seat.event_id}"}
    key = f"{NEEDS_CODE.name}:{uuid.uuid4()}"
    enqueue_many([letter(NEEDS_CODE, key=key, to=to, registration=registration, facts=facts)])


def mail_party_link(registration: Registration) -> None:
    """Send a party's contact the link to its page anew."""
    seat = registration.seats.select_related("event").order_by("event__starts_at").last()
    if seat is None or not registration.contact_email:
        return
    facts = event_facts(seat.event) | {"name": party_name(registration), "is_party": registration.is_group}
    facts["url"] = party_url(registration)
    _anew(registration, registration.contact_email, registration, facts)


def mail_participant_link(participant: Participant) -> None:
    """Send somebody the link to their own page anew; to the contact where they have no address."""
    registration = participant.registration
    seat = participant.seats.select_related("event").order_by("event__starts_at").last()
    to = participant.email or registration.contact_email
    if seat is None or not to:
        return
    facts = event_facts(seat.event) | {"name": name_of(participant), "is_party": False}
    facts["url"] = participant_url(participant, registration)
    _anew(participant, to, registration, facts)


def _anew(about: Registration | Participant, to: str, registration: Registration, facts: dict) -> None:
    """Once a minute for each version of the link: a button pressed twice sends one mail."""
    key = f"{LINKS_ANEW.name}:{about.uuid}:{about.link_version}:{timezone.now():%Y-%m-%dT%H:%M}"
    enqueue_many([letter(LINKS_ANEW, key=key, to=to, registration=registration, facts=facts)])

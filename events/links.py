"""The links of a party's page, of each participant's page, and of a question to a new contact."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from events.models import ContactRequest, Participant, Registration
from unlimited.links import ExpiredLinkError, ForgedLinkError, LinkPurpose, is_marked, mark, read, register_link, sign

# Longer than the time between registering and the last reminder, which carries a fresh one.
LASTS = dt.timedelta(days=180)
REVOKED_BY = "*Create new links* on the party's page or the organiser's; another address of its owner"
PARTY = register_link("events.party", lasts=LASTS, revoked_by=REVOKED_BY)
PARTICIPANT = register_link("events.participant", lasts=LASTS, revoked_by=f"{REVOKED_BY}; another person in the seat")
NEW_CONTACT = register_link(
    "events.new_contact",
    lasts=ContactRequest.LASTS,
    revoked_by="the answer; *Take the question back* on the party's page or the organiser's; a later question; "
    "new links of the party",
)
Row = Registration | Participant | ContactRequest
# How many signs of a token's payload are the uuid; its mark follows.
UUID_SIGNS = 32


def make_token(row: Row) -> str:
    """Return what a link to the page of a party, a participant or a new contact carries."""
    purpose = _purpose_of(row)
    return sign(purpose, row.uuid.hex + mark(purpose, *_facts(row)))


def find_row(purpose: LinkPurpose, token: str) -> tuple[Row | None, bool]:
    """Return the row that `token` leads to, None where it is gone, and whether the link still opens it.

    Raises ForgedLinkError.
    """
    try:
        payload, is_in_time = read(purpose, token), True
    except ExpiredLinkError as error:
        payload, is_in_time = error.payload, False
    row = _rows(purpose).filter(uuid=_uuid(payload)).first()
    return row, row is not None and is_in_time and is_marked(purpose, payload[UUID_SIGNS:], *_facts(row))


def find_row_of_any(token: str) -> Registration | Participant | None:
    """Return the row that a link was for, however old it is; None where it is gone. Raises ForgedLinkError."""
    for purpose in (PARTY, PARTICIPANT):
        try:
            return find_row(purpose, token)[0]
        except ForgedLinkError:
            continue
    raise ForgedLinkError


def is_owned(row: Row) -> bool:
    """Whether there is still an address that the link could be mailed to: it ends with the person."""
    return bool(_facts(row)[0])


def _uuid(payload: str) -> UUID:
    try:
        return UUID(payload[:UUID_SIGNS])
    except ValueError:
        raise ForgedLinkError from None


def _purpose_of(row: Row) -> LinkPurpose:
    return {Registration: PARTY, Participant: PARTICIPANT, ContactRequest: NEW_CONTACT}[type(row)]


def _rows(purpose: LinkPurpose) -> QuerySet:
    if purpose is PARTY:
        return Registration.objects.select_related("municipality")
    if purpose is NEW_CONTACT:
        open_since = timezone.now() - ContactRequest.LASTS
        return ContactRequest.objects.select_related("registration__municipality").filter(created_at__gt=open_since)
    return Participant.objects.select_related("registration__municipality")


def _facts(row: Row) -> tuple[str, int]:
    """The address that the link is mailed to, and the version of the links."""
    if isinstance(row, ContactRequest):
        return row.email.lower(), row.registration.link_version
    address = row.contact_email if isinstance(row, Registration) else row.email or row.registration.contact_email
    return address.lower(), row.link_version

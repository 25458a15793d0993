"""The links of a party's page and of each participant's page: kinds of `unlimited.links`."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from events.models import Participant, Registration
from unlimited.links import ExpiredLinkError, ForgedLinkError, LinkPurpose, is_marked, mark, read, register_link, sign

# Longer than the time between registering and the last reminder, which carries a fresh one.
LASTS = dt.timedelta(days=180)
REVOKED_BY = "*Create new links* on the party's page or the organiser's; another address of its owner"
PARTY = register_link("events.party", lasts=LASTS, revoked_by=REVOKED_BY)
PARTICIPANT = register_link("events.participant", lasts=LASTS, revoked_by=f"{REVOKED_BY}; another person in the seat")
# How many signs of a token's payload are the uuid; its mark follows.
UUID_SIGNS = 32


def make_token(row: Registration | Participant) -> str:
    """Return what a link to the party's or the participant's page carries."""
    purpose = _purpose_of(row)
    return sign(purpose, row.uuid.hex + mark(purpose, *_facts(row)))


def find_row(purpose: LinkPurpose, token: str) -> tuple[Registration | Participant | None, bool]:
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


def _uuid(payload: str) -> UUID:
    try:
        return UUID(payload[:UUID_SIGNS])
    except ValueError:
        raise ForgedLinkError from None


def _purpose_of(row: Registration | Participant) -> LinkPurpose:
    return PARTY if isinstance(row, Registration) else PARTICIPANT


def _rows(purpose: LinkPurpose) -> QuerySet:
    if purpose is PARTY:
        return Registration.objects.select_related("municipality")
    return Participant.objects.select_related("registration__municipality")


def _facts(row: Registration | Participant) -> tuple[str, int]:
    """The address that the link is mailed to, and the version of the links."""
    address = row.contact_email if isinstance(row, Registration) else row.email or row.registration.contact_email
    return address.lower(), row.link_version

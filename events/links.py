"""Links that let somebody in without a log-in: signed, each good for one purpose, and for a time.

A link opens a page; only a button on it (POST) changes anything, for mail programs follow links by themselves.
"""

import datetime as dt
from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

# Longer than the time between registering and the last reminder, which carries a fresh one.
LASTS = dt.timedelta(days=180)
PARTY = "events.party"
PARTICIPANT = "events.participant"


class ForgedLinkError(Exception):
    """The link was never made by us, or not for this purpose, or was copied only in part."""


class ExpiredLinkError(Exception):
    """The link was ours and is too old. `uuid` names what it led to."""

    def __init__(self, uuid: UUID):
        super().__init__(str(uuid))
        self.uuid = uuid


def make_token(purpose: str, uuid: UUID) -> str:
    """Return what a link to the party's or the participant's page carries."""
    return _signer(purpose).sign(str(uuid))


def read_token(purpose: str, token: str) -> UUID:
    """Return the uuid that `token` stands for. Raises ForgedLinkError or ExpiredLinkError."""
    signer = _signer(purpose)
    try:
        return UUID(signer.unsign(token, max_age=LASTS))
    except SignatureExpired:
        raise ExpiredLinkError(UUID(signer.unsign(token))) from None
    except (BadSignature, ValueError):
        raise ForgedLinkError from None


def read_expired_token(token: str) -> tuple[str, UUID]:
    """Return what a link was for and what it led to, however old it is. Raises ForgedLinkError."""
    for purpose in (PARTY, PARTICIPANT):
        try:
            return purpose, UUID(_signer(purpose).unsign(token))
        except (BadSignature, ValueError):
            continue
    raise ForgedLinkError


def _signer(purpose: str) -> TimestampSigner:
    # A dot, for a colon in an address is where some mail programs end a link.
    return TimestampSigner(salt=purpose, sep=".")

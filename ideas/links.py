"""Links that let somebody answer without a log-in: signed, good for one purpose, and for a time.

A link opens a page; only a button on it (POST) changes anything, for mail programs follow links by themselves.
"""

from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from ideas.models import MeasurementRequest
from unlimited.users.models import User

MEASUREMENT = "ideas.measurement"


class ForgedLinkError(Exception):
    """The link was never made by us, or not for this purpose, or was copied only in part."""


class ExpiredLinkError(Exception):
    """The link was ours and is too old."""


def make_measurement_token(asked: MeasurementRequest, person: User) -> str:
    """Return what `person`'s link to a question carries. It opens nothing any more once they do not write the idea."""
    return _signer().sign(f"{asked.uuid.hex}{person.uuid.hex}")


def read_measurement_token(token: str) -> tuple[UUID, UUID]:
    """Return the uuids of the question and the person. Raises ForgedLinkError or ExpiredLinkError."""
    try:
        both = _signer().unsign(token, max_age=MeasurementRequest.LASTS)
        return UUID(both[:32]), UUID(both[32:])
    except SignatureExpired:
        raise ExpiredLinkError from None
    except (BadSignature, ValueError):
        raise ForgedLinkError from None


def _signer() -> TimestampSigner:
    # A dot, for a colon in an address is where some mail programs end a link.
    return TimestampSigner(salt=MEASUREMENT, sep=".")

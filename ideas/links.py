"""The links that let an author answer with a number of an indicator without a log-in: a kind of `unlimited.links`."""

from uuid import UUID

from ideas.models import MeasurementRequest
from unlimited.links import ExpiredLinkError, ForgedLinkError, is_marked, mark, read, register_link, sign
from unlimited.users.models import User

MEASUREMENT = register_link(
    "ideas.measurement",
    lasts=MeasurementRequest.LASTS,
    revoked_by="another author, leaving the idea, its end, another address of its owner; the first answer stands",
)
UUID_SIGNS = 32


def make_measurement_token(asked: MeasurementRequest, person: User) -> str:
    """Return what `person`'s link to a question carries. It opens nothing any more once they do not write the idea."""
    return sign(MEASUREMENT, asked.uuid.hex + person.uuid.hex + mark(MEASUREMENT, person.email.lower()))


def read_measurement_token(token: str) -> tuple[UUID, UUID]:
    """Return the uuids of the question and the person. Raises ForgedLinkError or ExpiredLinkError.

    A link to an address that the person has given up has expired: the next owner of the mailbox cannot answer.
    """
    payload = read(MEASUREMENT, token)
    asked, person, seen = payload[:UUID_SIGNS], payload[UUID_SIGNS : 2 * UUID_SIGNS], payload[2 * UUID_SIGNS :]
    owner = User.objects.filter(uuid=_uuid(person)).only("uuid", "email").first()
    if owner is not None and not is_marked(MEASUREMENT, seen, owner.email.lower()):
        raise ExpiredLinkError(payload)
    return _uuid(asked), _uuid(person)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ForgedLinkError from None

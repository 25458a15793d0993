"""Links that let somebody in without a log-in. Each purpose is declared here, with its end and how it is revoked.

A link opens a page; only a button on it (POST) changes anything, for mail programs follow links by themselves.

A link carries a mark of what it hangs on: the address that it was mailed to, and the version of its row. Once one of
these is another, the link opens nothing any more. So whoever inherits a mailbox inherits no links, and new links end
the old ones. docs/security.md lists all purposes; a test fails on a signature that is made anywhere else.
"""

import dataclasses
import datetime as dt

from django.core import signing
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac


@dataclasses.dataclass(frozen=True)
class LinkPurpose:
    """What a link is good for. `name` is the salt of its signature; `lasts` counts from the mail that carries it."""

    name: str
    lasts: dt.timedelta
    revoked_by: str


purposes: dict[str, LinkPurpose] = {}


class ForgedLinkError(Exception):
    """The link was never made by us, or not for this purpose, or was copied only in part."""


class ExpiredLinkError(Exception):
    """The link was ours and is too old. `payload` is what it carried."""

    def __init__(self, payload: str):
        super().__init__(payload)
        self.payload = payload


def register_link(name: str, *, lasts: dt.timedelta, revoked_by: str) -> LinkPurpose:
    """Declare a purpose. `revoked_by` says in plain words what ends such a link before its time."""
    purposes[name] = LinkPurpose(name, lasts, revoked_by)
    return purposes[name]


def sign(purpose: LinkPurpose, payload: str) -> str:
    """Return a token with `payload` and the time in it."""
    return _signer(purpose).sign(payload)


def read(purpose: LinkPurpose, token: str) -> str:
    """Return the payload of a token. Raises ForgedLinkError or ExpiredLinkError."""
    signer = _signer(purpose)
    try:
        return signer.unsign(token, max_age=purpose.lasts)
    except SignatureExpired:
        raise ExpiredLinkError(signer.unsign(token)) from None
    except BadSignature:
        raise ForgedLinkError from None


def pack(purpose: LinkPurpose, facts: object) -> str:
    """Return a token with JSON-ready facts in it, for a page that shows nothing but these."""
    return signing.dumps(facts, salt=purpose.name, compress=True)


def unpack(purpose: LinkPurpose, token: str):
    """Return the facts in a token. Raises ForgedLinkError, also for one that is too old."""
    try:
        return signing.loads(token, salt=purpose.name, max_age=purpose.lasts)
    except signing.BadSignature:
        raise ForgedLinkError from None


def mark(purpose: LinkPurpose, *facts: object) -> str:
    """Return the mark of what a link depends on: 16 characters, which only this site can make."""
    return salted_hmac(purpose.name, _joined(facts), algorithm="sha256").hexdigest()[:16]


def is_marked(purpose: LinkPurpose, seen: str, *facts: object) -> bool:
    """Whether a link with the mark `seen` hangs on these facts."""
    return constant_time_compare(seen, mark(purpose, *facts))


def row_token(purpose: LinkPurpose, *facts: object) -> str:
    """Return a token for a link whose row says itself how long it lasts: a signature of the row and its facts."""
    return Signer(salt=purpose.name).signature(_joined(facts))


def _joined(facts: tuple) -> str:
    return "\n".join(str(fact) for fact in facts)


def _signer(purpose: LinkPurpose) -> TimestampSigner:
    # A dot, for a colon in an address is where some mail programs end a link.
    return TimestampSigner(salt=purpose.name, sep=".")

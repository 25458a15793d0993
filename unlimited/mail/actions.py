"""What can be done with mails: put them in the outbox, take them back, send them again."""

import datetime as dt
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from unlimited.mail import kinds
from unlimited.mail.links import known_language
from unlimited.mail.models import OutgoingMail
from unlimited.mail.snapshots import fit, fit_text

SECRET_LIFETIME = dt.timedelta(minutes=15)


class Error(Exception):
    """Something about mail cannot be done."""


class NoTransactionError(Error):
    """A mail is put in the outbox only together with the change that it tells of."""


def enqueue(
    *,
    kind: str,
    key: str,
    to: str,
    language: str,
    snapshot: dict,
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    order_key: str = "",
) -> OutgoingMail | None:
    """Put one mail in the outbox, in the caller's transaction. Return it, or None where `key` is there already.

    `key` names the fact told and the person told, as `idea-received:<uuid>`. Mails with one `order_key` leave in order.
    """
    mail = _build(
        kind=kind,
        key=key,
        to=to,
        language=language,
        snapshot=snapshot,
        due_at=due_at,
        expires_at=expires_at,
        order_key=order_key,
    )
    enqueue_many([mail])
    mail.pk = OutgoingMail.objects.filter(message_id=mail.message_id).values_list("pk", flat=True).first()
    return mail if mail.pk else None


def enqueue_many(mails: Iterable[dict | OutgoingMail]) -> None:
    """Put many mails in the outbox with one INSERT. Each is a dict of `enqueue`'s arguments; known keys do nothing."""
    if not connection.in_atomic_block:
        raise NoTransactionError("enqueue() needs the transaction of the change that the mail tells of.")
    rows = [mail if isinstance(mail, OutgoingMail) else _build(**mail) for mail in mails]
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _build(*, kind, key, to, language, snapshot, due_at=None, expires_at=None, order_key="") -> OutgoingMail:
    declared = kinds.get(kind)
    due_at = due_at or timezone.now()
    if declared.is_secret and expires_at is None:
        expires_at = due_at + SECRET_LIFETIME
    return OutgoingMail(
        kind=kind,
        key=key,
        recipient=fit_text(to, longest=320),
        language=known_language(language),
        snapshot=fit(snapshot),
        is_secret=declared.is_secret,
        priority=declared.priority,
        order_key=order_key,
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}>",
        due_at=due_at,
        next_attempt_at=due_at,
        expires_at=expires_at,
    )

"""What can be done with mails: put them in the outbox, take them back, send them again."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Case, F, JSONField, Value, When
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from unlimited.mail import bell, kinds
from unlimited.mail.links import known_language, own_domain
from unlimited.mail.models import OutgoingMail, OutgoingMailQuerySet, Suppression
from unlimited.mail.snapshots import fit, fit_text
from unlimited.mail.subjects import subjects_in, without, words_instead
from unlimited.origin import audited
from unlimited.security_log import security_event

SECRET_LIFETIME = dt.timedelta(minutes=15)


class Error(Exception):
    """Something about mail cannot be done."""


class NoTransactionError(Error):
    """A mail is put in the outbox only together with the change that it tells of."""


class NotRepeatableError(Error):
    """This mail cannot be sent again: it carries a code, has arrived, is too old, or a later one has overtaken it."""


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
    owner=None,
) -> OutgoingMail | None:
    """Put one mail in the outbox, in the caller's transaction. Return it, or None where `key` is there already.

    `key` names the fact told and the person told, as `idea-received:<uuid>`. Mails with one `order_key` leave in order.
    `owner` is the account told, where it has just given up the address `to`.
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
        owner=owner,
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
    bell.ring_after_commit([mail.message_id for mail in rows if mail.priority <= kinds.Priority.URGENT])


def keys_sent_before(moment: dt.datetime, keys: Iterable[str]) -> set[str]:
    """Return those of `keys` whose mails were put in the outbox before `moment`."""
    mails = OutgoingMail.objects.filter(key__in=list(keys), created_at__lt=moment)
    return set(mails.values_list("key", flat=True))


def cancel_mails(*, keys: Iterable[str]) -> int:
    """Take mails back that have not left; return how many are cancelled at once.

    One that is being sent just now gets no second attempt.
    """
    return _cancel(OutgoingMail.objects.filter(key__in=list(keys)))


def cancel_mails_about(*, subjects: Iterable[str]) -> int:
    """Take back the mails that name one of `subjects` and have not left: their news is of no use any more.

    One that takes an entry out of a calendar goes out all the same.
    """
    return _cancel(OutgoingMail.objects.about(subjects).exclude(snapshot__contains={"calendar": {"method": "CANCEL"}}))


def _cancel(mails: OutgoingMailQuerySet) -> int:
    now = timezone.now()
    mails.filter(status=OutgoingMail.Status.SENDING).update(
        expires_at=Greatest(now, F("due_at") + dt.timedelta(microseconds=1))
    )
    return mails.filter(status=OutgoingMail.Status.QUEUED).update(**_cancelled(now))


@audited
@transaction.atomic
def send_again(*, mail: OutgoingMail, by) -> OutgoingMail:
    """Queue a mail once more that failed; `by` is logged. Raises NotRepeatableError where it makes no sense."""
    mail = OutgoingMail.objects.select_for_update(no_key=True, of=("self",)).get(pk=mail.pk)
    if not mail.is_repeatable or _is_overtaken(mail):
        raise NotRepeatableError(mail.message_id)
    mail.status, mail.attempts, mail.next_attempt_at, mail.finished_at = mail.Status.QUEUED, 0, timezone.now(), None
    mail.save(update_fields=["status", "attempts", "next_attempt_at", "finished_at"])
    bell.ring_after_commit([])
    security_event("mail-sent-again", mail=mail.message_id)
    return mail


def suppress_address(*, address: str, reason: str) -> None:
    """Send no more mail to `address`, codes that its owner asks for excepted."""
    Suppression.objects.bulk_create([Suppression(address=address, reason=reason[:200])], ignore_conflicts=True)


def forget_recipient(*, address: str) -> int:
    """Delete what the outbox knows about a person; part of the erasure of an account. Return how many mails.

    Mails of an account that has given up the address stay: they are that account's.
    """
    return _to(address).filter(owner=None).delete()[0]


def move_recipient(*, old: str, new: str, owner) -> None:
    """Send what waits for `old` to `new`; mark what was sent to `old` as the account's. Codes are left to run out."""
    theirs = _to(old).filter(owner=None)
    theirs.filter(status=OutgoingMail.Status.QUEUED, is_secret=False).update(recipient=new)
    theirs.update(owner=owner)
    Suppression.objects.filter(address__iexact=old).delete()


def _to(address: str):
    return OutgoingMail.objects.alias(folded=Lower("recipient")).filter(folded=address.lower())


@transaction.atomic
def forget_subjects(*, subjects: Iterable[str]) -> int:
    """Take what mails to others say of erased `subjects` out of the outbox; return how many mails named them.

    A mail that is done with loses its snapshot, as all do after 30 days. One that has not left says other words
    instead (`subjects.register_subject`), so that its recipient still hears what concerns them.
    """
    subjects = list(subjects)
    mails = OutgoingMail.objects.about(subjects)
    waiting = mails.unfinished().select_for_update(no_key=True, of=("self",)).order_by("pk")
    changed = [_without_subjects(mail, subjects) for mail in waiting]
    OutgoingMail.objects.bulk_update(changed, ["snapshot", "subjects"], batch_size=500)
    done = OutgoingMail.objects.about(subjects).update(snapshot={}, subjects={})
    return done + len(changed)


def _without_subjects(mail: OutgoingMail, subjects: Iterable[str]) -> OutgoingMail:
    for subject in subjects:
        if paths := mail.subjects.pop(subject, None):
            without(mail.snapshot, paths, words_instead(subject, mail.language))
    return mail


def _is_overtaken(mail: OutgoingMail) -> bool:
    return mail.order_key != "" and OutgoingMail.objects.filter(order_key=mail.order_key, pk__gt=mail.pk).exists()


def _cancelled(now: dt.datetime) -> dict:
    codes = Case(When(is_secret=True, then=Value({}, JSONField())), default=F("snapshot"))
    return {"status": OutgoingMail.Status.CANCELLED, "finished_at": now, "snapshot": codes}


def _build(
    *, kind, key, to, language, snapshot, due_at=None, expires_at=None, order_key="", owner=None
) -> OutgoingMail:
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
        subjects=subjects_in(snapshot),
        is_secret=declared.is_secret,
        priority=declared.priority,
        order_key=order_key,
        message_id=f"<{uuid.uuid4()}@{own_domain()}>",
        due_at=due_at,
        next_attempt_at=due_at,
        expires_at=expires_at,
        owner=owner,
    )

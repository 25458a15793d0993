"""Deliver what is due: claim one row, send it outside any transaction, write down the outcome."""

import collections
import datetime as dt
import logging
import os
import random
import socket
import time
import uuid
from collections.abc import Iterable

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from unlimited.circuit import Circuit
from unlimited.mail.addresses import UnsendableError
from unlimited.mail.contacts import contact_of
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose
from unlimited.mail.transport import (
    LONGEST_MAIL,
    Courier,
    DeferredError,
    RefusedError,
    TransportError,
    UnreachableError,
    UnsureError,
)

logger = logging.getLogger(__name__)

Status = OutgoingMail.Status

# Longer than the worst case of LONGEST_MAIL, a slow database and a paused machine together.
LEASE = dt.timedelta(minutes=3)
# What to wait after the first, second, … failed attempt: together more than a day.
STEPS = [dt.timedelta(seconds=15), dt.timedelta(seconds=30)] + [
    dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720)
]
MOST_ATTEMPTS = len(STEPS) + 1
KEEP_SNAPSHOTS = dt.timedelta(days=30)

# The first of `OutgoingMail.objects.due()`, written out. Made by the ORM for each mail, in a transaction of four round
# trips, it took a third of a sender's time; a test holds the two against each other.
CLAIM = """
    WITH first AS MATERIALIZED (
        SELECT id FROM mail_outgoingmail AS mail
        WHERE status = 'queued' AND next_attempt_at <= %(now)s
            AND (order_key = '' OR NOT EXISTS (
                SELECT FROM mail_outgoingmail AS earlier
                WHERE earlier.order_key = mail.order_key AND earlier.order_key <> ''
                    AND earlier.status IN ('queued', 'sending') AND earlier.id < mail.id
            ))
            AND (%(message_ids)s::text[] IS NULL OR message_id = ANY(%(message_ids)s))
        ORDER BY priority, due_at, id
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE mail_outgoingmail AS mail
    SET status = 'sending', claimed_by = %(me)s, lease_until = %(lease_until)s, attempts = attempts + 1
    FROM first WHERE mail.id = first.id
    RETURNING mail.*, EXISTS (
        SELECT FROM mail_suppression WHERE lower(address) = lower(mail.recipient)
    ) AS is_suppressed
"""

smtp_circuit = Circuit(failures=3, pause=60)


def deliver_due(*, seconds: float | None = None, message_ids: Iterable[str] | None = None) -> collections.Counter:
    """Deliver mails until none is due, the server cannot be reached, or `seconds` have passed.

    With `message_ids` only those, and `seconds` bounds the conversation with the server too. Returns how many mails
    ended in each status.
    """
    started, tally = time.monotonic(), collections.Counter()
    me = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    if message_ids is None:
        _take_back_abandoned()
    with Courier() as courier:
        while not smtp_circuit.is_open:
            left = LONGEST_MAIL if seconds is None else seconds - (time.monotonic() - started)
            if left <= 0 or not (mail := _claim(me, message_ids)):
                break
            changes = _attempt(courier, mail, min(left, LONGEST_MAIL) if message_ids else LONGEST_MAIL)
            if _finish(mail, me, changes):
                tally[changes["status"]] += 1
    return tally


def is_anything_due() -> bool:
    """Tell whether there is a mail that could be sent now."""
    return not smtp_circuit.is_open and OutgoingMail.objects.due(timezone.now()).exists()


def wipe_snapshots() -> int:
    """Forget what mails were about, 30 days after they were done with; return how many."""
    old = OutgoingMail.objects.filter(finished_at__lt=timezone.now() - KEEP_SNAPSHOTS).exclude(snapshot={})
    return old.update(snapshot={}, subjects={})


def _take_back_abandoned() -> None:
    """Queue again what a killed sender held, with its Message-ID; a code is not sent twice but shown as uncertain."""
    now = timezone.now()
    abandoned = OutgoingMail.objects.abandoned(now)
    free = {"claimed_by": "", "lease_until": None}
    over = free | {"finished_at": now, "last_error": "lease: the sender did not come back"}
    abandoned.filter(is_secret=True).update(status=Status.UNCERTAIN, snapshot={}, **over)
    abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(status=Status.UNCERTAIN, **over)
    abandoned.update(status=Status.QUEUED, next_attempt_at=now, **free)


def _claim(me: str, message_ids: Iterable[str] | None) -> OutgoingMail | None:
    """Take the first mail that is due, in one statement that commits by itself; None where there is none."""
    now = timezone.now()
    values = {"now": now, "me": me, "lease_until": now + LEASE, "message_ids": message_ids and list(message_ids)}
    return next(iter(OutgoingMail.objects.raw(CLAIM, values)), None)


def _attempt(courier: Courier, mail: OutgoingMail, seconds: float) -> dict:
    """Try to send a claimed mail; return what its row becomes."""
    now = timezone.now()
    if mail.expires_at and mail.expires_at <= now:
        return _over(mail, Status.CANCELLED, f"expired: {mail.last_error}")
    if mail.is_suppressed and not mail.is_secret:
        return _over(mail, Status.SUPPRESSED, "suppressed")
    try:
        courier.send(*compose(mail, contact_of(mail.snapshot)), seconds=seconds)
    except UnsendableError as error:
        return _over(mail, Status.FAILED, str(error))
    except RefusedError as error:
        smtp_circuit.worked()
        return _over(mail, Status.FAILED, str(error))
    except UnreachableError as error:
        smtp_circuit.failed()
        # Nothing was said about this mail, so it has not used up an attempt.
        return _later(mail, str(error), wait=STEPS[0], attempts=mail.attempts - 1)
    except TransportError as error:
        return _after_failure(mail, error)
    except Exception as error:  # no fault of one mail may stop the others
        logger.warning("Mail %s raised while being sent.", mail.message_id, exc_info=True)
        return _after_failure(mail, UnsureError(f"fault: {error}"))
    smtp_circuit.worked()
    return _over(mail, Status.SENT, "") | {"sent_at": timezone.now()}


def _after_failure(mail: OutgoingMail, error: TransportError) -> dict:
    if str(error)[:1].isdigit():
        smtp_circuit.worked()
    else:
        smtp_circuit.failed()
    if mail.is_secret and not isinstance(error, DeferredError):
        return _over(mail, Status.UNCERTAIN, str(error))
    if mail.attempts >= MOST_ATTEMPTS:
        return _over(mail, Status.FAILED, str(error))
    return _later(mail, str(error), wait=STEPS[mail.attempts - 1], attempts=mail.attempts)


def _later(mail: OutgoingMail, error: str, *, wait: dt.timedelta, attempts: int) -> dict:
    # Only ever later: with jitter the steps together stay above a day, and a thousand mails do not come back at once.
    next_attempt_at = timezone.now() + wait * random.uniform(1, 1.25)  # noqa: S311
    return {
        "status": Status.QUEUED,
        "next_attempt_at": next_attempt_at,
        "attempts": attempts,
        "last_error": _fit_error(error),
    }


def _over(mail: OutgoingMail, status: str, error: str) -> dict:
    changes = {"status": status, "finished_at": timezone.now(), "last_error": _fit_error(error)}
    return changes | {"snapshot": {}} if mail.is_secret else changes


def _fit_error(error: str) -> str:
    return " ".join(error.replace("\x00", "").split())[:500]


def _finish(mail: OutgoingMail, me: str, changes: dict) -> bool:
    """Write down what came of a mail, unless somebody else has taken it over. Sits out a restart of the database."""
    for wait in (0.5, 1, 2, 4, 0):
        try:
            mine = OutgoingMail.objects.filter(pk=mail.pk, status=Status.SENDING, claimed_by=me)
            is_mine = mine.update(claimed_by="", lease_until=None, **changes) == 1
        except DatabaseError:
            if not wait:
                raise
            logger.warning("The database is away; mail %s waits to be written down.", mail.message_id)
            connection.close()
            time.sleep(wait)
        else:
            if not is_mine:
                logger.warning("Mail %s was taken over by another sender.", mail.message_id)
            if changes["status"] in OutgoingMail.REPEATABLE:
                # What the server said may quote the address; it is in the row.
                logger.warning("Mail %s is %s.", mail.message_id, changes["status"])
            return is_mine
    return False

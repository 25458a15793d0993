"""Two senders reach for one mail at the same moment; then the same without the lock, which must go wrong."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.races import eventually
from unlimited.mail import delivery
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = "FOR NO KEY UPDATE SKIP LOCKED"
TAKE = "FROM first WHERE"
# Each sender waits at the gate between its look and its write.
GATE = 4711
AT_THE_GATE = (
    f"FROM first CROSS JOIN LATERAL (SELECT pg_advisory_xact_lock_shared({GATE} + 0 * first.id)) AS gate WHERE"
)


@pytest.fixture
def claims(monkeypatch, put):
    """Return `claims()`: how many of two senders got the one mail, where both look before one writes."""
    put()
    assert TAKE in delivery.CLAIM

    def claim(name: str) -> bool:
        try:
            return delivery._claim(name, None) is not None
        finally:
            connection.close()

    def both() -> int:
        monkeypatch.setattr(delivery, "CLAIM", delivery.CLAIM.replace(TAKE, AT_THE_GATE))
        with ThreadPoolExecutor(2) as senders:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])
                claimed = [senders.submit(claim, name) for name in ("one", "other")]
                eventually(lambda: waiting(cursor) + sum(one.done() for one in claimed) == 2)
            return sum(one.result() for one in claimed)

    return both


def waiting(cursor) -> int:
    """Return how many senders have looked and wait at the gate."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", [GATE])
    return cursor.fetchone()[0]


def test_one_mail_is_claimed_by_one_sender(claims):
    assert claims() == 1


def test_without_the_lock_one_mail_is_claimed_twice(claims, monkeypatch):
    assert LOCK in delivery.CLAIM
    monkeypatch.setattr(delivery, "CLAIM", delivery.CLAIM.replace(LOCK, ""))
    assert claims() == 2


def test_claimed_is_what_is_due_mail_by_mail(put):
    now = timezone.now()
    for key, order, changes in (
        ("last", "", {"priority": 90}),
        ("later", "", {"next_attempt_at": now + dt.timedelta(hours=1)}),
        ("entry", "a", {"due_at": now - dt.timedelta(hours=1)}),
        ("its cancellation", "a", {"due_at": now - dt.timedelta(hours=2), "priority": 1}),
        ("another entry", "b", {}),
    ):
        put(key=key, order_key=order)
        OutgoingMail.objects.filter(key=key).update(**changes)
    claimed = []
    while due := OutgoingMail.objects.due(timezone.now()).first():
        mail = delivery._claim("me", None)
        assert (mail.pk, mail.status, mail.attempts) == (due.pk, "sending", 1)
        claimed.append(mail.key)
        assert delivery._finish(mail, "me", {"status": "cancelled", "finished_at": timezone.now()})
    assert delivery._claim("me", None) is None
    assert claimed == ["entry", "its cancellation", "another entry", "last"]

"""Two senders reach for one mail at the same moment; then the same without the lock, which must go wrong."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet

from unlimited.mail import delivery
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claims(monkeypatch, put):
    """Return `claims()`: how many of two senders got the one mail that there is."""
    put()
    save = OutgoingMail.save

    def slowly(self, *args, **kwargs):
        time.sleep(0.5)  # long enough for the other one to have looked
        save(self, *args, **kwargs)

    def claim(name: str) -> bool:
        try:
            return delivery._claim(name, None) is not None
        finally:
            connection.close()

    def both() -> int:
        monkeypatch.setattr(OutgoingMail, "save", slowly)
        with ThreadPoolExecutor(2) as senders:
            return sum(senders.map(claim, ["one", "other"]))

    return both


def test_one_mail_is_claimed_by_one_sender(claims):
    assert claims() == 1


def test_without_the_lock_one_mail_is_claimed_twice(claims, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    assert claims() == 2

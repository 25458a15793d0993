"""Nobody waits for a lock longer than for a button, and no other fault is taken for a lock."""

import pytest
from django.db import DataError, connection

from tests.factories import UserFactory
from tests.races import held_elsewhere
from unlimited import locks
from unlimited.users.models import User


class BusyError(Exception):
    pass


def test_lock_is_waited_for_no_longer_than_three_seconds():
    assert locks.TIMEOUT == "3s"


def rename(person, name):
    with locks.short_wait(BusyError):
        UserFactory(name="Undone")
        User.objects.filter(pk=person.pk).update(name=name)


@pytest.mark.django_db(transaction=True)
def test_lock_that_others_hold_is_told_and_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    person = UserFactory(name="Before")
    with held_elsewhere(person), pytest.raises(BusyError):
        rename(person, "After")
    assert list(User.objects.values_list("name", flat=True)) == ["Before"]


@pytest.mark.django_db
def test_other_fault_stays_what_it_is():
    with pytest.raises(DataError), locks.short_wait(BusyError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

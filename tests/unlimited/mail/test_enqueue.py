import datetime as dt
import decimal
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from unlimited.mail import bell, kinds
from unlimited.mail.actions import (
    NoTransactionError,
    NotRepeatableError,
    cancel_mails,
    enqueue,
    enqueue_many,
    forget_recipient,
    send_again,
    suppress_address,
)
from unlimited.mail.models import OutgoingMail, Suppression

pytestmark = pytest.mark.django_db


def letter(key: str, **changes) -> dict:
    return {"kind": "letter", "key": key, "to": "kari@example.no", "language": "nn", "snapshot": {}} | changes


@transaction.atomic
def enqueue_and_fail() -> None:
    enqueue(**letter("a"))
    raise ZeroDivisionError


def bells() -> list:
    return [callback for _sids, callback, *_ in connection.run_on_commit if isinstance(callback, bell._Bell)]


def test_enqueue_stores_what_is_needed_to_deliver(put, row):
    mail = row(put(language="nn", order_key="seat:1"))
    assert (mail.kind, mail.key, mail.recipient, mail.language) == ("letter", "letter:1", "kari@example.no", "nn")
    assert mail.snapshot == {"title": "Coffee on the steps", "url": "http://localhost:8000/en/min-side/"}
    assert (mail.status, mail.attempts, mail.priority, mail.order_key) == ("queued", 0, 5, "seat:1")
    assert mail.message_id.endswith("@localhost>")
    assert mail.next_attempt_at == mail.due_at


@pytest.mark.django_db(transaction=True)
def test_enqueue_refuses_outside_a_transaction():
    with pytest.raises(NoTransactionError):
        enqueue(**letter("a"))
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_enqueue_leaves_nothing_on_rollback():
    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert not OutgoingMail.objects.exists()


def test_enqueue_with_a_known_key_does_nothing(put):
    first = put()
    assert put(to="ola@example.no") is None
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [first.recipient]


def test_enqueue_refuses_an_unknown_kind():
    with pytest.raises(kinds.UnknownKindError):
        enqueue(**letter("a", kind="nothing-we-know"))


def test_a_kind_is_declared_once(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    kind = kinds.register(kinds.MailKind("letter"))
    assert kinds.register(kinds.MailKind("letter")) is not None
    with pytest.raises(ValueError, match="declared twice"):
        kinds.register(kinds.MailKind("letter", is_secret=True))
    assert kinds.get("letter") == kind
    assert kinds.names() == ["letter"]


def test_enqueue_many_is_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1):
        enqueue_many(letter(f"many:{n % 300}") for n in range(400))
    assert OutgoingMail.objects.count() == 300


def test_enqueue_makes_bad_text_harmless(put, row):
    mail = row(
        put(
            to="kari\x00@example.no",
            snapshot={
                "nul": "a\x00b",
                "surrogate": "a\ud800b",
                "bidi": "a\u202eb",
                "control": "a\x1eb",
                "long": "x" * 1_000_000,
                "inner": [{"a\x00": "b\x00"}],
                "number": 3,
                "day": dt.date(2026, 3, 3),
                "money": decimal.Decimal("1.50"),
                "uuid": uuid.UUID(int=7),
                "lazy": gettext_lazy("Name"),
            },
        )
    )
    assert mail.recipient == "kari@example.no"
    assert len(mail.snapshot.pop("long")) == 10_000
    assert mail.snapshot == {
        "nul": "ab",
        "surrogate": "ab",
        "bidi": "ab",
        "control": "ab",
        "inner": [{"a": "b"}],
        "number": 3,
        "day": "2026-03-03",
        "money": "1.50",
        "uuid": "00000000-0000-0000-0000-000000000007",
        "lazy": str(gettext_lazy("Name")),
    }


def test_enqueue_takes_any_recipient_and_language(put, row):
    mail = row(put(to="x" * 5_000 + "@example.no", language="xx"))
    assert (len(mail.recipient), mail.language) == (320, "nb")


def test_a_code_has_an_end(put, row):
    mail = row(put(kind="code", snapshot={"code": "1234"}))
    assert mail.is_secret
    assert mail.expires_at == mail.due_at + dt.timedelta(minutes=15)


def test_a_transaction_rings_once():
    with transaction.atomic():
        enqueue(**letter("a"))
        with transaction.atomic():
            enqueue(**letter("b", kind="code"))
        enqueue_many([letter("c"), letter("d")])
    assert len(bells()) == 1
    assert len(bells()[0].urgent) == 1


def test_a_bell_of_a_savepoint_rolled_back_takes_no_other_with_it():
    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()
    assert bells() == []
    enqueue(**letter("b"))
    assert len(bells()) == 1


def test_cancel_takes_back_what_has_not_left(put, row):
    waiting, code, held, gone = put("a"), put("b", kind="code"), put("c"), put("d")
    now = timezone.now()
    OutgoingMail.objects.filter(pk=held.pk).update(status="sending", claimed_by="me", lease_until=now)
    OutgoingMail.objects.filter(pk=gone.pk).update(status="sent", sent_at=now, finished_at=now)
    assert cancel_mails(keys=["a", "b", "c", "d"]) == 2
    assert [row(mail).status for mail in (waiting, code, held, gone)] == ["cancelled", "cancelled", "sending", "sent"]
    assert row(code).snapshot == {}
    assert row(waiting).snapshot != {}
    assert row(held).expires_at <= timezone.now()


def fail(mail, **changes):
    values = {"status": "failed", "last_error": "550 no", "finished_at": timezone.now(), "attempts": 3} | changes
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)
    return mail


def test_send_again_queues_a_failed_mail(put, row, django_user_model):
    mail = fail(put())
    send_again(mail=mail, by=django_user_model(pk=1))
    mail = row(mail)
    assert (mail.status, mail.attempts, mail.finished_at, mail.last_error) == ("queued", 0, None, "550 no")
    assert mail in OutgoingMail.objects.due(timezone.now())


@pytest.mark.parametrize("state", ["sent", "code", "wiped", "expired", "overtaken"])
def test_send_again_refuses_what_makes_no_sense(put, row, django_user_model, state):
    now = timezone.now()
    mail = put(kind="code" if state == "code" else "letter", order_key="seat:1")
    changes = {
        "sent": {"status": "sent", "sent_at": now},
        "code": {"snapshot": {}},
        "wiped": {"snapshot": {}},
        "expired": {"due_at": now - dt.timedelta(hours=2), "expires_at": now - dt.timedelta(hours=1)},
        "overtaken": {},
    }[state]
    fail(mail, **changes)
    if state == "overtaken":
        put("later", order_key="seat:1")
    with pytest.raises(NotRepeatableError):
        send_again(mail=mail, by=django_user_model(pk=1))
    assert row(mail).attempts == 3


def test_suppress_address_is_kept_once():
    suppress_address(address="Kari@example.no", reason="550 no such mailbox")
    suppress_address(address="kari@example.no", reason="again")
    assert [str(one) for one in Suppression.objects.all()] == ["Kari@example.no"]


def test_forget_recipient_leaves_nothing_of_a_person(put):
    put("a", to="Kari@Example.no")
    put("b", to="ola@example.no")
    assert forget_recipient(address="kari@example.no") == 1
    assert [str(mail) for mail in OutgoingMail.objects.all()] == ["letter → ola@example.no"]

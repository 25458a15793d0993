import logging
import socket
import time

import pytest
from django.db import transaction

from unlimited.circuit import Circuit
from unlimited.embedded import free_port
from unlimited.mail import bell, delivery, tasks
from unlimited.mail.actions import enqueue
from unlimited.mail.models import OutgoingMail

# Twice what may be added to a request.
BOUND = 1.2


@pytest.fixture(params=["closed", "mute"])
def no_redis(request, monkeypatch):
    """A Redis that refuses, and one that takes the connection and never says a word."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(8)
        port = mute.getsockname()[1] if request.param == "mute" else free_port()
        monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        yield


def test_a_bell_that_cannot_be_rung_costs_little_and_is_left_alone(no_redis, caplog, monkeypatch):
    total = bell.circuit.total
    started = time.monotonic()
    with caplog.at_level(logging.WARNING, "unlimited.mail"):
        assert bell.ring() is False
    assert time.monotonic() - started < BOUND
    assert bell.circuit.total == total + 1
    assert "The bell could not be rung" in caplog.text
    monkeypatch.setattr(bell.app, "send_task", lambda *args, **kwargs: pytest.fail("the bell was not left alone"))
    assert bell.ring() is False


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_process_delivers_its_codes_itself(no_redis, sink, put):
    started = time.monotonic()
    with transaction.atomic():
        put("letter")
        put("code", kind="code", snapshot={"code": "1234"}, to="code@example.no")
    assert time.monotonic() - started < BOUND
    assert sink.recipients == ["code@example.no"]
    assert list(OutgoingMail.objects.order_by("pk").values_list("status", flat=True)) == ["queued", "sent"]
    assert delivery.deliver_due() == {"sent": 1}


@pytest.mark.django_db(transaction=True)
def test_without_redis_and_mail_server_the_code_waits_and_nothing_is_raised(no_redis, settings, put, row):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    code = put("code", kind="code", snapshot={"code": "1234"})
    assert row(code).status == "queued"
    assert row(code).snapshot == {"code": "1234"}


@pytest.mark.django_db(transaction=True)
def test_one_commit_rings_once(monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda: rung.append(1) or True)
    with transaction.atomic():
        for n in range(5):
            enqueue(kind="letter", key=f"{n}", to="kari@example.no", language="nb", snapshot={})
        assert rung == []
    assert rung == [1]


@pytest.mark.django_db
def test_the_task_asks_for_another_where_its_time_did_not_suffice(monkeypatch, put, sink):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda: rung.append(1) or True)
    put()
    monkeypatch.setattr(tasks, "SECONDS", 0)
    tasks.deliver_due()
    assert (sink.mails, rung) == ([], [1])
    monkeypatch.setattr(tasks, "SECONDS", 12)
    tasks.deliver_due()
    assert (len(sink.mails), rung) == (1, [1])
    tasks.wipe_snapshots()


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_more_show():
    circuit = Circuit(failures=2, pause=60)
    circuit.failed()
    circuit.worked()
    circuit.failed()
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open
    circuit.opened_at -= 60
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open
    assert circuit.total == 4

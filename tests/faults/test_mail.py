"""F6 to F9 and F13: real workers, a real bell, a real mail server, and what goes wrong. `make faults` asks for more."""

import time
from collections import Counter

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tests.faults.conftest import ENQUEUED, IN_FULL, put
from tests.races import eventually
from unlimited.mail import bell, kinds
from unlimited.mail.models import OutgoingMail

# Twice what may be added to a request.
BOUND = 1.2


@pytest.fixture(autouse=True)
def _code(monkeypatch):
    """A code whose words the workers know too."""
    code = kinds.MailKind("code", priority=kinds.Priority.URGENT, is_secret=True)
    monkeypatch.setattr(kinds.MailKind, "template", "emails/plain-message.txt")
    monkeypatch.setitem(kinds._kinds, "code", code)


def is_all_sent() -> bool:
    return not OutgoingMail.objects.exclude(status="sent").exists()


def let_leases_run_out() -> None:
    OutgoingMail.objects.filter(status="sending").update(lease_until=timezone.now())


def lost_and_doubled(sink) -> str:
    """Return in words how the mails that arrived compare with those that were enqueued."""
    sent = Counter(sink.message_ids)
    lost = set(OutgoingMail.objects.values_list("message_id", flat=True)) - set(sent)
    return f"{len(lost)} lost, {sent.total() - len(sent)} doubled"


class Stopwatch:
    def __enter__(self):
        self.started = time.monotonic()
        return self

    def __exit__(self, *exc_info) -> None:
        self.seconds = time.monotonic() - self.started


def test_a_worker_hears_the_bell_and_a_rollback_sends_nothing(worker, sink):
    worker()
    with transaction.atomic():
        put("undone")
        transaction.set_rollback(True)
    put("done", "twice", "twice")
    eventually(lambda: is_all_sent() and len(sink.mails) == 2)
    assert sorted(sink.recipients) == ["done@example.no", "twice@example.no"]


def test_a_killed_worker_loses_nothing_and_repeats_one_at_most(worker, sink, figure):
    kills, mails, between = (20, 1000, 45) if IN_FULL else (3, 120, 25)
    put(*(f"mail{n}" for n in range(mails)))
    for n in range(kills):
        running = worker()
        bell.ring()
        eventually(lambda: len(sink.mails) >= between * (n + 1))  # noqa: B023
        running.kill()
        assert OutgoingMail.objects.filter(status="sending").count() <= 1
        let_leases_run_out()
    assert not is_all_sent()
    worker()
    bell.ring()
    eventually(is_all_sent)
    figure("F6", f"worker killed {kills} times over {mails} mails", lost_and_doubled(sink))
    sent = Counter(sink.message_ids)
    assert set(sent) == set(OutgoingMail.objects.values_list("message_id", flat=True))
    assert sent.total() - len(sent) <= kills


def test_four_senders_double_nothing(program, sink, figure):
    mails = 2000 if IN_FULL else 200
    put(*(f"mail{n}" for n in range(mails)))
    senders = [program("django", "deliver_mail") for _ in range(4)]
    assert [sender.process.wait(240) for sender in senders] == [0] * 4
    figure("F7", f"four senders at once, {mails} mails", lost_and_doubled(sink))
    assert is_all_sent()
    assert len(sink.mails) == len(set(sink.message_ids)) == mails
    assert sink.connections > 4  # more than one of them found work


@pytest.mark.parametrize("fault", ["close", "freeze"])
def test_without_redis_changes_stay_quick_codes_arrive_and_the_rest_follows(worker, sink, bell_server, figure, fault):
    worker(beat=True)
    put("before")
    eventually(is_all_sent)

    getattr(bell_server, fault)()
    with Stopwatch() as first:
        put("letter")
    with Stopwatch() as second:
        put("letter2")
    with Stopwatch() as third:
        put("code", kind="code")
    code_came = "code@example.no" in sink.recipients
    assert OutgoingMail.objects.get(key="code").snapshot == ({} if code_came else ENQUEUED["snapshot"])
    bell_server.start() if fault == "close" else bell_server.thaw()
    with Stopwatch() as rest:
        eventually(is_all_sent)
    longest = max(first.seconds, second.seconds, third.seconds)
    figure(
        "F8" if fault == "close" else "F9",
        f"Redis {'closed' if fault == 'close' else 'frozen'}; two letters and a code asked for",
        f"longest change {longest:.2f} s, code {'sent at once' if code_came else 'kept back'}; "
        f"the rest {rest.seconds:.1f} s after Redis was back; {lost_and_doubled(sink)}",
    )
    assert first.seconds < BOUND
    assert second.seconds < BOUND / 2  # the bell is left alone for a while
    assert third.seconds < BOUND
    assert code_came
    assert len(sink.mails) == len(set(sink.message_ids)) == 4


def test_a_code_overtakes_what_a_busy_mail_server_has_put_off(program, sink, figure):
    mails = 500 if IN_FULL else 30
    put(*(f"mail{n}" for n in range(mails)))
    sink.always["MAIL"] = "421 closing down"
    assert program("django", "deliver_mail").process.wait(60) == 0
    assert (sink.mails, is_all_sent()) == ([], False)
    put("code")
    OutgoingMail.objects.filter(key="code").update(priority=kinds.Priority.URGENT)
    OutgoingMail.objects.update(next_attempt_at=F("due_at"))
    sink.always.clear()
    assert program("django", "deliver_mail").process.wait(120) == 0
    place = sink.recipients.index("code@example.no") + 1
    done = f"mail server busy with {mails} mails queued, then back; a code asked for in between"
    figure("F13", done, f"{lost_and_doubled(sink)}; the code left as number {place}")
    assert is_all_sent()
    assert sink.recipients[0] == "code@example.no"

import datetime as dt

import pytest
from django.db import InterfaceError, connection
from django.db.models import F, QuerySet
from django.utils import timezone

from tests.mail_sink import CLOSE, HANG, Sink
from unlimited.embedded import free_port
from unlimited.mail import delivery, transport
from unlimited.mail.actions import cancel_mails, suppress_address
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

CODE = {"kind": "code", "snapshot": {"code": "1234"}}


def states() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("status", flat=True))


def make_due() -> None:
    """Let the time of all waiting mails come, as waiting would."""
    OutgoingMail.objects.filter(status="queued").update(next_attempt_at=timezone.now())


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(delivery, "LONGEST_MAIL", 0.5)


@pytest.fixture
def nobody_listens(settings) -> int:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    return settings.EMAIL_PORT


def test_deliver_sends_and_writes_down(put, row, sink):
    mail = put()
    assert delivery.deliver_due() == {"sent": 1}
    mail = row(mail)
    assert (mail.status, mail.attempts, mail.claimed_by, mail.lease_until) == ("sent", 1, "", None)
    assert mail.sent_at <= mail.finished_at <= timezone.now() or mail.finished_at <= mail.sent_at
    assert mail.snapshot != {}
    assert sink.recipients == ["kari@example.no"]
    assert sink.message_ids == [mail.message_id]
    assert sink.mails[0]["Subject"] == "We have got “Coffee on the steps”"
    assert delivery.deliver_due() == {}


def test_urgent_leaves_first_then_what_was_due_first(put, sink):
    now = timezone.now()
    put("a", to="bulk@example.no", kind="bulk-letter", due_at=now - dt.timedelta(hours=9))
    put("b", to="second@example.no", due_at=now - dt.timedelta(hours=1))
    put("c", to="first@example.no", due_at=now - dt.timedelta(hours=2))
    put("d", to="code@example.no", **CODE)
    put("e", to="tomorrow@example.no", due_at=now + dt.timedelta(days=1))
    delivery.deliver_due()
    assert [address.split("@")[0] for address in sink.recipients] == ["code", "first", "second", "bulk"]
    assert states() == ["sent"] * 4 + ["queued"]


def test_one_connection_carries_fifty(put, sink):
    for n in range(51):
        put(f"many:{n}")
    assert delivery.deliver_due() == {"sent": 51}
    assert sink.connections == 2


def test_a_connection_closed_in_between_is_opened_again(put, sink):
    sink.answers["MAIL"] = ["250 OK", CLOSE, "250 OK", "421 too many", "250 OK"]
    for n in range(3):
        put(f"many:{n}")
    assert delivery.deliver_due() == {"sent": 3}
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}


def test_mails_of_one_order_leave_one_after_another(put, sink):
    sink.answers["RCPT"] = ["451 later"]
    request, cancel = put("request", order_key="seat:1"), put("cancel", order_key="seat:1")
    other = put("other", order_key="seat:2")
    delivery.deliver_due()
    assert states() == ["queued", "queued", "sent"]
    make_due()
    delivery.deliver_due()
    assert sink.message_ids == [other.message_id, request.message_id, cancel.message_id]


def test_a_later_mail_does_not_wait_for_one_that_failed(put, sink):
    sink.answers["RCPT"] = ["550 no"]
    put("request", order_key="seat:1")
    put("cancel", order_key="seat:1")
    delivery.deliver_due()
    assert states() == ["failed", "sent"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 busy", "451 4.7.1 later", "452 full"])
@pytest.mark.parametrize("values", [{}, CODE], ids=["letter", "code"])
def test_a_passing_refusal_is_tried_again(put, row, sink, stage, answer, values):
    sink.answers[stage] = [answer]
    mail = put(**values)
    assert delivery.deliver_due() == {"queued": 1}
    waiting = row(mail)
    assert (waiting.attempts, waiting.last_error) == (1, answer)
    assert dt.timedelta(seconds=14) < waiting.next_attempt_at - timezone.now() < dt.timedelta(seconds=20)
    assert delivery.deliver_due() == {}
    make_due()
    assert delivery.deliver_due() == {"sent": 1}
    assert sink.message_ids == [mail.message_id]
    assert row(mail).last_error == ""


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "552 full"])
def test_a_refusal_for_good_fails_at_once_and_stops_nobody(put, row, sink, stage, answer):
    sink.answers[stage] = [answer]
    mail = put("a")
    put("b")
    assert delivery.deliver_due() == {"failed": 1, "sent": 1}
    assert (row(mail).last_error, row(mail).attempts) == (answer, 1)
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", [HANG, CLOSE])
def test_a_letter_cut_off_is_repeated_with_its_message_id(put, row, sink, impatient, stage, fault):
    sink.answers[stage] = [fault]
    mail = put()
    assert delivery.deliver_due() == {"queued": 1}
    assert row(mail).last_error.startswith("closed:")
    make_due()
    assert delivery.deliver_due() == {"sent": 1}
    assert set(sink.message_ids) == {mail.message_id}


@pytest.mark.parametrize("fault", [HANG, CLOSE])
def test_a_code_perhaps_sent_is_never_sent_twice(put, row, sink, impatient, fault):
    sink.answers["DATA"] = [fault]
    mail = put(**CODE)
    assert delivery.deliver_due() == {"uncertain": 1}
    assert row(mail).snapshot == {}
    make_due()
    assert delivery.deliver_due() == {}


@pytest.mark.parametrize("fault", [HANG, CLOSE])
def test_a_code_surely_not_sent_is_tried_again(put, sink, impatient, fault):
    sink.answers["RCPT"] = [fault]
    put(**CODE)
    assert delivery.deliver_due() == {"queued": 1}
    make_due()
    assert delivery.deliver_due() == {"sent": 1}


def test_a_code_is_forgotten_once_sent(put, row, sink):
    mail = put(**CODE)
    delivery.deliver_due()
    assert (row(mail).status, row(mail).snapshot) == ("sent", {})


def test_attempts_go_on_for_a_day_and_then_end(put, row, sink):
    sink.always["RCPT"] = "451 later"
    mail = put()
    waited = dt.timedelta()
    for _ in range(delivery.MOST_ATTEMPTS - 1):
        assert delivery.deliver_due() == {"queued": 1}
        waited += row(mail).next_attempt_at - timezone.now()
        make_due()
    assert waited > dt.timedelta(hours=24)
    assert delivery.deliver_due() == {"failed": 1}
    assert row(mail).last_error == "451 later"


def test_a_server_that_is_away_burns_no_attempts(put, row, nobody_listens):
    mails = [put(f"many:{n}") for n in range(5)]
    assert delivery.deliver_due() == {"queued": 3}
    assert delivery.smtp_circuit.is_open
    assert delivery.deliver_due() == {}
    assert not delivery.is_anything_due()
    assert [row(mail).attempts for mail in mails] == [0] * 5
    assert [bool(row(mail).last_error) for mail in mails] == [True] * 3 + [False] * 2
    put("code", to="code@example.no", **CODE)
    make_due()
    with Sink(nobody_listens).listening() as sink:
        delivery.smtp_circuit.opened_at -= 60  # a minute later
        assert delivery.deliver_due() == {"sent": 6}
    assert sink.recipients[0] == "code@example.no"


def test_a_server_that_is_still_away_is_left_alone_again(put, nobody_listens):
    for n in range(5):
        put(f"many:{n}")
    delivery.deliver_due()
    delivery.smtp_circuit.opened_at -= 60
    make_due()
    assert delivery.deliver_due() == {"queued": 1}


def test_what_has_run_out_is_not_sent(put, row, sink):
    now = timezone.now()
    mail = put(**CODE, due_at=now - dt.timedelta(hours=2), expires_at=now - dt.timedelta(hours=1))
    assert delivery.deliver_due() == {"cancelled": 1}
    assert (row(mail).last_error, row(mail).snapshot, sink.mails) == ("expired:", {}, [])


def test_what_is_taken_back_while_it_is_sent_is_not_tried_again(put, row, sink, monkeypatch):
    mail = put()
    hand_over = transport.Courier.send

    def cancelled_meanwhile(self, *args, **kwargs):
        cancel_mails(keys=[mail.key])
        hand_over(self, *args, **kwargs)

    monkeypatch.setattr(transport.Courier, "send", cancelled_meanwhile)
    sink.answers["RCPT"] = ["451 later"]
    delivery.deliver_due()
    make_due()
    assert delivery.deliver_due() == {"cancelled": 1}
    assert row(mail).last_error == "expired: 451 later"


def test_a_suppressed_address_gets_codes_only(put, row, sink):
    suppress_address(address="kari@example.no", reason="550")
    letter, code = put("a", to="Kari@example.no"), put("b", **CODE)
    assert delivery.deliver_due() == {"suppressed": 1, "sent": 1}
    assert [row(mail).status for mail in (letter, code)] == ["suppressed", "sent"]


def test_a_mail_that_cannot_be_made_stops_nobody(put, row, sink):
    lost = put("a", kind="lost")
    nobody = put("b", to="not an address")
    stranger = put("c")
    OutgoingMail.objects.filter(pk=stranger.pk).update(kind="unheard-of")
    put("d")
    assert delivery.deliver_due() == {"failed": 3, "sent": 1}
    assert row(lost).last_error == "template: TemplateDoesNotExist: emails/lost.txt"
    assert row(nobody).last_error == "address: not an e-mail address"
    assert row(stranger).last_error == "kind: unheard-of"


def test_a_fault_of_the_courier_stops_nobody(put, sink, monkeypatch):
    hand_over, faults = transport.Courier.send, [RuntimeError("a\x00b"), RuntimeError("again")]

    def faulty(self, *args, **kwargs):
        if faults:
            raise faults.pop(0)
        hand_over(self, *args, **kwargs)

    monkeypatch.setattr(transport.Courier, "send", faulty)
    put("a", **CODE)
    put("b")
    put("c")
    assert delivery.deliver_due() == {"uncertain": 1, "queued": 1, "sent": 1}


def hold(mail, **changes) -> None:
    """As a sender leaves a mail that is killed while it has it."""
    past = timezone.now() - dt.timedelta(seconds=1)
    values = {"status": "sending", "claimed_by": "killed", "lease_until": past, "attempts": 1} | changes
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)


def test_what_a_killed_sender_held_is_sent_after_its_lease(put, row, sink):
    mail = put()
    hold(mail, lease_until=timezone.now() + dt.timedelta(minutes=1))
    assert delivery.deliver_due() == {}
    hold(mail)
    assert delivery.deliver_due() == {"sent": 1}
    assert row(mail).attempts == 2
    assert sink.message_ids == [mail.message_id]


def test_a_code_that_a_killed_sender_held_is_uncertain(put, row, sink):
    mail = put(**CODE)
    hold(mail)
    assert delivery.deliver_due() == {}
    assert (row(mail).status, row(mail).snapshot, sink.mails) == ("uncertain", {}, [])


def test_a_mail_that_kills_its_senders_is_given_up(put, row, sink):
    mail = put()
    hold(mail, attempts=delivery.MOST_ATTEMPTS)
    assert delivery.deliver_due() == {}
    assert row(mail).status == "uncertain"


def test_whoever_lost_the_lease_writes_nothing(put, row, sink, monkeypatch):
    mail = put()
    hand_over = transport.Courier.send

    def overtaken(self, *args, **kwargs):
        OutgoingMail.objects.filter(pk=mail.pk).update(claimed_by="somebody else")
        hand_over(self, *args, **kwargs)

    monkeypatch.setattr(transport.Courier, "send", overtaken)
    assert delivery.deliver_due() == {}
    assert (row(mail).status, row(mail).claimed_by) == ("sending", "somebody else")


def test_writing_down_sits_out_a_restart_of_the_database(put, row, sink, monkeypatch):
    mail = put()
    update, faults = QuerySet.update, [InterfaceError(), InterfaceError()]

    def shaky(self, **values):
        if values.get("status") == "sent" and faults:
            raise faults.pop(0)
        return update(self, **values)

    monkeypatch.setattr(QuerySet, "update", shaky)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: None)
    assert delivery.deliver_due() == {"sent": 1}
    assert row(mail).status == "sent"


def test_deliver_stops_when_its_time_is_up(put, sink):
    put()
    assert delivery.deliver_due(seconds=0) == {}
    assert delivery.is_anything_due()


def test_snapshots_are_wiped_after_thirty_days(put, row, sink):
    old, new, waiting = put("a"), put("b"), put("c", due_at=timezone.now() + dt.timedelta(days=90))
    delivery.deliver_due()
    OutgoingMail.objects.filter(pk=old.pk).update(finished_at=F("finished_at") - dt.timedelta(days=31))
    assert delivery.wipe_snapshots() == 1
    assert [row(mail).snapshot == {} for mail in (old, new, waiting)] == [True, False, False]


def test_a_dot_alone_on_a_line_does_not_end_the_mail():
    assert transport.dotted(b"a\r\n.\r\n..b\r\nc\r\n") == b"a\r\n..\r\n...b\r\nc\r\n.\r\n"

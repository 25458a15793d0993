"""The mails of development: by real SMTP into a folder, and from there to a page."""

import datetime as dt
import smtplib
from email.message import EmailMessage

import pytest
from django.urls import include, path

from unlimited.devmail import mailbox, urls
from unlimited.devmail.mailbox import Mailbox
from unlimited.devmail.server import receive
from unlimited.embedded import free_port
from unlimited.mail.calendar import entry, invite
from unlimited.mail.rendering import attach_calendar
from unlimited.urls import urlpatterns as real_urlpatterns

urlpatterns = [*real_urlpatterns, path("en/", include(urls.DEVELOPMENT)), path("", include(urls.DEVELOPMENT))]


@pytest.fixture
def box(tmp_path, settings):
    settings.DEVELOPMENT_MAIL = tmp_path / "mail"
    settings.ROOT_URLCONF = __name__
    return Mailbox(settings.DEVELOPMENT_MAIL)


def send(folder, *messages: EmailMessage, to: str = "kari@example.no") -> None:
    port = free_port()
    with receive(folder, port), smtplib.SMTP("127.0.0.1", port) as client:
        for message in messages:
            client.send_message(message, "fra@example.no", [to])


def code_mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Koden er grønn: 1234"
    message.set_content("Skriv 1234 på\nhttps://example.no/konto/ <b>nå</b>")
    message.add_alternative("<p>Skriv <b>1234</b></p>", subtype="html")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar")
    return message


@pytest.mark.django_db
def test_mail_sent_by_smtp_is_two_clicks_away(box, client):
    send(box.folder, code_mail())
    listed = client.get("/en/dev/mail/").text
    (name,) = box.names()
    assert "Koden er grønn: 1234" in listed
    assert "kari@example.no" in listed
    assert f"/dev/mail/{name}/" in listed
    shown = client.get(f"/en/dev/mail/{name}/").text
    assert 'Skriv 1234 på<br><a href="https://example.no/konto/" rel="nofollow">' in shown
    assert "&lt;b&gt;nå&lt;/b&gt;" in shown
    assert f"/dev/mail/{name}/html/" in shown
    assert "BEGIN:VCALENDAR" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_calendar_part_is_said_in_words(box, client, time_machine, method):
    time_machine.move_to("2026-09-01T12:00Z")
    facts = entry(
        method=method,
        uid="seat-1",
        sequence=3,
        summary="Sosialt entreprenørskap",
        starts_at=dt.datetime(2026, 10, 19, 7, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 10, 19, 13, 30, tzinfo=dt.UTC),
        location="Kongsgata 5, <b>Stavanger</b>",
        url="",
        attendee_name="Kari",
        attendee_email="kari@example.no",
        stamped_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
    )
    message = EmailMessage()
    message.set_content("words")
    attach_calendar(message, invite(facts), method)
    send(box.folder, message)
    shown = client.get(f"/en/dev/mail/{box.names()[0]}/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        f"<p>METHOD {method}, SEQUENCE 3: Monday 19 October 09:00 – Monday 19 October 15:30, "
        "Kongsgata 5, &lt;b&gt;Stavanger&lt;/b&gt;</p>"
    ) in shown
    assert shown.count("BEGIN:VCALENDAR") == 1


@pytest.mark.django_db
def test_html_part_may_be_framed_by_us_and_do_nothing(box, client):
    send(box.folder, code_mail())
    response = client.get(f"/en/dev/mail/{box.names()[0]}/html/")
    assert "<b>1234</b>" in response.text
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = {rule.strip() for rule in response["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "frame-ancestors 'self'", "sandbox"} <= policy


@pytest.mark.django_db
def test_newest_mail_comes_first_and_plain_mail_has_no_frame(box, client):
    messages = []
    for subject in ("first", "second"):
        message = EmailMessage()
        message["Subject"] = subject
        message.set_content("words")
        messages.append(message)
    send(box.folder, *messages)
    assert [letter.subject for letter in box.letters(5)] == ["second", "first"]
    assert "<iframe" not in client.get(f"/en/dev/mail/{box.names()[0]}/").text


@pytest.mark.django_db
def test_empty_mailbox_says_so(box, client):
    assert "No mail yet" in client.get("/en/dev/mail/").text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["1234567890123456789-00000000", "..%2f..%2fsecret", "x"])
def test_unknown_letter_is_not_found(box, client, name):
    box.folder.mkdir()
    (box.folder.parent / "secret.eml").write_text("Subject: secret\n\n")
    assert client.get(f"/en/dev/mail/{name}/").status_code == 404


@pytest.mark.django_db
def test_mailbox_has_no_address_where_debug_is_off(client):
    assert client.get("/en/dev/mail/").status_code == 404


def test_mailbox_keeps_the_newest(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox, "KEPT", 2)
    box = Mailbox(tmp_path)
    for number in range(3):
        box.store(b"Subject: %d\r\n\r\n" % number, ["a@example.no"])
    box.prune()
    assert [letter.subject for letter in box.letters(5)] == ["2", "1"]

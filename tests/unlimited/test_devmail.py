"""The mails of development: by real SMTP into a folder, and from there to a page."""

import smtplib
from email.message import EmailMessage

import pytest
from django.urls import include, path

from unlimited.devmail import mailbox, urls
from unlimited.devmail.mailbox import Mailbox
from unlimited.devmail.server import receive
from unlimited.embedded import free_port
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

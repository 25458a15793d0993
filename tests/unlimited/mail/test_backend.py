import logging

import pytest
from django.core.mail import EmailMessage, get_connection, mail_admins, send_mail
from django.db import OperationalError
from django.db.models import QuerySet

from unlimited.mail import delivery
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "unlimited.mail.backend.OutboxBackend"
    settings.ADMINS = [("Drift", "drift@example.no")]


def test_word_of_an_error_goes_into_the_outbox_once(sink):
    mail_admins("Internal Server Error: /ideer/", 'Traceback\n  File "django.core", line 1\x00\n\nMore')
    mail_admins("Internal Server Error: /ideer/", "the same, a moment later")
    assert delivery.deliver_due() == {"sent": 1}
    assert sink.recipients == ["drift@example.no"]
    message = sink.mails[0]
    assert message["Subject"] == "[Django] Internal Server Error: /ideer/"
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith('Traceback\n  File "django.core", line 1\n\nMore\n\n-- \n')


def test_each_recipient_gets_a_mail_of_their_own(sink):
    EmailMessage("Hi", "Text", None, ["a@example.no"], bcc=["b@example.no"]).send()
    assert delivery.deliver_due() == {"sent": 2}
    assert [message["To"] for message in sink.mails] == ["a@example.no", "b@example.no"]


def test_two_mails_with_one_subject_are_two():
    send_mail("Hi", "One", None, ["a@example.no"])
    send_mail("Hi", "Two", None, ["a@example.no"])
    assert OutgoingMail.objects.count() == 2


def test_a_database_that_is_away_is_logged_and_raises_nothing(monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("the database is away")

    monkeypatch.setattr(QuerySet, "bulk_create", away)
    with caplog.at_level(logging.WARNING, "unlimited.mail"):
        assert get_connection().send_messages([EmailMessage("Error: /ideer/", "x", None, ["a@example.no"])]) == 0
    assert [(entry.levelname, entry.getMessage()) for entry in caplog.records] == [
        ("WARNING", "A mail could not be kept (OperationalError).")
    ]

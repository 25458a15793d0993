"""The account's mails, in the three languages."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from unlimited.mail.rendering import compose, say
from unlimited.users import emails

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["login-code", "address-code", *sorted(emails.CHANGES)])
def test_mail_is_whole_in_each_language(outbox, language, kind):
    with transaction.atomic():
        if kind == "login-code":
            emails.mail_login_code(to="kari@example.no", language=language, code="123456")
        elif kind == "address-code":
            emails.mail_address_code(to="kari@example.no", language=language, code="123456")
        else:
            emails.mail_account_changed(to="kari@example.no", language=language, change=kind)
    mail = outbox()[-1]
    with translation.override(mail.language):
        words = say(mail)
    compose(mail)
    assert words.subject
    assert all(words.paragraphs)
    assert len(words.footer) == 2
    if kind.endswith("-code"):
        assert "123456" in words.subject
        assert "123456" in words.paragraphs
        assert words.url == ""
        assert mail.is_secret
    else:
        assert words.url.endswith("/konto/profil/" if language == "nb" else f"/{language}/konto/profil/")


def test_no_two_changes_are_told_in_the_same_words(outbox):
    with transaction.atomic():
        for change in sorted(emails.CHANGES - {"email_deleted"}):
            emails.mail_account_changed(to="kari@example.no", language="en", change=change)
    with translation.override("en"):
        told = [say(mail).paragraphs[0] for mail in outbox()]
    assert len(set(told)) == len(told)


@pytest.fixture
def _redis_is_down(settings, monkeypatch):
    """Nobody answers at this port: fragments, bell and broker are gone."""
    nobody = "redis://127.0.0.1:9/0"
    monkeypatch.setitem(settings.CACHES["fragments"], "LOCATION", nobody)
    monkeypatch.setattr("unlimited.celery.app.conf.broker_url", nobody)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_redis_is_down")
def test_log_in_and_its_limits_work_without_redis(client, outbox, monkeypatch):
    delivered = []
    monkeypatch.setattr("unlimited.mail.bell.deliver_due", lambda seconds, message_ids: delivered.extend(message_ids))
    cache.clear()
    for _ in range(3):
        assert client.post("/en/konto/login/", {"email": "ny@example.no"}).status_code == 302
    assert "Wait a few minutes" in client.post("/en/konto/login/", {"email": "ny@example.no"}).text
    mails = outbox("login-code")
    assert delivered == [mail.message_id for mail in mails]
    client.post("/en/konto/login/code/confirm/", {"code": mails[-1].snapshot["code"]})
    assert "_auth_user_id" in client.session

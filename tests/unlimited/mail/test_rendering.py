import email
import email.policy
import re

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from unlimited.mail import links
from unlimited.mail.addresses import UnsendableError, postal_address, sender_address
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose, paragraphs
from unlimited.mail.snapshots import fit

SNAPSHOT = {"title": "Coffee on the steps", "url": "http://localhost:8000/en/min-side/"}


def made(snapshot=SNAPSHOT, **changes):
    values = {
        "kind": "letter",
        "recipient": "kari@example.no",
        "language": "en",
        "message_id": "<a@localhost>",
        "snapshot": fit(snapshot),
    }
    _sender, _recipient, content = compose(OutgoingMail(**values | changes))
    return email.message_from_bytes(content, policy=email.policy.default)


def body(message, kind: str) -> str:
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_a_mail_says_the_same_as_text_and_html(settings):
    settings.DEFAULT_FROM_EMAIL = "Norge Unlimited <ingen-svar@example.no>"
    message = made()
    assert message["Subject"] == "We have got “Coffee on the steps”"
    assert message["From"] == "Norge Unlimited <ingen-svar@example.no>"
    assert message["To"] == "kari@example.no"
    assert message["Message-ID"] == "<a@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert body(message, "plain") == (
        "Your idea “Coffee on the steps” is here.\n\n"
        "Second paragraph.\nIts second line.\n\n"
        "See the idea:\nhttp://localhost:8000/en/min-side/\n\n"
        "-- \nYou sent in an idea.\n"
        "Sent by Norge Unlimited, http://localhost:8000. How to reach us: http://localhost:8000/en/kontakt/\n"
    )
    html = body(message, "html")
    assert '<html lang="en">' in html
    assert "<p>Your idea “Coffee on the steps” is here.</p>" in html
    assert "<p>Second paragraph.<br>Its second line.</p>" in html
    assert re.findall(r'href="([^"]*)"', html) == ["http://localhost:8000/en/min-side/"]
    assert "<p>You sent in an idea.</p>" in html
    assert "<img" not in html


def test_a_mail_speaks_the_recipients_language():
    for language in ("nb", "nn", "en"):
        message = made(language=language)
        assert message["Content-Language"] == language
        assert f'<html lang="{language}">' in body(message, "html")


def test_what_people_typed_becomes_neither_html_nor_link():
    title = '<b>x</b> & "y" http://evil.no/a www.evil.no kari@evil.no f.eks. kl. 9.00'
    message = made(SNAPSHOT | {"title": title})
    html, text = body(message, "html"), body(message, "plain")
    assert "<b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;" in html
    assert '<b>x</b> & "y" ' in text
    assert "kl. 9.00" in text
    for words in (html, text):
        assert not re.search(r"://evil|evil\.no|@evil", words)
        assert "evil.\u200bno" in words
    assert re.findall(r"<a [^>]*href=\"([^\"]*)\"", html) == ["http://localhost:8000/en/min-side/"]


def test_the_button_leads_to_our_own_site_whatever_the_host_claimed(settings):
    settings.SITE_URL = "https://norgeunlimited.example"
    forged = made(SNAPSHOT | {"url": "https://evil.no/konto/password/reset/?a=1"})
    assert "https://norgeunlimited.example/konto/password/reset/?a=1" in body(forged, "plain")
    assert "evil" not in body(forged, "html")
    assert links.on_our_site("//evil.no//x") == "https://norgeunlimited.example/x"
    assert links.on_our_site("javascript:alert(1)") == "https://norgeunlimited.example/alert(1)"


def test_no_line_break_gets_into_a_header(settings):
    settings.DEFAULT_FROM_EMAIL = '"Norge\r\nBcc: evil@example.no" <ingen-svar@example.no>'
    message = made(SNAPSHOT | {"title": "x\r\nBcc: evil@example.no\n\nBody"})
    assert message["Bcc"] is None
    assert message["Subject"] == "We have got “x Bcc: evil@\u200bexample.\u200bno Body”"


def test_the_senders_name_is_safe_for_calendars(settings):
    settings.DEFAULT_FROM_EMAIL = '"Norge: Unlimited, @home" <ingen-svar@example.no>'
    assert str(sender_address()) == "Norge Unlimited home <ingen-svar@example.no>"


def test_a_sender_that_is_none_stops_the_start(settings):
    settings.DEFAULT_FROM_EMAIL = "Norge Unlimited"
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_FROM_EMAIL"):
        apps.get_app_config("mail").ready()


def test_a_long_title_makes_a_long_mail_but_a_short_subject():
    message = made(SNAPSHOT | {"title": "å" * 1_000_000})
    assert len(message["Subject"]) == 200
    assert len(body(message, "plain")) < 12_000


@pytest.mark.parametrize(
    ("typed", "posted"),
    [("kari@example.no", "kari@example.no"), ("kari@blåbær.no", "kari@xn--blbr-roah.no"), ("k+1@a.no", "k+1@a.no")],
)
def test_postal_address_is_ascii(typed, posted):
    assert postal_address(typed) == posted


@pytest.mark.parametrize(
    "typed",
    ["", "kari", "kari@", "kåri@example.no", "a@b.no\nBcc: c@d.no", "a b@c.no", "x" * 400 + "@a.no", "a@b.no,c@d.no"],
)
def test_postal_address_refuses_what_is_none(typed):
    with pytest.raises(UnsendableError, match="address: not"):
        postal_address(typed)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "unheard-of"}, "kind: unheard-of"),
        ({"kind": "lost"}, "template: TemplateDoesNotExist"),
        ({"snapshot": {"title": "No address for the button"}}, "template: KeyError"),
    ],
)
def test_compose_names_what_is_wrong(changes, error):
    with pytest.raises(UnsendableError, match=error):
        made(**changes)


def test_absolute_has_the_recipients_prefix():
    assert links.absolute("mail:outbox", "nb") == "http://localhost:8000/arbeidsflate/e-post/"
    assert links.absolute("mail:outbox", "nn") == "http://localhost:8000/nn/arbeidsflate/e-post/"
    assert links.absolute("mail:outbox", "xx") == "http://localhost:8000/arbeidsflate/e-post/"


def test_paragraphs_are_parted_by_blank_lines():
    assert paragraphs("\n a  b\n  c\n\n \nd\n") == ["a b\nc", "d"]

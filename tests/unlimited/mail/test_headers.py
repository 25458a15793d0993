"""Headers read back as they were written: each header of each kind of mail, over titles, names and scripts."""

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unlimited.mail.test_erased_from_mails import MAILS, world  # noqa: F401 - a fixture
from unlimited.mail.headers import POLICY
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import LONGEST_SUBJECT, compose, say
from unlimited.mail.snapshots import fit

TITLES = [
    "Suppe på torget",
    "Kjøkkenet på Tøyen: å være på språk",
    "Åpen dør på Grønland for små og store, på søndager før påske",
    "ideen språk din “ Suppe spørsmål தமிழ் «Kjøkkenet» språk č på om på Møteplass 😀 –",
    "Suppe café talt café Tøyen Nabolagskafé 😀 日本 for «Kjøkkenet» «Kjøkkenet» språk š «Kjøkkenet»",
    "اردو کیفے میں مل کر کھانا پکانا اور کہانیاں سنانا، ہر جمعہ کی شام کو",
    "=?utf-8?q?Not_encoded?= by us",
    "Coffee, tea; cake: “all” <of> it @ five (or six) \\ seven",
    "Ærverdige Ålesund " * 12,
]
# What a person typed, by its key in a snapshot.
TYPED = {"title", "name", "party", "incubator", "successor", "heading_of_staff", "supporter", "inviter", "asker"}
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12)
LINES = st.lists(WORDS | st.sampled_from(" ".join(TITLES).split()), min_size=1, max_size=25).map(" ".join)


def read_back(content: bytes, name: str) -> str:
    """Return a header as two parsers read it, which must agree."""
    modern = email.message_from_bytes(content, policy=email.policy.default)[name]
    raw = email.message_from_bytes(content)[name].replace("\r\n", "")
    assert modern == str(make_header(decode_header(raw)))
    return modern


def addresses_in(content: bytes, name: str) -> list[tuple[str, str]]:
    """Return names and addresses; the newer parser puts a space between two encoded words of one name."""
    raw = email.message_from_bytes(content)[name].replace("\r\n", "")
    return [(str(make_header(decode_header(shown))), address) for shown, address in getaddresses([raw])]


def written(**headers) -> bytes:
    message = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message.as_bytes()


@pytest.mark.parametrize("title", TITLES)
def test_a_title_reads_back_from_the_subject(title):
    assert read_back(written(Subject=title.strip()), "Subject") == title.strip()


@settings(max_examples=200)
@given(LINES, LINES)
def test_texts_and_names_of_any_script_read_back(text, name):
    others = [Address(name, addr_spec="a@example.no"), Address(text, addr_spec="b@example.no")]
    content = written(Subject=text, X_Words=text, From=Address(name, addr_spec="c@example.no"), Reply_To=others)
    assert read_back(content, "Subject") == read_back(content, "X-Words") == text
    assert addresses_in(content, "From") == [(name, "c@example.no")]
    assert addresses_in(content, "Reply-To") == [(name, "a@example.no"), (text, "b@example.no")]
    encoded = [line for line in content.split(b"\r\n") if b"=?utf-8?" in line]
    assert all(len(line) <= 78 for line in encoded)


@pytest.mark.parametrize("words", ["a\r\nBcc: evil@example.no", "a\nb", "a\x0bb", "å\u2028b"])
def test_a_line_break_in_a_header_is_refused(words):
    with pytest.raises(ValueError, match="line"):
        written(Subject=words)


def test_an_encoded_line_break_makes_no_header():
    words = "=?utf-8?q?a=0D=0ABcc:_evil=40example.no?="
    content = written(Subject=words)
    assert email.message_from_bytes(content)["Bcc"] is None
    assert read_back(content, "Subject") == words


@pytest.fixture
def one_of_each(world, monkeypatch) -> list[OutgoingMail]:  # noqa: F811 - the fixture
    """One mail of each kind."""
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    with transaction.atomic():
        for send in MAILS.values():
            send(world)
    found = {mail.kind: mail for mail in OutgoingMail.objects.order_by("pk")}
    assert set(found) >= set(MAILS) - {"plain-message"}
    return list(found.values())


def test_each_kind_has_the_name_at_the_top_one_width_and_one_wording_of_the_reason(one_of_each):
    for mail in one_of_each:
        for language, because in (
            ("nb", "Du får denne e-posten fordi "),
            ("nn", "Du får denne e-posten fordi "),
            ("en", "You get this because "),
        ):
            with translation.override(language):
                assert say(mail).footer[0].startswith(because), mail.kind
        message = email.message_from_bytes(compose(mail)[2], policy=email.policy.default)
        html = message.get_body(("html",)).get_content()
        assert "Norge Unlimited</p>" in html.partition("<main>")[0]
        assert set(re.findall(r"max-width: ?(\w+)", html)) == {"600px"}


def test_each_header_of_each_kind_reads_back(one_of_each):
    for mail in one_of_each:
        kept = mail.snapshot
        for number, title in enumerate(TITLES):
            mail.language = ("nb", "nn", "en")[number % 3]
            mail.snapshot = fit(retold(kept, title))
            assert_reads_back(mail)


def retold(value, words: str, key: str = ""):
    """Return a snapshot in which people have typed `words`."""
    if isinstance(value, dict):
        return {inner: retold(item, words, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [retold(item, words, key) for item in value]
    return words if key in TYPED and value else value


def assert_reads_back(mail: OutgoingMail) -> None:
    with translation.override(mail.language):
        subject = say(mail).subject
    sender, recipient, content = compose(mail)
    assert 0 < len(subject) <= LONGEST_SUBJECT
    assert read_back(content, "Subject") == subject
    assert [address for _name, address in addresses_in(content, "From")] == [sender]
    assert addresses_in(content, "To") == [("", recipient)]
    for name in set(email.message_from_bytes(content).keys()) - {"From", "To", "Reply-To"}:
        assert read_back(content, name)

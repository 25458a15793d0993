"""Who reads the answers to a mail: Reply-To and the last line, for each thing that mails are about."""

import email
import email.policy
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError

from events.models import Event
from incubators.models import Incubator
from tests.factories import EventFactory, IncubatorFactory
from unlimited.mail import contacts
from unlimited.mail.contacts import Contact, contact_of
from unlimited.mail.delivery import deliver_due
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    facts = {"contact_name": "Sunniva Dahl", "contact_email": "hei@example.no", "contact_phone": "22 00 00 00"}
    Incubator.objects.filter(is_national_intake=True).update(**facts)
    return Contact("Sunniva Dahl", "hei@example.no", "22 00 00 00")


def letter(language: str = "en", **snapshot) -> OutgoingMail:
    snapshot = {"title": "Coffee", "url": "http://localhost:8000/en/"} | snapshot
    return OutgoingMail(
        kind="letter", recipient="kari@example.no", language=language, message_id="<a@localhost>", snapshot=snapshot
    )


def sent(mail: OutgoingMail):
    return email.message_from_bytes(compose(mail, contact_of(mail.snapshot))[2], policy=email.policy.default)


def about(row: Event | Incubator) -> dict:
    return {"replies_to": f"{row._meta.model_name}:{row.pk}"}


def test_answer_reaches_the_contact_of_the_event_else_of_its_incubator_else_of_the_site(site):
    house = IncubatorFactory(name="Tøyen Unlimited", contact_email="toyen@example.no")
    event = EventFactory(incubator=house, contact_name="Kari Vik", contact_email="kari@example.no")
    own = Contact("Kari Vik", "kari@example.no")
    assert contact_of(about(event)) == own
    assert contact_of(about(EventFactory(incubator=house))) == Contact("Tøyen Unlimited", "toyen@example.no")
    assert contact_of(about(house)) == Contact("Tøyen Unlimited", "toyen@example.no")
    for nothing in (about(EventFactory()), about(IncubatorFactory()), {}, {"replies_to": "event:0"}):
        assert contact_of(nothing) == site


def test_mail_names_who_reads_the_answer_in_its_header_and_its_last_line(site):
    event = EventFactory(contact_name="Kåre Ødegård, Oslo", contact_email="kare@example.no", contact_phone="900 00 000")
    message = sent(letter(**about(event)))
    (address,) = message["Reply-To"].addresses
    assert (address.addr_spec, address.display_name) == ("kare@example.no", "Kåre Ødegård Oslo")
    for part in ("plain", "html"):
        assert "Your answer to this e-mail reaches Kåre Ødegård, Oslo, kare@example.no, 900 00 000." in (
            message.get_body((part,)).get_content()
        )


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_without_a_contact_says_where_to_find_one(language):
    message = sent(letter(language))
    assert message["Reply-To"] is None
    text = message.get_body(("plain",)).get_content()
    prefix = "" if language == "nb" else f"/{language}"
    assert f"{settings.SITE_URL}{prefix}/kontakt/" in text


def test_address_that_no_mail_reaches_gives_way_to_the_sites(site):
    house = IncubatorFactory()
    Incubator.objects.filter(pk=house.pk).update(contact_email=f"{'a' * 80}@example.no")
    assert contact_of(about(house)) == site


def test_mail_leaves_without_a_contact_where_the_database_does_not_answer(monkeypatch):
    def fail(key):
        raise DatabaseError("away")

    monkeypatch.setitem(contacts._finders, "site", fail)
    assert contact_of({}) is None


def test_contact_that_changes_is_right_in_a_mail_that_waits(sink, put, site):
    put("a")
    Incubator.objects.filter(is_national_intake=True).update(contact_email="ny@example.no")
    deliver_due()
    (received,) = sink.mails
    assert received["Reply-To"] == "Sunniva Dahl <ny@example.no>"


def test_no_template_of_ours_says_that_nobody_reads_the_answer():
    texts = [*Path(settings.BASE_DIR, "templates/emails").iterdir(), *Path(settings.BASE_DIR, "locale").rglob("*.po")]
    assert [str(path) for path in texts if "answers to this address" in path.read_text()] == []

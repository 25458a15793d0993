"""Needs on a participant's page: shown to who reads their e-mail, not to whoever has the link."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from events.links import make_token
from events.models import Needs
from events.views.needs_code import MOST_TRIES, SESSION_KEY
from tests.factories import EventFactory, ParticipantFactory, RegistrationFactory, SeatFactory

pytestmark = pytest.mark.django_db
SECRETS = ("Shellfish", "Ramp at the back")


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


@pytest.fixture
def kari():
    registration = RegistrationFactory(group=True, contact_email="anna@example.no", language="en")
    person = ParticipantFactory(registration=registration, name="Kari Vik", email="kari@example.no")
    SeatFactory(registration=registration, event=EventFactory(), participant=person)
    return person


@pytest.fixture
def needs(kari):
    return Needs.objects.create(
        participant=kari, diet=["vegan"], diet_details=SECRETS[0], access=["wheelchair"], access_details=SECRETS[1]
    )


def link(person, rest: str = "") -> str:
    return f"/en/plass/{make_token(person)}/{rest}"


def code_of(outbox) -> str:
    return outbox("needs-code")[-1].snapshot["code"]


def shows(client, person) -> bool:
    text = client.get(link(person)).text
    is_shown = {words in text for words in SECRETS} | {re.search('value="vegan"[^>]*checked', text) is not None}
    assert len(is_shown) == 1
    return is_shown.pop()


def test_link_alone_shows_and_changes_no_needs(client, kari, needs):
    assert not shows(client, kari)
    answer = client.post(link(kari, "behov/"), {"diet_details": "Nothing at all"})
    assert "Ask for the code first" in answer.text
    assert "Nothing at all" in answer.text
    needs.refresh_from_db()
    assert needs.diet_details == SECRETS[0]


def test_code_from_the_e_mail_shows_and_changes_them_in_that_browser_alone(client, kari, needs, outbox):
    client.post(link(kari, "be-om-kode/"))
    mail = outbox("needs-code")[-1]
    assert (mail.recipient, mail.is_secret) == ("kari@example.no", True)
    assert SECRETS[0] not in str(mail.snapshot)
    client.post(link(kari, "kode/"), {"code": f"{code_of(outbox)} is your code"})
    assert shows(client, kari)
    assert not shows(Client(), kari)
    client.post(link(kari, "behov/"), {"diet_details": "Nuts"})
    needs.refresh_from_db()
    assert (needs.diet_details, needs.diet) == ("Nuts", [])
    assert code_of(outbox) not in str(client.session[SESSION_KEY])


def test_wrong_code_shows_nothing_and_ends_after_some_tries(client, kari, needs, outbox):
    client.post(link(kari, "be-om-kode/"))
    wrong = f"{(int(code_of(outbox)) + 1) % 10**6:06}"
    for _try in range(MOST_TRIES):
        answer = client.post(link(kari, "kode/"), {"code": wrong})
        assert answer.status_code == 422
        assert "This is not the code" in answer.text
    client.post(link(kari, "kode/"), {"code": code_of(outbox)})
    assert not shows(client, kari)
    client.post(link(kari, "be-om-kode/"))
    client.post(link(kari, "kode/"), {"code": code_of(outbox)})
    assert shows(client, kari)


def test_code_of_one_person_opens_no_other(client, kari, needs, outbox):
    other = ParticipantFactory(registration=kari.registration, email="ola@example.no")
    SeatFactory(registration=kari.registration, event=kari.seats.get().event, participant=other, place=2)
    client.post(link(other, "be-om-kode/"))
    client.post(link(other, "kode/"), {"code": code_of(outbox)})
    client.post(link(kari, "kode/"), {"code": code_of(outbox)})
    assert not shows(client, kari)


def test_code_runs_out_and_so_does_what_it_shows(client, kari, needs, outbox, monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr("events.views.needs_code.time.time", lambda: now[0])
    client.post(link(kari, "be-om-kode/"))
    now[0] += 15 * 60 + 1
    client.post(link(kari, "kode/"), {"code": code_of(outbox)})
    assert not shows(client, kari)
    client.post(link(kari, "be-om-kode/"))
    client.post(link(kari, "kode/"), {"code": code_of(outbox)})
    assert shows(client, kari)
    now[0] += 60 * 60 + 1
    assert not shows(client, kari)


def test_who_writes_needs_first_sees_them_without_a_code(client, kari):
    client.post(link(kari, "behov/"), {"diet": ["vegan"], "diet_details": SECRETS[0], "access_details": SECRETS[1]})
    assert shows(client, kari)
    assert not shows(Client(), kari)


def test_person_without_an_address_gets_the_code_through_the_contact(client, kari, needs, outbox):
    kari.email = ""
    kari.save()
    client.post(link(kari, "be-om-kode/"))
    assert outbox("needs-code")[-1].recipient == "anna@example.no"


def test_codes_are_not_sent_without_end(client, kari, needs, outbox):
    for _press in range(5):
        answer = client.post(link(kari, "be-om-kode/"), follow=True)
    assert len(outbox("needs-code")) == 3
    assert answer.status_code == 200

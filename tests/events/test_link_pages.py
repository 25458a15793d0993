"""How lost links come back, and where somebody logged in finds what is theirs."""

import pytest

from events.actions.links import send_links_asked_for
from events.models import LinkRequest, Registration
from tests.factories import (
    EventFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(series=SeriesFactory())


@pytest.fixture
def party(event) -> Registration:
    registration = RegistrationFactory(group=True, contact_email="anna@example.no", language="en")
    person = ParticipantFactory(registration=registration, email="p1@example.no")
    SeatFactory(registration=registration, event=event, participant=person)
    return registration


def test_new_links_look_the_same_for_any_address_and_go_to_their_owner(client, party, outbox):
    answers = []
    for address in ("Anna@example.no", "p1@example.no", "nobody@example.no"):
        response = client.post("/en/pamelding/ny-lenke/", {"email": address}, follow=True)
        answers.append(response.text)
    assert len({*answers}) == 1
    assert not outbox()
    assert send_links_asked_for() == 3
    assert not LinkRequest.objects.exists()
    told = [(mail.kind, mail.recipient) for mail in outbox()]
    assert told == [("links-anew", "anna@example.no"), ("links-anew", "p1@example.no")]
    assert "/pamelding/" in outbox()[0].snapshot["url"]
    assert "/plass/" in outbox()[1].snapshot["url"]


def test_new_links_are_only_of_what_is_not_over_and_not_asked_for_without_end(client, outbox):
    SeatFactory(event=EventFactory(past=True), participant__email="p1@example.no")
    for _press in range(4):
        response = client.post("/en/pamelding/ny-lenke/", {"email": "p1@example.no"}, follow=True)
    assert "many tries" in response.text
    send_links_asked_for()
    assert not outbox()


def test_new_link_with_a_forged_token_asks_for_an_address(client):
    assert client.post("/en/pamelding/ny-lenke/", {"token": "x"}).url == "/en/pamelding/ny-lenke/"


def test_my_page_lists_what_is_registered_with_a_verified_address(client_for, party, event):
    user = UserFactory(email="anna@example.no")
    text = client_for(user).get("/en/min-side/").text
    assert "/en/pamelding/" in text
    assert event.series.title in text
    user.emailaddress_set.update(verified=False)
    assert "/en/pamelding/" not in client_for(user).get("/en/min-side/").text


def test_my_page_asks_as_often_for_three_registrations_as_for_one(client_for, event, same_queries_at):
    user = UserFactory(email="anna@example.no")
    client = client_for(user)

    def add():
        registration = RegistrationFactory(group=True, contact_email="Anna@example.no")
        SeatFactory(registration=registration, event=event)

    same_queries_at(add, lambda: client.get("/en/min-side/"), limit=12)

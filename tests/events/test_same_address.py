"""Two people at one address: the page tells nothing, the mail names both, and a button gives the second a seat."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.utils import translation

from events.actions.registration import FullError
from events.actions.seats import OverError
from events.actions.sharing import register_another
from events.links import make_token
from events.models import Event, Participant, Registration
from tests.events.test_registration_actions import alone, register, two_days
from tests.events.test_registration_pages import alone as typed_alone
from tests.factories import EventFactory, ParticipantFactory, SeatFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
BOTH = "couple@example.no"


@pytest.fixture(autouse=True)
def _limits(db):
    cache.clear()


def kari(*events: Event) -> Participant:
    register(*events, who=alone(BOTH, language="en"))
    return Participant.objects.get(email=BOTH)


def registers(client, event, name: str):
    path = f"/en/arrangementer/{event.slug}/pamelding/"
    return client.get(client.post(path, typed_alone(event, contact_email=BOTH, contact_name=name)).url)


def test_second_person_reads_no_seat_that_they_do_not_have(client, outbox):
    event = EventFactory()
    first, second = registers(client, event, "Kari Vik").text, registers(client, event, "Per Vik").text
    for text in (first, second):
        assert "<h1>Look in your e-mail</h1>" in text
        assert "You have a seat" not in text
    assert event.seats.count() == 1


def test_mail_names_both_and_its_link_offers_a_seat(client, outbox):
    event = EventFactory()
    kari(event)
    registers(client, event, "Per Vik")
    (mail,) = outbox("already-registered")
    with translation.override("en"):
        words = say(mail)
    assert "now for Per Vik. Kari Vik has a seat with it already" in words.text
    path = urlsplit(words.url)
    page = client.get(f"{path.path}?{path.query}")
    assert 'value="Per Vik"' in page.text
    assert event.seats.count() == 1
    for _press in range(2):
        response = client.post(f"{path.path}en-til/", {"name": "Per Vik"}, follow=True)
        assert "Registered: the e-mail about Per Vik comes to this address." in response.text
    assert sorted(event.seats.values_list("participant__name", "status")) == [
        ("Kari Vik", "seated"),
        ("Per Vik", "seated"),
    ]
    receipt = outbox("seat-confirmed")[-1]
    assert (receipt.recipient, receipt.snapshot["name"]) == (BOTH, "Per Vik")


def test_same_person_again_is_offered_nothing(client, outbox):
    event = EventFactory()
    kari(event)
    registers(client, event, "kari vik")
    assert outbox("already-registered")[0].snapshot["also"] == ""


def test_second_person_comes_on_the_same_days_or_waits(outbox):
    one, two = two_days(capacity=1)
    days = register_another(participant=kari(one, two), name="Per Vik")
    assert [(day.seated, day.waiting) for day in days] == [(1, 0), (0, 1)]
    registration = Registration.objects.get(contact_name="Per Vik")
    assert (registration.contact_email, registration.language) == (BOTH, "en")
    assert [mail.recipient for mail in outbox("seat-in-line")] == [BOTH]


def test_full_event_without_a_line_says_so_and_keeps_the_name(client):
    event = EventFactory(capacity=1, has_waitlist=False)
    person = kari(event)
    with pytest.raises(FullError):
        register_another(participant=person, name="Per Vik")
    response = client.post(f"/en/plass/{make_token(person)}/en-til/", {"name": "Per Vik"})
    assert response.status_code == 409
    assert "Per Vik" in response.text
    assert event.seats.count() == 1


def test_nobody_is_added_to_an_event_that_has_begun():
    event = EventFactory(past=True)
    person = ParticipantFactory()
    SeatFactory(event=event, participant=person, registration=person.registration)
    with pytest.raises(OverError):
        register_another(participant=person, name="Per Vik")

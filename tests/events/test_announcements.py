"""Messages from the organiser: looked at first, sent once, to each address once, in its own language."""

import uuid

import pytest
from django.utils import translation

from events.actions.announcements import NobodyError, recipients, send_announcement
from events.models import Announcement, Seat
from tests.factories import (
    EventFactory,
    IncubatorFactory,
    MembershipFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    UserFactory,
)
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return IncubatorFactory()


@pytest.fixture
def client(client_for, place):
    return client_for(MembershipFactory(incubator=place).user)


@pytest.fixture
def event(place):
    """Two colleagues of one party, one of them without an address; one who waits; one who gave the seat back."""
    event = EventFactory(incubator=place, title="Velferd")
    party = RegistrationFactory(group=True, contact_email="Anna@example.no", language="nn")
    SeatFactory(
        event=event, registration=party, participant=ParticipantFactory(registration=party, email="per@example.no")
    )
    SeatFactory(event=event, registration=party, place=2, participant=ParticipantFactory(registration=party, email=""))
    alone = RegistrationFactory(contact_email="kari@example.no", language="en")
    SeatFactory(
        event=event,
        registration=alone,
        waiting=True,
        participant=ParticipantFactory(registration=alone, email="kari@example.no"),
    )
    gone = RegistrationFactory(contact_email="gone@example.no")
    SeatFactory(event=event, registration=gone, given_back=True)
    return event


def send(event, **changes):
    facts = {"subject": "Bring a cup", "body": "Hello.\n\nSee https://example.no/map for the way.", "audience": "all"}
    return send_announcement(event=event, by=UserFactory(), **{"token": uuid.uuid4(), **facts, **changes})


def test_message_goes_once_to_each_address_in_its_language(event, outbox):
    assert send(event).recipients == 3
    got = {mail.recipient: mail.language for mail in outbox("event-announcement")}
    assert got == {"anna@example.no": "nn", "per@example.no": "nn", "kari@example.no": "en"}


@pytest.mark.parametrize(
    ("audience", "addresses"),
    [("seated", {"anna@example.no", "per@example.no"}), ("waiting", {"kari@example.no"})],
)
def test_message_goes_to_those_who_are_chosen(event, audience, addresses):
    assert set(recipients(event=event, audience=audience)) == addresses


def test_message_sent_twice_goes_once(event, outbox):
    token = uuid.uuid4()
    assert send(event, token=token) == send(event, token=token)
    assert len(outbox()) == 3
    assert Announcement.objects.count() == 1


def test_token_of_another_event_sends_nothing(event, outbox):
    token = send(event).uuid
    other = EventFactory()
    SeatFactory(event=other)
    with pytest.raises(NobodyError):
        send(other, token=token)
    assert len(outbox()) == 3


def test_message_to_nobody_is_refused(outbox):
    with pytest.raises(NobodyError):
        send(EventFactory())
    assert not Announcement.objects.exists()


def test_message_to_many_is_few_queries(event, django_assert_max_num_queries):
    seats = [
        Seat(event=event, registration=RegistrationFactory(), place=1, status="waiting", rank=number)
        for number in range(60)
    ]
    Seat.objects.bulk_create(seats)
    with django_assert_max_num_queries(12):
        assert send(event).recipients == 63


def test_mail_says_the_organisers_words_and_keeps_their_links(event, outbox):
    send(event)
    mail = next(mail for mail in outbox() if mail.language == "en")
    with translation.override("en"):
        words = say(mail)
    assert words.subject == f"Bring a cup: {event.title}"
    assert words.paragraphs[:2] == ["Hello.", "See https://example.no/map for the way."]
    assert words.action == "See the event"
    assert words.url.endswith(f"/en/arrangementer/{event.slug}/")


def test_message_is_looked_at_before_it_is_sent(client, event, outbox):
    address = f"/en/arbeidsflate/arrangementer/{event.slug}/melding/"
    page = client.get(address)
    assert "3 addresses" in page.text
    typed = {
        "token": str(page.context["form"]["token"].value()),
        "audience": "all",
        "subject": "Bring a cup",
        "body": "Hello.",
    }
    preview = client.post(address, typed).text
    assert "3 addresses get this. It is not sent yet." in preview
    assert "Send it to 3 addresses" in preview
    assert outbox() == []
    assert 'value="Bring a cup"' in client.post(address, typed | {"back": "1"}).text
    for _ in range(2):
        sent = client.post(address, typed | {"send": "1"}, follow=True).text
        assert "The message is on its way to 3 addresses." in sent
    assert "Sent before" in sent
    assert len(outbox()) == 3


def test_message_to_nobody_is_said(client, place):
    event = EventFactory(incubator=place)
    address = f"/en/arbeidsflate/arrangementer/{event.slug}/melding/"
    typed = {"token": str(uuid.uuid4()), "audience": "waiting", "subject": "Hello", "body": "You."}
    assert "Nobody would get this message." in client.post(address, typed).text
    assert "Nobody would get this message." in client.post(address, typed | {"send": "1"}).text
    assert "This field is required." in client.post(address, typed | {"body": ""}).text


def test_message_page_asks_the_database_equally_often(client, event, same_queries_at):
    address = f"/en/arbeidsflate/arrangementer/{event.slug}/melding/"
    same_queries_at(lambda: (SeatFactory(event=event), send(event)), lambda: client.get(address), limit=12)

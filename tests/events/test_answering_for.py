"""A party that has no address of its own, or that calls: its offer is answered by the organiser."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from events.actions.locking import BusyError
from events.models import Registration
from events.views import attendees
from tests.factories import (
    EventFactory,
    IncubatorFactory,
    MembershipFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return IncubatorFactory()


@pytest.fixture
def client(client_for, place):
    return client_for(MembershipFactory(incubator=place).user)


@pytest.fixture
def event(place):
    return EventFactory(incubator=place)


@pytest.fixture
def address(event) -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/"


def offered_without_address(event, **facts):
    registration = RegistrationFactory(group=True, contact_email="")
    person = ParticipantFactory(registration=registration, name="Per Dal", email="")
    return SeatFactory(event=event, registration=registration, participant=person, offered=True, **facts)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [("ja", "seated", "The offer is accepted for them."), ("nei", "cancelled", "Said no for them.")],
)
def test_offer_to_a_party_without_any_address_is_answered_by_the_organiser(
    client, event, address, outbox, answer, status, words
):
    seat = offered_without_address(event)
    url = f"{address}{seat.registration.uuid}/"
    page = client.get(url).text
    for shown in ("They can have a seat", "Answer by", "Accept", "Say no", f"{url}tilbud/{answer}/"):
        assert shown in page, shown
    data = {"offered_at": seat.offered_at.isoformat()}
    page = client.post(f"{url}tilbud/{answer}/", data, follow=True).text
    assert words in page
    assert "They can have a seat" not in page
    seat.refresh_from_db()
    assert seat.status == status
    assert outbox() == []
    assert "already" in client.post(f"{url}tilbud/ja/", data, follow=True).text


def test_offer_that_ran_out_meanwhile_is_said(client, event, address):
    seat = offered_without_address(event, offer_expires_at=timezone.now() - dt.timedelta(minutes=1))
    url = f"{address}{seat.registration.uuid}/"
    assert "They can have a seat" not in client.get(url).text
    data = {"offered_at": seat.offered_at.isoformat()}
    assert "The offer ran out before the answer" in client.post(f"{url}tilbud/ja/", data, follow=True).text
    assert "The button did not work" in client.post(f"{url}tilbud/ja/", {"offered_at": "\0"}, follow=True).text
    assert client.post(f"{url}tilbud/kanskje/", data).status_code == 404
    seat.refresh_from_db()
    assert seat.status == "offered"


def test_offer_over_another_incubators_day_is_left_to_the_party(client, event, address):
    seat = offered_without_address(event)
    other = EventFactory(incubator=IncubatorFactory())
    SeatFactory(event=other, registration=seat.registration, participant=seat.participant)
    url = f"{address}{seat.registration.uuid}/"
    assert "They can have a seat" not in client.get(url).text
    data = {"offered_at": seat.offered_at.isoformat()}
    assert "Another incubator holds one" in client.post(f"{url}tilbud/ja/", data, follow=True).text
    seat.refresh_from_db()
    assert seat.status == "offered"


def test_busy_event_answers_an_offer_with_503_and_words(client, event, address, monkeypatch):
    seat = offered_without_address(event)

    def is_busy(**_facts):
        raise BusyError

    monkeypatch.setitem(attendees.ANSWERS, "ja", (is_busy, ""))
    data = {"offered_at": seat.offered_at.isoformat()}
    page = client.post(f"{address}{seat.registration.uuid}/tilbud/ja/", data)
    assert page.status_code == 503
    assert "Nothing has changed" in page.text


# --- Written down by staff: what was typed for another kind of party --------------------------------------------------


def test_what_was_typed_for_another_kind_of_party_neither_stops_nor_counts(client, event, address):
    left_behind = {"district": "Storhaug", "people": "no, address", "unnamed": "1000"}
    form = {"form_token": str(uuid.uuid4()), "contact_name": "Kari Vik", "language": "nb", **left_behind}
    client.post(f"{address}ny/", form | {"kind": "myself"})
    registration = Registration.objects.get()
    assert (registration.party_name, registration.district, event.seats.count()) == ("Kari Vik", "", 1)


def test_all_fields_are_there_with_a_legend_for_who_has_no_style(client, address):
    page = client.get(f"{address}ny/").text
    assert page.index("For a group only") < page.index('name="municipality"') < page.index('name="unnamed"')
    assert page.index('name="unnamed"') < page.index('name="contact_name"')

"""The pages on which a party changes, for its contact by the link and for organisers."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from events.actions.locking import BusyError
from events.links import make_token
from events.models import ContactRequest, Event, Registration, Seat
from events.views import party_changes
from tests.events.test_registration_actions import alone, party, people, register
from tests.events.test_registration_pages import party as typed_party
from tests.factories import ContactRequestFactory, EventFactory, MembershipFactory, SeatFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(db):
    cache.clear()


@pytest.fixture
def event(organiser):
    return EventFactory(title="Practice", incubator=organiser.incubator)


@pytest.fixture
def organiser():
    return MembershipFactory(leader=True)


@pytest.fixture
def registration(event) -> Registration:
    register(event, who=party(*people(2), language="en"))
    return Registration.objects.get()


def link(row, rest: str = "") -> str:
    return f"/en/pamelding/{make_token(row)}/{rest}"


def desk(event, registration, rest: str = "") -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/{registration.uuid}/{rest}"


def new_person(event, registration, **more) -> dict:
    return {"days": [event.slug], "name": "Eva Lie", "email": "eva@example.no", "seen": registration.last_place} | more


# --- By the party's link ----------------------------------------------------------------------------------------------


def test_contact_adds_a_person_and_sees_them(client, event, registration):
    assert link(registration, "flere/") in client.get(link(registration)).text
    page = client.get(link(registration, "flere/"))
    assert "8 seats are free just now." in page.text
    response = client.post(link(registration, "flere/"), new_person(event, registration), follow=True)
    assert "Added: they have their seats." in response.text
    assert "Eva Lie" in response.text
    assert registration.seats.get(place=3).status == "seated"


def test_days_of_the_party_are_chosen_and_the_other_days_can_be(client, organiser):
    series = SeriesFactory()
    days = [EventFactory(series=series, days=21 + n, city=city) for n, city in enumerate(("Oslo", "Bergen"))]
    register(days[0], who=party(*people(1), language="en"))
    registration = Registration.objects.get()
    page = client.get(link(registration, "flere/"))
    assert page.context["form"]["days"].value() == [days[0].slug]
    chosen = new_person(days[0], registration, days=[day.slug for day in days])
    client.post(link(registration, "flere/"), chosen)
    assert [day.seats.count() for day in days] == [2, 1]


def test_added_to_a_full_event_waits_in_line(client, event, registration):
    Event.objects.update(capacity=2)
    sent = new_person(event, registration, name="", email="", unnamed="2")
    response = client.post(link(registration, "flere/"), sent, follow=True)
    assert "they wait in line" in response.text
    assert registration.seats.filter(status="waiting").count() == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "", "email": ""}, "Write who comes, or how many."),
        ({"name": ""}, "Write the name too."),
        ({"days": []}, "Choose at least one day."),
        ({"unnamed": "-1"}, "greater than or equal"),
        ({"email": "p0@example.no"}, "Somebody in this party has that e-mail address already."),
    ],
)
def test_what_cannot_be_added_is_said_and_kept(client, event, registration, more, words):
    response = client.post(link(registration, "flere/"), new_person(event, registration, **more))
    assert response.status_code in {409, 422}
    assert words in response.text
    assert registration.seats.count() == 2


def test_page_that_is_behind_says_so_and_sending_again_is_a_choice(client, event, registration):
    stale = new_person(event, registration)
    client.post(link(registration, "flere/"), new_person(event, registration, name="", email="", unnamed="1"))
    response = client.post(link(registration, "flere/"), stale)
    assert response.status_code == 409
    assert 'value="Eva Lie"' in response.text
    client.post(link(registration, "flere/"), stale | {"seen": response.context["form"]["seen"].value()})
    assert registration.seats.count() == 4


def test_closed_event_offers_nothing_to_add_to(client, event, registration):
    Event.objects.update(registration_closes_at=event.created_at)
    assert "nobody can be added" in client.get(link(registration, "flere/")).text


def test_busy_event_answers_503_and_keeps_the_words(client, event, registration, monkeypatch):
    def busy(**facts):
        raise BusyError

    monkeypatch.setattr(party_changes, "add_people", busy)
    response = client.post(link(registration, "flere/"), new_person(event, registration))
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert 'value="Eva Lie"' in response.text


def test_party_that_waits_lowers_its_minimum_and_takes_what_is_free(client, event):
    Event.objects.update(capacity=5)
    register(event, who=alone())
    register(event, who=party(*people(5), language="en"))
    registration = Registration.objects.order_by("pk").last()
    text = client.get(link(registration)).text
    for words in ("You wait for seats", "4 seats are free just now.", "At least 5 of you come together."):
        assert words in text
    response = client.post(link(registration, "minst/"), {"fewest": "4"}, follow=True)
    assert "4 seats that were free are yours now." in response.text
    assert registration.seats.filter(status="seated").count() == 4
    response = client.post(link(registration, "minst/"), {"fewest": "none"}, follow=True)
    assert "as a number" in response.text


def test_new_contact_confirms_by_the_link_of_the_mail(client, registration, outbox):
    sent = {"name": "Siri Vik", "email": "siri@example.no"}
    response = client.post(link(registration, "kontakt/"), sent, follow=True)
    assert "becomes the contact by saying yes there" in response.text
    assert "Take the question back" in response.text
    (mail,) = outbox("party-contact-asked")
    path = urlsplit(mail.snapshot["url"]).path
    old = link(registration)
    page = client.get(path)
    assert "Will you be the contact?" in page.text
    registration.refresh_from_db()
    assert registration.contact_email == "anna@example.no"
    response = client.post(path, follow=True)
    assert "You are the contact now." in response.text
    registration.refresh_from_db()
    assert registration.contact_email == "siri@example.no"
    assert client.get(old).status_code == 410
    assert client.post(path).status_code == 410


def test_question_taken_back_opens_nothing(client, registration, event):
    asked = ContactRequestFactory(registration=registration)
    path = f"/en/ny-kontakt/{make_token(asked)}/"
    assert client.get(path).status_code == 200
    for _press in range(2):
        client.post(link(registration, "kontakt/angre/"))
    assert not ContactRequest.objects.exists()
    assert client.post(path).status_code == 410
    registration.refresh_from_db()
    assert registration.contact_email == "anna@example.no"


def test_corrected_name_of_the_contact_is_saved_at_once(client, registration, outbox):
    before = len(outbox())
    client.post(link(registration, "kontakt/"), {"name": "Anna Bergh", "email": "anna@example.no"})
    registration.refresh_from_db()
    assert registration.contact_name == "Anna Bergh"
    assert len(outbox()) == before


# --- By the organiser -------------------------------------------------------------------------------------------------


def test_organiser_adds_people_after_registration_has_closed(client_for, organiser, event, registration):
    Event.objects.update(registration_closes_at=event.created_at)
    client = client_for(organiser.user)
    assert desk(event, registration, "flere/") in client.get(desk(event, registration)).text
    response = client.post(desk(event, registration, "flere/"), new_person(event, registration), follow=True)
    assert "Eva Lie" in response.text
    assert registration.seats.count() == 3


def test_organiser_names_a_contact_for_a_party_that_has_none(client_for, organiser, event, registration, outbox):
    Registration.objects.update(contact_name="", contact_email="")
    client = client_for(organiser.user)
    assert "This party has no contact." in client.get(desk(event, registration)).text
    sent = {"name": "Siri Vik", "email": "siri@example.no"}
    client.post(desk(event, registration, "kontakt/"), sent)
    (mail,) = outbox("party-contact-asked")
    client.post(urlsplit(mail.snapshot["url"]).path)
    registration.refresh_from_db()
    assert registration.contact_name == "Siri Vik"
    assert not outbox("party-contact-was")
    client.post(desk(event, registration, "kontakt/"), {"name": "Ola", "email": "ola@example.no"})
    client.post(desk(event, registration, "kontakt/angre/"))
    assert not ContactRequest.objects.exists()


def test_organiser_lowers_the_minimum_of_a_party(client_for, organiser, event):
    Event.objects.update(capacity=3)
    register(event, who=party(*people(4), language="en"))
    registration = Registration.objects.get()
    client = client_for(organiser.user)
    assert "3 seats are free just now." in client.get(desk(event, registration)).text
    client.post(desk(event, registration, "minst/"), {"fewest": "2"})
    assert registration.seats.filter(status=Seat.Status.SEATED).count() == 3
    response = client.post(desk(event, registration, "minst/"), {"fewest": "many"}, follow=True)
    assert "as a number" in response.text


def test_organiser_of_one_day_only_changes_no_contact(client_for, organiser, event, registration):
    SeatFactory(registration=registration, event=EventFactory(), place=1)
    client = client_for(organiser.user)
    sent = {"name": "Mine", "email": "mine@example.no"}
    response = client.post(desk(event, registration, "kontakt/"), sent)
    assert response.status_code == 409
    client.post(desk(event, registration, "minst/"), {"fewest": "1"})
    registration.refresh_from_db()
    assert (registration.contact_name, registration.fewest) == ("Anna Berg", 2)
    assert not ContactRequest.objects.exists()


# --- Registering again ------------------------------------------------------------------------------------------------


def test_same_form_with_one_more_colleague_says_that_it_differs(client, organiser):
    event = EventFactory()
    path = f"/en/arrangementer/{event.slug}/pamelding/"
    sent = typed_party(event)
    assert client.post(path, sent).status_code == 302
    more = sent | {"p-1-name": "Eva Lie", "p-1-email": "eva@example.no"}
    response = client.post(path, more)
    assert response.status_code == 409
    assert "You have registered with this form already" in response.text
    assert "Have the link sent anew" in response.text
    assert 'value="Eva Lie"' in response.text
    assert Registration.objects.count() == 1
    assert client.post(path, sent).status_code == 302
    assert Registration.objects.count() == 1
    again = more | {"form_token": response.context["form"]["form_token"].value()}
    assert client.post(path, again).status_code == 302
    assert Registration.objects.count() == 2


def test_organisers_form_that_says_something_else_registers_nobody(client_for, organiser, event):
    client = client_for(organiser.user)
    path = f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/ny/"
    sent = {"form_token": "0b8f4a34-0f3d-4c07-9a34-0a1f2f8f7f11", "kind": "organisation", "organisation": "Bua"}
    sent |= {"contact_name": "Anna Berg", "people": "Ola Nes", "language": "nb"}
    client.post(path, sent)
    response = client.post(path, sent | {"people": "Ola Nes\nEva Lie"})
    assert "This form has registered a party already." in response.text
    assert event.seats.count() == 1

"""Each participant's own page: days, needs, a seat given back, and what a link does not open."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from events.actions.programme import cancel_event
from events.actions.seats import give_back_seats, name_place, seats_token
from events.links import make_token
from events.models import Needs, Seat
from tests.factories import EventFactory, ParticipantFactory, RegistrationFactory, SeatFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(series=SeriesFactory(), title="Practice", online_url="https://meet.example.no/room")


@pytest.fixture
def kari(event):
    registration = RegistrationFactory(group=True, contact_email="anna@example.no", language="en")
    person = ParticipantFactory(registration=registration, name="Kari Vik", email="kari@example.no", role="Adviser")
    SeatFactory(registration=registration, event=event, participant=person)
    return person


def link(person, rest: str = "") -> str:
    return f"/en/plass/{make_token(person)}/{rest}"


def test_page_shows_all_days_with_the_online_link(client, kari, event):
    later = EventFactory(series=event.series, days=22, city="Oslo", title="Law")
    SeatFactory(registration=kari.registration, event=later, participant=kari, waiting=True)
    text = client.get(link(kari)).text
    for words in ("Practice", "Law", "Has a seat", "Number 1 in line", "Oslo has registered you"):
        assert words in text
    assert text.count("https://meet.example.no/room") == 1


@pytest.mark.parametrize("language", ["", "/nn", "/en"])
def test_page_promises_no_check_in(client, kari, event, language):
    text = client.get(f"{language}/plass/{make_token(kari)}/").text
    assert 'src="data:' not in text
    assert re.search("ticket|billett|<code", text, re.IGNORECASE) is None


def test_online_link_is_not_for_those_who_wait(client, kari):
    kari.seats.update(status="waiting", rank=1, seated_at=None)
    assert "meet.example.no" not in client.get(link(kari)).text


def test_page_asks_as_often_for_three_days_as_for_one(client, kari, same_queries_at):
    def add():
        SeatFactory(registration=kari.registration, event=EventFactory(), participant=kari, waiting=True)

    same_queries_at(add, lambda: client.get(link(kari)), limit=8)


@pytest.mark.parametrize("rest", ["", "navn/", "meld-av/"])
def test_link_of_a_party_or_a_forged_one_opens_nothing(client, kari, rest):
    for token in (make_token(kari.registration), make_token(kari)[:-1], "x"):
        response = client.post(f"/en/plass/{token}/{rest}", {"name": "Ola"})
        assert response.status_code in (404, 405) if not rest else response.status_code == 404
        assert "Kari" not in response.text
        response = client.get(f"/en/plass/{token}/{rest}")
        assert response.status_code == 404
        assert "This link does not work" in response.text


def test_expired_link_mails_a_new_one_to_the_participant(client, kari, outbox):
    with time_machine.travel(timezone.now() - dt.timedelta(days=181)):
        path = link(kari)
    response = client.get(path)
    assert response.status_code == 410
    assert "Kari" not in response.text
    client.post("/en/pamelding/ny-lenke/", {"token": path.split("/")[3]})
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("links-anew", "kari@example.no")]


def test_who_was_replaced_learns_that_the_place_is_somebody_elses_and_not_whose(client, kari):
    path = link(kari)
    name_place(registration=kari.registration, place=1, name="Ola Berg", email="ola@example.no", seen=str(kari.uuid))
    response = client.get(path)
    assert response.status_code == 410
    assert "Somebody else comes in your place now" in response.text
    assert "Ola" not in response.text
    assert client.post(path + "navn/", {"name": "Kari"}).status_code == 410


def test_page_is_private(client, kari):
    response = client.get(link(kari))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"


def test_name_is_corrected_without_a_mail(client, kari, outbox):
    response = client.post(link(kari, "navn/"), {"name": "Kari Viik\r\nBcc: nobody", "role": ""}, follow=True)
    assert "Saved." in response.text
    kari.refresh_from_db()
    assert (kari.name, kari.role) == ("Kari Viik Bcc: nobody", "")
    assert not outbox()
    response = client.post(link(kari, "navn/"), {"name": "", "role": "Typed role"})
    assert response.status_code == 422
    assert 'value="Typed role"' in response.text


def test_needs_are_set_changed_and_taken_away(client, kari):
    client.post(link(kari, "behov/"), {"diet": ["vegan"], "access_details": "A chair"})
    assert Needs.objects.get().diet == ["vegan"]
    assert "A chair" in client.get(link(kari)).text
    client.post(link(kari, "behov/"), {"access": ["hearing_loop"]})
    needs = Needs.objects.get()
    assert (needs.diet, needs.access, needs.access_details) == ([], ["hearing_loop"], "")
    client.post(link(kari, "behov/"), {})
    assert not Needs.objects.exists()
    assert client.post(link(kari, "behov/"), {"diet": ["stones"]}).status_code == 422


def test_one_day_is_given_back_once_and_the_next_in_line_is_offered_it(client, kari, outbox):
    event = EventFactory(capacity=1)
    mine = SeatFactory(registration=kari.registration, event=event, participant=kari)
    next_in_line = SeatFactory(event=event, waiting=True)
    data = {"seat": mine.uuid, "seen": seats_token([mine])}
    assert "You have given the seat back" in client.post(link(kari, "meld-av/"), data, follow=True).text
    assert "given back already" in client.post(link(kari, "meld-av/"), data, follow=True).text
    assert sorted(kari.seats.values_list("status", flat=True)) == ["cancelled", "seated"]
    next_in_line.refresh_from_db()
    assert next_in_line.status == "offered"
    assert sorted(mail.kind for mail in outbox()) == ["seat-cancelled", "waitlist-offer"]


def test_who_leaves_the_line_loses_the_number_and_the_next_moves_up(client, kari, outbox):
    full = EventFactory(title="Law", city="Oslo", capacity=1)
    sits = SeatFactory(event=full)
    mine = SeatFactory(registration=kari.registration, event=full, participant=kari, waiting=True)
    behind = SeatFactory(event=full, waiting=True, registration__language="en")
    page = client.get(link(kari)).text
    assert "Number 1 in line" in page
    assert "You lose your number for good." in page
    assert "Yes, leave the line" in page
    data = {"seat": mine.uuid, "seen": seats_token([mine])}
    client.get(link(kari, "meld-av/"), data)
    assert Seat.objects.waiting().count() == 2
    page = client.post(link(kari, "meld-av/"), data, follow=True).text
    assert "You are no longer in line." in page
    assert "given the seat back" not in page
    assert "Yes, leave the line" not in page
    mine.refresh_from_db()
    assert (mine.status, mine.cancel_reason) == ("cancelled", "given_back")
    assert "Number 1 in line" in client.get(link(behind.participant)).text
    (receipt,) = outbox()
    assert (receipt.recipient, receipt.snapshot["is_own_doing"]) == ("kari@example.no", True)
    give_back_seats(seats=[sits])
    mine.refresh_from_db()
    behind.refresh_from_db()
    assert (mine.status, behind.status) == ("cancelled", "offered")


def test_party_that_fits_when_one_of_them_leaves_the_line_is_offered_the_seats(client, outbox):
    event = EventFactory(capacity=2)
    registration = RegistrationFactory(group=True, contact_email="anna@example.no", language="en", fewest=3)
    seats = [SeatFactory(registration=registration, event=event, place=place, waiting=True) for place in (1, 2, 3)]
    data = {"seat": seats[1].uuid, "seen": seats_token(seats[1:2])}
    assert "You are no longer in line." in client.post(link(seats[1].participant, "meld-av/"), data, follow=True).text
    assert [seat.status for seat in event.seats.order_by("place")] == ["offered", "cancelled", "offered"]
    receipt = ("seat-cancelled", seats[1].participant.email)
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [receipt, ("waitlist-offer", "anna@example.no")]


def test_seat_of_somebody_else_is_not_given_back(client, kari, event):
    other = SeatFactory(event=event)
    client.post(link(kari, "meld-av/"), {"seat": other.uuid, "seen": seats_token([other])})
    client.post(link(kari, "meld-av/"), {"seat": "x"})
    assert Seat.objects.live().count() == 2


def test_seat_at_an_event_that_has_begun_stays(client, kari):
    past = SeatFactory(registration=kari.registration, event=EventFactory(past=True), participant=kari)
    data = {"seat": past.uuid, "seen": seats_token([past])}
    assert "The event has begun" in client.post(link(kari, "meld-av/"), data, follow=True).text
    past.refresh_from_db()
    assert past.status == "seated"


def test_calendar_entry_is_the_one_of_the_mail(client, kari, event):
    seat = kari.seats.get()
    response = client.get(link(kari, f"{seat.uuid}/kalender.ics"))
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Cache-Control"] == "private, no-store"
    entry = Calendar.from_ical(response.content)
    assert entry["METHOD"] == "PUBLISH"
    (vevent,) = entry.walk("VEVENT")
    assert (vevent["UID"], vevent["SUMMARY"], vevent.decoded("DTSTART")) == (
        seat.calendar_uid,
        "Practice",
        event.starts_at,
    )
    assert kari.name not in response.text
    other = SeatFactory(event=event)
    assert client.get(link(kari, f"{other.uuid}/kalender.ics")).status_code == 404


def test_address_that_has_a_seat_elsewhere_is_told_so(client, kari):
    kari.seats.update(email="")
    assert "Your address has another seat at this event already" in client.get(link(kari)).text


def test_who_registered_only_themselves_answers_an_offer_on_the_other_page(client, event):
    registration = RegistrationFactory(contact_email="kari@example.no")
    person = ParticipantFactory(registration=registration, email="kari@example.no")
    SeatFactory(registration=registration, event=event, participant=person, offered=True)
    text = client.get(link(person)).text
    assert "Answer the offer" in text
    assert "/en/pamelding/" in text
    assert "/en/plass/" in client.get(f"/en/pamelding/{make_token(registration)}/").text


def test_cancelled_event_says_why(client, kari, event):
    cancel_event(event=event, reason="The house has burnt down.", by=None)
    text = client.get(link(kari)).text
    assert "The event was cancelled" in text
    assert "The house has burnt down." in text
    assert "data:image/svg+xml" not in text

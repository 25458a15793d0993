"""A party's page where one person registered only themselves: it speaks of one, and of a seat or a place in line."""

import pytest

from events.actions.seats import seats_token
from events.links import make_token
from tests.factories import EventFactory, ParticipantFactory, RegistrationFactory, SeatFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone():
    registration = RegistrationFactory(kind="myself", contact_email="anna@example.no", language="en")
    ParticipantFactory(registration=registration, name="Anna Berg", email="anna@example.no")
    return registration


def link(registration, rest: str = "") -> str:
    return f"/en/pamelding/{make_token(registration)}/{rest}"


def seat_of(registration, **facts):
    return SeatFactory(
        event=EventFactory(), registration=registration, participant=registration.participants.get(), **facts
    )


def test_one_in_line_leaves_the_line_and_is_not_told_of_seats(client, alone):
    seat = seat_of(alone, waiting=True)
    page = client.get(link(alone)).text
    assert "Leave the line" in page
    for words_of_many in ("who has a seat", "Who comes", "Give back", "everything", "a name to let"):
        assert words_of_many not in page, words_of_many
    after = client.post(link(alone, "gi-tilbake-alt/"), {"seen": seats_token([seat])}, follow=True).text
    assert "You are no longer in line." in after
    seat.refresh_from_db()
    assert seat.is_cancelled


def test_one_seat_is_given_back_in_words_for_one(client, alone):
    seat_of(alone)
    page = client.get(link(alone)).text
    assert "Yes, give back the seat" in page
    assert "It is given back for good" in page


@pytest.mark.parametrize(("answer", "words"), [("ja", "The seat is yours."), ("nei", "You have said no.")])
def test_one_who_is_offered_a_seat_answers_for_one(client, alone, answer, words):
    seat = seat_of(alone, offered=True)
    data = {"offered_at": seat.offered_at.isoformat()}
    assert words in client.post(link(alone, f"{answer}/"), data, follow=True).text


def test_ones_own_place_leads_to_ones_page_and_speaks_of_oneself(client, alone):
    seat_of(alone)
    page = client.get(link(alone, "plass/1/")).text
    assert "My days and what I need" in page
    assert "comes in your place" in page
    assert "Back to my registration" in page
    assert "Send Anna Berg their own link" not in page

"""A contact gets one mail for an occasion and day, about all whose mails come to them, with one calendar entry."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from events.actions.programme import cancel_event, change_event
from events.actions.registration import Person
from events.actions.reminders import make_reminders
from events.actions.seats import give_back_seats
from events.emails import latest_mails
from events.models import Event, Participant, Registration, Seat
from tests.events.test_registration_actions import party, register, two_days
from tests.factories import EventFactory, UserFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
ANNA = "anna@example.no"
COLLEAGUES = [Person(f"Colleague {n}") for n in range(5)]


def registered(*events: Event, people=COLLEAGUES) -> Registration:
    register(*events, who=party(*people, language="en"))
    return Registration.objects.get()


def to_anna(outbox, kind: str, since: int = 0) -> list:
    return [mail for mail in outbox()[since:] if (mail.kind, mail.recipient) == (kind, ANNA)]


def entries(mails) -> list[str]:
    return [mail.snapshot["calendar"]["uid"] for mail in mails if "calendar" in mail.snapshot]


def test_contact_of_colleagues_gets_one_receipt_and_one_entry_a_day(outbox):
    one, two = two_days()
    registration = registered(one, two)
    receipts = to_anna(outbox, "seat-confirmed")
    assert [mail.snapshot["title"] for mail in receipts] == [one.title, two.title]
    assert len(outbox()) == 3
    for mail in receipts:
        with translation.override("en"):
            words = say(mail)
        assert all(person.name in words.text for person in COLLEAGUES)
        assert "/pamelding/" in words.url
    firsts = [registration.seats.get(event=event, place=1) for event in (one, two)]
    assert entries(receipts) == [seat.calendar_uid for seat in firsts]


def test_contact_who_comes_gets_the_entry_of_their_own_seat(outbox):
    event = EventFactory()
    registration = registered(event, people=[*COLLEAGUES[:2], Person("Anna Berg", ANNA)])
    (mail,) = to_anna(outbox, "seat-confirmed")
    assert entries([mail]) == [registration.seats.get(place=3).calendar_uid]
    with translation.override("en"):
        words = say(mail)
    assert words.subject.startswith("You have a seat")
    assert "This is also about: Colleague 0, Colleague 1" in words.text


def test_each_change_is_one_mail_to_the_contact(outbox):
    event = EventFactory(days=6)
    registered(event)
    before = len(outbox())
    event.refresh_from_db()
    change_event(event=event, values={"venue": "The cellar"}, seen=event.updated_at)
    assert len(to_anna(outbox, "event-changed", before)) == len(outbox()) - before == 1
    then = timezone.now() - dt.timedelta(days=90)
    Seat.objects.update(seated_at=then)
    Participant.objects.update(created_at=then)
    make_reminders()
    assert len(to_anna(outbox, "seat-reminder")) == 1
    cancel_event(event=event, reason="The roof leaks.", by=UserFactory())
    assert len(to_anna(outbox, "seat-cancelled")) == 1


def test_seats_given_back_together_are_one_mail(outbox):
    registration = registered(EventFactory())
    give_back_seats(seats=registration.seats.all())
    (mail,) = to_anna(outbox, "seat-cancelled")
    assert len(mail.snapshot["others"]) == 4


def test_page_shows_what_became_of_the_mail_for_each_of_them(outbox):
    registration = registered(EventFactory())
    seats = list(registration.seats.select_related("participant", "registration"))
    assert set(latest_mails(seats)) == {seat.participant.pk for seat in seats}


def test_colleagues_with_an_address_get_mails_of_their_own(outbox):
    registered(
        EventFactory(), people=[Person("Ola", "ola@example.no"), Person("Eva", "eva@example.no"), *COLLEAGUES[:1]]
    )
    receipts = {mail.recipient: mail.snapshot["others"] for mail in outbox("seat-confirmed")}
    assert receipts == {"ola@example.no": [], "eva@example.no": [], ANNA: []}

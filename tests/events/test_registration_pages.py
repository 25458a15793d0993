"""The page where one registers, and the receipt: what is asked, what is answered, and what nobody learns."""

import re
import uuid

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events.actions.locking import BusyError, GoneError
from events.actions.registration import ClosedError
from events.models import Event, Registration
from tests.factories import (
    EventFactory,
    IncubatorFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
    UserFactory,
)
from unlimited.circuit import redis_circuit
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db


def address(event, name="register", **more) -> str:
    with translation.override("en"):
        return reverse(f"events:{name}", kwargs={"slug": event.slug, **more})


def alone(*events, **more) -> dict:
    return {
        "form_token": str(uuid.uuid4()),
        "days": [event.slug for event in events],
        "kind": "myself",
        "contact_name": "Kari Vik",
        "contact_email": "kari@example.no",
        "language": "en",
        **more,
    }


def two_days(**second):
    series = SeriesFactory(title="Two days")
    return EventFactory(series=series), EventFactory(series=series, days=22, city="Oslo", venue="The Conduit", **second)


def test_registering_alone_ends_at_a_receipt(client, outbox):
    event = EventFactory()
    page = client.get(address(event))
    assert page.status_code == 200
    response = client.post(address(event), alone(event))
    assert response.status_code == 302, response.text
    receipt = client.get(response.url)
    assert receipt.status_code == 200
    assert "There was room for 1 person." in receipt.text
    assert [mail.kind for mail in outbox()] == ["seat-confirmed"]


def party(*events, **more) -> dict:
    """Return what a browser sends for a municipality's two people, one of them named later."""
    usual = {
        "kind": "municipality",
        "municipality": "Stavanger",
        "p-0-name": "Ola Nes",
        "p-0-email": "",
        "unnamed": "1",
    }
    return alone(*events, **usual | more)


def receipt_after(client, *events, **more) -> str:
    response = client.post(address(events[0]), alone(*events, **more))
    assert response.status_code == 302, response.text
    return client.get(response.url).text


# --- The page ---------------------------------------------------------------------------------------------------------


def test_day_of_the_address_is_chosen_and_all_on_demand(client):
    one, two = two_days()
    other = EventFactory(series=one.series, days=23, city="Bergen", cancelled=True)
    EventFactory(series=one.series, days=24, city="Utopia", draft=True)

    def chosen(page) -> list[str]:
        return page.context["form"]["days"].value()

    page = client.get(address(one))
    assert chosen(page) == [one.slug]
    assert "10 seats of 10 are free." in page.text
    assert "Bergen" in page.text
    assert "This event is cancelled." in page.text
    assert "Utopia" not in page.text
    assert chosen(client.get(address(two))) == [two.slug]
    assert chosen(client.get(address(one) + "?dager=alle")) == [one.slug, two.slug]
    assert client.get(address(other)).context["form"]["days"].value() == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"past": True}, "This event has taken place."),
        ({"cancelled": True}, "This event is cancelled."),
        ({"drop_in": True}, "You need not register. Just come."),
    ],
)
def test_event_that_takes_nobody_has_words_and_a_way_on(client, facts, words):
    event = EventFactory(**facts)
    page = client.get(address(event))
    assert words in page.text
    assert address(event, "detail") in page.text
    assert "<form method=" not in page.text
    answer = client.post(address(event), alone(event))
    assert words in answer.text
    assert "Kari Vik" in answer.text
    group = client.post(address(event), party(event)).text
    for typed in ("Ola Nes", words):
        assert typed in group
    assert not Registration.objects.exists()


def test_event_that_is_not_published_is_not_found(client):
    event = EventFactory(draft=True)
    assert client.get(address(event)).status_code == 404
    assert client.post(address(event), alone(event)).status_code == 404


def test_districts_are_suggested_when_several_have_named_them(client):
    event = EventFactory()
    IncubatorFactory(district="Storhaug")
    for district in ["Lura"] * 3 + ["Mine own words"]:
        RegistrationFactory(group=True, kind="district", district=district)
    assert client.get(address(event)).context["districts"] == ["Lura", "Storhaug"]


def test_page_asks_as_often_for_one_day_as_for_many(client, same_queries_at):
    event = EventFactory(series=SeriesFactory())
    same_queries_at(lambda: EventFactory(series=event.series), lambda: client.get(address(event)), limit=8)


def test_who_is_logged_in_finds_their_name_and_owns_the_registration(client_for):
    event, user = EventFactory(), UserFactory()
    client = client_for(user)
    initial = client.get(address(event)).context["form"].initial
    assert (initial["contact_name"], initial["contact_email"]) == (user.name, user.email)
    client.post(address(event), alone(event, contact_email=user.email))
    assert Registration.objects.get().user == user


def test_language_of_the_mails_is_that_of_the_page(client):
    event = EventFactory()
    assert client.get(address(event)).context["form"]["language"].value() == "en"
    assert client.get(f"/nn/arrangementer/{event.slug}/pamelding/").context["form"]["language"].value() == "nn"


# --- Pressing the button ----------------------------------------------------------------------------------------------


def test_one_person_costs_few_queries_and_no_session(client, django_assert_max_num_queries):
    """The day, the lock, who is known already, four inserts; the rest is the transaction. Limits ask Redis.

    Two are the savepoint that makes a known address cost the same as an unknown one.
    """
    event = EventFactory()
    with django_assert_max_num_queries(13) as asked:
        response = client.post(address(event), alone(event))
    assert response.status_code == 302
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert not any("session" in query["sql"] for query in asked.captured_queries)


def test_double_submit_shows_the_same_receipt(client, outbox):
    event = EventFactory()
    form = party(event)
    with time_machine.travel(timezone.now(), tick=False):  # the signature knows the second in which it was made
        first, second = (client.post(address(event), form) for _ in range(2))
    assert client.get(first.url).text == client.get(second.url).text
    assert Registration.objects.count() == 1
    assert len(outbox()) == 2


def test_row_is_added_and_removed_without_a_word_of_mistakes(client):
    event = EventFactory()
    more = client.post(address(event), party(event, add="1", contact_email="no address"))
    assert more.status_code == 200
    assert 'name="p-1-name"' in more.text
    assert "Ola Nes" in more.text
    assert "no address" in more.text
    assert "error-summary" not in more.text
    less = client.post(address(event), party(event, remove="p-0"))
    assert "Ola Nes" not in less.text
    assert not Registration.objects.exists()


def test_mistake_is_linked_to_its_field_and_all_is_kept(client):
    event = EventFactory()
    page = client.post(address(event), party(event, municipality="Våler", contact_name="", **{"p-0-diet": "vegan"}))
    assert page.status_code == 422
    assert '<a class="ds-link" href="#id_municipality">' in page.text
    assert '<a class="ds-link" href="#id_contact_name">' in page.text
    assert "Våler, Innlandet" in page.text
    assert "Våler, Østfold" in page.text
    assert "Ola Nes" in page.text
    assert '<details class="needs" open>' in page.text


def test_five_hundred_people_are_told_and_kept(client):
    event = EventFactory()
    rows = {
        f"p-{n}-{name}": f"{name}{n}@x.no" for n in range(500) for name in ("name", "email", "role", "diet_details")
    }
    page = client.post(address(event), party(event, **rows))
    assert page.status_code == 422
    assert "There are 501 people here" in page.text
    assert all(f'value="{words}"' in page.text for words in rows.values())


def test_machine_that_fills_in_all_fields_is_held(client):
    event = EventFactory()
    page = client.post(address(event), alone(event, for_machines="http://example.no"))
    assert "This field is for machines" in page.text
    assert "http://example.no" not in page.text
    assert not Registration.objects.exists()


def test_day_that_filled_up_meanwhile_is_said_and_the_other_can_be_chosen(client):
    one, two = two_days(capacity=1, has_waitlist=False)
    form = party(one, two)
    page = client.post(address(one), form)
    assert page.status_code == 409
    assert "only 1 seat is left, and there is no waitlist." in page.text
    assert "Ola Nes" in page.text
    assert not Registration.objects.exists()
    assert client.post(address(one), form | {"days": [one.slug]}).status_code == 302


def test_day_that_closed_between_looking_and_locking_is_said(client, monkeypatch):
    event = EventFactory()

    def closes(**kwargs):
        event.cancelled_at, event.cancel_reason = timezone.now(), "Snow"
        raise ClosedError(event)

    monkeypatch.setattr("events.views.registration.register_party", closes)
    page = client.post(address(event), party(event))
    assert page.status_code == 409
    assert "This event is cancelled." in page.text
    assert "Ola Nes" in page.text


def test_event_that_is_busy_keeps_what_was_typed(client, monkeypatch):
    def is_busy(**kwargs):
        raise BusyError

    monkeypatch.setattr("events.views.registration.register_party", is_busy)
    event = EventFactory()
    page = client.post(address(event), party(event))
    assert page.status_code == 503
    assert "Nothing you wrote is lost: press the button once more." in page.text
    assert "Ola Nes" in page.text


def test_event_that_is_gone_is_not_found(client, monkeypatch):
    def is_gone(**kwargs):
        raise GoneError

    monkeypatch.setattr("events.views.registration.register_party", is_gone)
    event = EventFactory()
    assert client.post(address(event), party(event)).status_code == 404


def test_flood_from_one_network_or_to_one_address_is_held_and_kept(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"register_party": "3/h/ip,1/h/key"}
    event = EventFactory()
    assert client.post(address(event), alone(event)).status_code == 302
    again = client.post(address(event), alone(event))
    assert again.status_code == 429
    assert "What you wrote stays below." in again.text
    assert "Kari Vik" in again.text
    assert client.post(address(event), alone(event, contact_email="a@example.no")).status_code == 302
    assert client.post(address(event), alone(event, contact_email="b@example.no")).status_code == 429


def test_without_redis_everybody_can_register(client, monkeypatch):
    def is_away(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.incr", is_away)
    event = EventFactory()
    try:
        assert client.post(address(event), alone(event)).status_code == 302
        assert client.post(address(event), alone(event, contact_email="b@example.no")).status_code == 302
    finally:
        redis_circuit.worked()


def test_form_that_was_open_too_long_shows_what_was_typed():
    event = EventFactory()
    client = Client(enforce_csrf_checks=True)
    rows = {f"p-{n}-name": f"Colleague {n}" for n in range(30)}
    page = client.post(address(event), party(event, **rows))
    assert page.status_code == 403
    assert all(name in page.text for name in [*rows.values(), "Kari Vik", "kari@example.no"])
    assert '"municipality"' not in page.text


# --- The receipt ------------------------------------------------------------------------------------------------------


def test_receipt_tells_seat_and_number_day_by_day(client):
    one, two = two_days(capacity=1)
    SeatFactory(event=two)
    text = receipt_after(client, one, two)
    assert "There was room for 1 person." in text
    assert "No free seat for 1 person: number 1 in line." in text
    assert "The Conduit" in text
    assert "kari@example.no" not in text
    assert "Then the earlier registration stands, and the e-mail says so" in text


def test_receipt_of_a_party(client):
    event = EventFactory(capacity=2)
    rows = {f"p-{n}-name": f"Person {n}" for n in range(3)}
    response = client.post(address(event), party(event, fewest="2", **rows))
    text = client.get(response.url).text
    assert "There was room for 2 people." in text
    assert "No free seats for 2 people: number 1 in line." in text
    assert "One of you has no name yet." in text
    assert "Person" not in text


def test_receipt_of_both_or_nothing_says_what_is_waited_for(client):
    one, two = two_days(capacity=1)
    SeatFactory(event=two)
    text = receipt_after(client, one, two, wish="all")
    assert "No free seat for 1 person" in text
    assert "you wait for all of them, and hold none meanwhile." in text
    assert "There was room" not in text


def test_receipt_is_the_same_for_an_address_that_has_a_seat(client, outbox):
    one, two = two_days()
    known = SeatFactory(event=one, participant__email="known@example.no")
    with time_machine.travel(timezone.now(), tick=False):
        forms = [alone(one, two, contact_email=email) for email in ("known@example.no", "fresh@example.no")]
        answers = [client.post(address(one), form) for form in forms for _again in range(2)]
        texts = [client.get(answer.url).text.replace(answer.url, "") for answer in answers]
    assert len({answer.url for answer in answers}) == 1
    assert len(set(texts)) == 1
    assert one.seats.filter(email=known.email).count() == 1
    assert {mail.recipient for mail in outbox("already-registered")} == {"known@example.no"}


def test_forged_receipt_is_not_found(client):
    one, other = EventFactory(), EventFactory(draft=True)
    url = client.post(address(one), alone(one)).url
    assert client.get(url).status_code == 200
    assert client.get(url[:-3] + "x/").status_code == 404
    assert client.get(address(one, "receipt", facts="no-facts")).status_code == 404
    assert client.get(url.replace(one.slug, other.slug)).status_code == 404


def test_both_or_nothing_says_which_day_is_full_and_which_has_no_line(client):
    one, two = two_days(capacity=1)
    Event.objects.filter(pk=one.pk).update(has_waitlist=False)
    page = client.post(address(one), party(one, two, wish="all"))
    assert page.status_code == 409
    assert re.search(r"Oslo, [^:]*: there is no room for you just now, and Stavanger, [^:]* has no waitlist", page.text)
    assert "Ola Nes" in page.text


def test_both_or_nothing_is_asked_only_where_it_makes_a_difference(client):
    one, two = two_days(capacity=3)
    asked = "Both or nothing"
    assert asked not in client.get(address(one)).text
    # A party that is larger than what is free sees the question with its answers.
    page = client.post(address(one), party(one, two, unnamed="4", contact_name=""))
    assert asked in page.text
    Event.objects.filter(pk=two.pk).update(capacity=1)
    SeatFactory(event=two)
    assert asked in client.get(address(one)).text


def test_receipt_of_a_party_that_waits_together_says_how_many_seats_are_free(client, outbox):
    event = EventFactory(capacity=3)
    client.post(address(event), party(event, unnamed="4"))
    (mail,) = outbox("party-registered")
    with translation.override("en"):
        assert "3 seats are free at" in say(mail).text

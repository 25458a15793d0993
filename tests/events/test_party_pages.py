"""A party's desk: what its page says, what its buttons do, and what a link does not open."""

import datetime as dt
import uuid
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from events.actions.locking import BusyError
from events.actions.registration import Party, Person, register_party
from events.actions.seats import seats_token
from events.links import make_token
from events.models import Participant, Registration, Seat
from events.views import party as views
from events.views import party_acts
from tests.factories import (
    EventFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
)
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def stavanger():
    return EventFactory(series=SeriesFactory(), title="Practice")


@pytest.fixture
def oslo(stavanger):
    return EventFactory(series=stavanger.series, days=22, city="Oslo", title="Law")


@pytest.fixture
def party():
    return RegistrationFactory(group=True, contact_email="anna@example.no", language="en")


def link(registration, rest: str = "") -> str:
    return f"/en/pamelding/{make_token(registration)}/{rest}"


def person_at(registration, number: int, *events, name: str = "Kari Vik", **facts) -> Participant:
    """Return somebody with a seat in that place on each day."""
    person = ParticipantFactory(registration=registration, name=name, email=f"p{number}@example.no")
    for event in events:
        SeatFactory(registration=registration, event=event, place=number, participant=person, **facts)
    return person


def unnamed_at(registration, number: int, *events, **facts) -> None:
    for event in events:
        SeatFactory(registration=registration, event=event, place=number, unnamed=True, **facts)


def mail(seat, status: str, **facts) -> OutgoingMail:
    """Return the receipt of a seat as the outbox has it."""
    done = {} if status in OutgoingMail.UNFINISHED else {"finished_at": timezone.now()}
    return OutgoingMail.objects.create(
        kind="seat-confirmed", key=f"x{seat.pk}", recipient=seat.email, language="en", priority=5,
        message_id=f"<{seat.pk}@x>", order_key=seat.calendar_uid, status=status, **done, **facts,
    )  # fmt: skip


def test_page_shows_each_place_on_each_day_in_words(client, party, stavanger, oslo):
    person_at(party, 1, stavanger, oslo)
    SeatFactory(event=oslo, waiting=True, registration__pk=party.pk - 1000)
    waiting = ParticipantFactory(registration=party, name="Ola Berg")
    SeatFactory(registration=party, event=stavanger, place=2, participant=waiting)
    SeatFactory(registration=party, event=oslo, place=2, participant=waiting, waiting=True)
    SeatFactory(registration=party, event=stavanger, place=3, unnamed=True, given_back=True)
    SeatFactory(registration=party, event=oslo, place=3, unnamed=True, offered=True)
    text = client.get(link(party)).text
    assert "Seats of Oslo" in text
    for words in ("Kari Vik", "Ola Berg", "Has a seat", "Number 2 in line", "Given back", "Offered until", "Place 3"):
        assert words in text
    assert text.count("<tr>") == 4


def test_page_says_what_became_of_each_mail(client, party, stavanger):
    states = {
        "queued": "on its way",
        "sent": "E-mail sent",
        "failed": "was refused",
        "suppressed": "takes no e-mail",
        "uncertain": "perhaps delivered",
    }
    for number, status in enumerate(states, 1):
        seat = person_at(party, number, stavanger).seats.get()
        facts = {"sent_at": timezone.now()} if status == "sent" else {}
        mail(seat, status, last_error="550 no such person" if status in ("failed", "uncertain") else "", **facts)
    text = client.get(link(party)).text
    for words in states.values():
        assert words in text


def test_colleague_who_has_a_seat_elsewhere_looks_like_the_others(client, stavanger):
    SeatFactory(event=stavanger, participant__email="kari@example.no")
    facts = {"kind": "organisation", "organisation": "Bua", "contact_email": "anna@example.no", "language": "en"}
    people = [Person("Kari Vik", "kari@example.no"), Person("Ola Berg", "ola@example.no")]
    register_party(events=[stavanger], party=Party(facts, people), form_token=uuid.uuid4())
    bua = Registration.objects.get(organisation="Bua")
    assert client.get(link(bua)).text.count("The e-mail is on its way") == 2
    kari = bua.participants.get(name="Kari Vik")
    change = {"name": "Kari V.", "email": "kari@example.no", "seen": kari.uuid}
    client.post(link(bua, "plass/1/"), change)
    assert client.get(link(bua)).text.count("The e-mail is on its way") == 2


def test_page_asks_as_often_for_a_hundred_seats_as_for_one(client, party, stavanger, same_queries_at):
    count = iter(range(1, 101))

    def add():
        stavanger.capacity = 100
        stavanger.save(update_fields=["capacity"])
        mail(person_at(party, next(count), stavanger).seats.get(), "queued")

    same_queries_at(add, lambda: client.get(link(party)), limit=8, rows=(1, 3, 100))


@pytest.mark.parametrize("rest", ["", "plass/1/", "gi-tilbake-alt/"])
def test_link_of_a_participant_or_a_forged_one_opens_nothing(client, party, stavanger, rest):
    person = person_at(party, 1, stavanger)
    for token in (make_token(person), make_token(party)[:-1], f"{party.uuid}.1.x"):
        response = client.post(f"/en/pamelding/{token}/{rest}", {"seen": "0" * 16})
        assert response.status_code == 404
        assert "This link does not work" in response.text
        assert "Send me my links" in response.text
    assert stavanger.seats.live().count() == 1


def test_expired_link_says_so_and_mails_a_new_one_to_the_contact_only(client, party, stavanger, outbox):
    person_at(party, 1, stavanger)
    with time_machine.travel(timezone.now() - dt.timedelta(days=181)):
        path = link(party)
    response = client.get(path)
    assert response.status_code == 410
    assert "This link has expired" in response.text
    assert not outbox()
    token = path.split("/")[3]
    for _press in range(2):
        response = client.post("/en/pamelding/ny-lenke/", {"token": token}, follow=True)
        assert "Look in your e-mail" in response.text
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("links-anew", "anna@example.no")]
    assert client.get(urlsplit(outbox()[0].snapshot["url"]).path).status_code == 200


def test_page_is_private(client, party, stavanger):
    person_at(party, 1, stavanger)
    response = client.get(link(party))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    # Not to other sites; `no-referrer` would make browsers send forms without their origin, and each be refused.
    assert response["Referrer-Policy"] == "same-origin"


# --- Who comes --------------------------------------------------------------------------------------------------------


def test_naming_a_place_holds_for_all_days_and_mails_the_one_who_comes(client, party, stavanger, oslo, outbox):
    unnamed_at(party, 1, stavanger, oslo)
    data = {"name": "Kari Vik", "email": "Kari@example.no", "role": "Adviser", "seen": ""}
    for _press in range(2):
        response = client.post(link(party, "plass/1/"), data, follow=True)
        assert "Saved: Kari Vik has this place now." in response.text
    assert [seat.participant.name for seat in party.seats.all()] == ["Kari Vik"] * 2
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("seat-confirmed", "kari@example.no")] * 2


def test_renaming_cancels_for_the_one_and_confirms_for_the_other(client, party, stavanger, outbox):
    old = person_at(party, 1, stavanger)
    assert f'value="{old.uuid}"' in client.get(link(party, "plass/1/")).text
    client.post(link(party, "plass/1/"), {"name": "Ola Berg", "email": "ola@example.no", "seen": old.uuid})
    told = [(mail.kind, mail.recipient) for mail in outbox()]
    assert told == [("seat-cancelled", "p1@example.no"), ("seat-confirmed", "ola@example.no")]
    assert not Participant.objects.filter(pk=old.pk).exists()


def test_somebody_else_was_first_and_what_was_typed_is_kept(client, party, stavanger, outbox):
    now = person_at(party, 1, stavanger, name="Siri First")
    data = {"name": "Ola Berg", "email": "ola@example.no", "role": "Head", "seen": ""}
    response = client.post(link(party, "plass/1/"), data)
    assert response.status_code == 409
    for words in ("Siri First has it now", 'value="Ola Berg"', 'value="Head"', f'name="seen" value="{now.uuid}"'):
        assert words in response.text
    assert not outbox()
    client.post(link(party, "plass/1/"), data | {"seen": now.uuid})
    assert party.seats.get().participant.name == "Ola Berg"


def test_naming_a_place_that_was_given_back_says_so(client, party, stavanger):
    SeatFactory(registration=party, event=stavanger, unnamed=True, given_back=True)
    response = client.post(link(party, "plass/1/"), {"name": "Ola", "seen": ""})
    assert response.status_code == 409
    assert "was given back in the meantime" in response.text


def test_naming_when_the_event_has_begun_says_so(client, party):
    unnamed_at(party, 1, EventFactory(past=True))
    response = client.post(link(party, "plass/1/"), {"name": "Ola", "seen": ""})
    assert response.status_code == 409
    assert "The event has begun" in response.text


def test_busy_event_answers_503_with_the_filled_form(client, party, stavanger, monkeypatch):
    unnamed_at(party, 1, stavanger)

    def busy(**facts):
        raise BusyError

    monkeypatch.setattr(views, "name_place", busy)
    response = client.post(link(party, "plass/1/"), {"name": "Ola Berg", "seen": ""})
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert 'value="Ola Berg"' in response.text


def test_busy_event_answers_a_button_with_503_and_words(client, party, stavanger, monkeypatch):
    person_at(party, 1, stavanger)
    seen = seats_token(party.seats.select_related("participant"))

    def busy(**facts):
        raise BusyError

    monkeypatch.setattr(party_acts, "give_back_seats", busy)
    response = client.post(link(party, "gi-tilbake-alt/"), {"seen": seen})
    assert response.status_code == 503
    assert "Nothing has changed. Try again." in response.text
    assert "Kari Vik" in response.text


def test_two_people_of_one_name_are_two(client, party, stavanger):
    unnamed_at(party, 1, stavanger)
    unnamed_at(party, 2, stavanger)
    for number in (1, 2):
        data = {"name": "Kari Vik", "email": f"kari{number}@example.no", "seen": ""}
        client.post(link(party, f"plass/{number}/"), data)
    assert sorted(party.seats.values_list("participant__email", flat=True)) == ["kari1@example.no", "kari2@example.no"]


def test_header_injection_in_a_name_is_one_line_of_text(client, party, stavanger, outbox):
    unnamed_at(party, 1, stavanger)
    name = "Kari\r\nBcc: everybody"
    client.post(link(party, "plass/1/"), {"name": name, "email": "kari@example.no", "seen": ""})
    assert party.participants.get().name == "Kari Bcc: everybody"
    response = client.post(link(party, "plass/1/"), {"name": "Ola", "email": "a@example.no\nBcc: b@example.no"})
    assert response.status_code == 422
    assert [mail.recipient for mail in outbox()] == ["kari@example.no"]


def test_place_of_another_party_or_none_is_not_found(client, party, stavanger):
    person_at(party, 1, stavanger)
    unnamed_at(RegistrationFactory(), 2, stavanger)
    for number in ("2", "0", "9" * 40):
        assert client.get(link(party, f"plass/{number}/")).status_code == 404


def test_own_link_goes_to_the_colleague_and_without_address_to_the_contact(client, party, stavanger, outbox):
    kari = person_at(party, 1, stavanger)
    per = ParticipantFactory(registration=party, name="Per Uten", email="")
    SeatFactory(registration=party, event=stavanger, place=2, participant=per)
    for person in (kari, kari, per):
        client.post(link(party, "egen-lenke/"), {"person": person.uuid})
    assert [(m.kind, m.recipient) for m in outbox()] == [
        ("seat-own-link", "p1@example.no"),
        ("seat-own-link", "anna@example.no"),
    ]
    assert "on its way" in client.get(link(party)).text
    stranger = person_at(RegistrationFactory(), 1, EventFactory())
    response = client.post(link(party, "egen-lenke/"), {"person": stranger.uuid}, follow=True)
    assert "no link was sent" in response.text


# --- Giving back ------------------------------------------------------------------------------------------------------


def test_giving_back_one_day_twice_is_done_once(client, party, stavanger, oslo, outbox):
    person_at(party, 1, stavanger, oslo)
    seat = party.seats.select_related("participant").get(event=oslo)
    data = {"seat": seat.uuid, "seen": seats_token([seat])}
    assert "Given back." in client.post(link(party, "gi-tilbake/"), data, follow=True).text
    assert "given back already" in client.post(link(party, "gi-tilbake/"), data, follow=True).text
    assert [s.status for s in party.seats.order_by("event__starts_at")] == ["seated", "cancelled"]
    assert [m.kind for m in outbox()] == ["seat-cancelled", "seats-given-back"]


def test_giving_back_a_place_and_everything(client, party, stavanger, oslo):
    for number in (1, 2, 3):
        person_at(party, number, stavanger, oslo)
    seats = list(party.seats.filter(place=2).select_related("participant"))
    client.post(link(party, "gi-tilbake-plass/"), {"place": 2, "seen": seats_token(seats)})
    assert party.seats.live().count() == 4
    seats = list(party.seats.live().select_related("participant"))
    client.post(link(party, "gi-tilbake-alt/"), {"seen": seats_token(seats)})
    assert not party.seats.live().exists()


def test_nobody_loses_the_seat_that_they_got_meanwhile(client, party, stavanger):
    unnamed_at(party, 1, stavanger)
    seat = party.seats.get()
    seen = seats_token([seat])
    seat.participant = ParticipantFactory(registration=party)
    seat.save()
    for name, more in (("gi-tilbake", {"seat": seat.uuid}), ("gi-tilbake-plass", {"place": 1}), ("gi-tilbake-alt", {})):
        response = client.post(link(party, f"{name}/"), {"seen": seen} | more, follow=True)
        assert "Somebody has changed these seats" in response.text
    assert party.seats.live().count() == 1


def test_seat_of_another_party_is_not_given_back(client, party, stavanger):
    person_at(party, 1, stavanger)
    other = SeatFactory(event=stavanger)
    client.post(link(party, "gi-tilbake/"), {"seat": other.uuid, "seen": seats_token([other])})
    other.refresh_from_db()
    assert other.status == "seated"


def test_seat_of_an_event_that_has_begun_stays(client, party):
    person_at(party, 1, EventFactory(past=True))
    seat = party.seats.get()
    data = {"seat": seat.uuid, "seen": seats_token([seat])}
    assert "The event has begun" in client.post(link(party, "gi-tilbake/"), data, follow=True).text


@pytest.mark.parametrize("data", [{}, {"seen": "x"}, {"seen": "0" * 16, "seat": "x", "place": "9" * 30}])
@pytest.mark.parametrize(
    "name", ["gi-tilbake", "gi-tilbake-plass", "gi-tilbake-alt", "egen-lenke", "ja", "nei", "no-such"]
)
def test_button_that_carries_nonsense_changes_nothing(client, party, stavanger, name, data):
    person_at(party, 1, stavanger)
    assert client.post(link(party, f"{name}/"), data).status_code in (302, 404)
    assert client.get(link(party, f"{name}/")).status_code in (302, 404)
    assert party.seats.live().count() == 1


# --- Seats without a name ---------------------------------------------------------------------------------------------


def test_unnamed_seats_say_when_they_go_and_can_be_kept(client, party):
    event = EventFactory(days=30, city="Oslo")
    unnamed_at(party, 1, event, seated_at=timezone.now())
    text = client.get(link(party)).text
    assert "One place has no name yet" in text
    assert "and somebody waits, they get it" in text
    for _press in range(2):
        response = client.post(link(party, "behold/"), {"is_held": "true"}, follow=True)
        assert "You keep these seats" in response.text
    response = client.post(link(party, "behold/"), {}, follow=True)
    assert "and somebody waits, they get it" in response.text


def test_seat_without_a_name_that_is_never_released_is_not_threatened(client, party):
    event = EventFactory(days=6)
    unnamed_at(party, 1, event, seated_at=timezone.now())
    assert "and somebody waits, they get it" not in client.get(link(party)).text


# --- Offers -----------------------------------------------------------------------------------------------------------


def offer(party, event, **facts) -> Seat:
    return SeatFactory(
        registration=party, event=event, offered=True, participant=ParticipantFactory(registration=party), **facts
    )


def test_offer_is_shown_with_its_end_and_accepted_once(client, party, stavanger, outbox):
    seat = offer(party, stavanger)
    text = client.get(link(party)).text
    assert "You can have a seat" in text
    assert "Answer by" in text
    data = {"offered_at": seat.offered_at.isoformat()}
    assert "The seat is yours" in client.post(link(party, "ja/"), data, follow=True).text
    assert "These seats are taken already" in client.post(link(party, "ja/"), data, follow=True).text
    assert "These seats are taken already" in client.post(link(party, "nei/"), data, follow=True).text
    assert [m.kind for m in outbox()] == ["seat-confirmed", "waitlist-offer-answered"]


def test_offer_is_declined_once_and_one_of_two_leaves_the_other(client, party, stavanger, oslo):
    seat, later = offer(party, stavanger), offer(party, oslo, offered_at=timezone.now() + dt.timedelta(minutes=1))
    data = {"offered_at": seat.offered_at.isoformat()}
    assert "You have said no." in client.post(link(party, "nei/"), data, follow=True).text
    assert "said no to these seats already" in client.post(link(party, "ja/"), data, follow=True).text
    later.refresh_from_db()
    assert later.status == "offered"


def test_offer_that_ran_out_says_so(client, party, stavanger):
    seat = offer(party, stavanger, offer_expires_at=timezone.now() - dt.timedelta(minutes=1))
    data = {"offered_at": seat.offered_at.isoformat()}
    assert "You can have a seat" not in client.get(link(party)).text
    assert "ran out before the answer" in client.post(link(party, "ja/"), data, follow=True).text
    unknown = {"offered_at": timezone.now().isoformat()}
    assert "no longer open" in client.post(link(party, "ja/"), unknown, follow=True).text

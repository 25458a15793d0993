"""What events keep about a person: handed out, erased, and gone by itself."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions.contact import accept_contact, ask_new_contact
from events.actions.registration import Person
from events.actions.seats import give_back_seats
from events.links import make_token
from events.models import ContactRequest, Event, Needs, Participant, Registration, Seat
from events.privacy import erase_events, export_events, purge_events
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import ContactRequestFactory, EventFactory, SeatFactory, UserFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
KARI = "kari@example.no"


def test_export_has_what_one_registered_and_where_one_is_registered():
    event = EventFactory(title="Onsdagssamtale")
    register(event, who=party(Person("Kari Vik", KARI.upper(), needs={"diet": ["vegan"]}), contact_email=KARI))
    data = export_events(UserFactory(email=KARI))
    (registration,) = data["registrations"]
    assert registration["municipality"] == "Oslo"
    assert registration["seats"] == [{"event__title": "Onsdagssamtale", "place": 1, "status": "seated"}]
    (person,) = data["seats"]
    assert (person["name"], person["needs"]["diet"]) == ("Kari Vik", ["vegan"])
    nothing = {key: [] for key in ("registrations", "seats", "asked_to_be_contact", "contact_of", "looked_at_needs")}
    assert export_events(UserFactory()) == nothing


def test_erasing_gives_ones_seat_to_the_next_and_leaves_no_trace_of_the_person():
    event = EventFactory(capacity=1)
    register(event, who=alone(KARI))
    register(event, who=alone("next@example.no"))
    erase_events(UserFactory(email=KARI))
    assert not Participant.objects.filter(email__iexact=KARI).exists()
    assert not Registration.objects.filter(contact_email__iexact=KARI).exists()
    assert not Seat.objects.filter(email=KARI).exists()
    assert event.seats.get(email="next@example.no").status == "offered"


def test_erasing_the_contact_keeps_named_colleagues_and_frees_what_nobody_can_name():
    event = EventFactory()
    register(event, who=party(*people(2), unnamed=2, contact_email=KARI))
    erase_events(UserFactory(email=KARI))
    assert sorted(event.seats.live().values_list("email", flat=True)) == ["p0@example.no", "p1@example.no"]
    assert Registration.objects.get().contact_name == ""


def offered_one_seat(who) -> Event:
    """Return an event whose only seat is offered to `who`, with Nina next in line."""
    event = EventFactory(capacity=1)
    register(event, who=alone("first@example.no"))
    register(event, who=who)
    register(event, who=alone("nina@example.no"))
    give_back_seats(seats=event.seats.filter(email="first@example.no"))
    return event


@pytest.mark.parametrize(
    "who",
    [
        lambda: alone(KARI),
        lambda: party(Person("Kari Vik", KARI), contact_email="anna@example.no"),
        lambda: party(Person("Ola Berg", "ola@example.no"), contact_email=KARI),
        lambda: party(unnamed=1, contact_email=KARI),
    ],
    ids=["alone", "participant of a party", "contact of others", "contact of a seat without a name"],
)
def test_offer_to_somebody_who_erases_themselves_goes_to_the_next(who, client_for, outbox):
    event = offered_one_seat(who())
    assert [mail.recipient for mail in outbox("waitlist-offer")] != ["nina@example.no"]
    answer = client_for(UserFactory(email=KARI)).post("/en/konto/slett/", {"email": KARI}, follow=True)
    assert "are erased" in answer.text
    event.refresh_from_db()
    assert [seat.email for seat in event.seats.filter(status__in=Seat.IN_LINE)] == ["nina@example.no"]
    assert event.seats.get(email="nina@example.no").status == "offered"
    assert event.seats_taken == 1
    assert outbox("waitlist-offer")[-1].recipient == "nina@example.no"
    assert KARI not in {mail.recipient for mail in outbox("waitlist-offer")}


def test_others_in_line_are_told_that_their_place_goes_with_the_contact(outbox):
    event = EventFactory(capacity=1)
    register(event, who=alone("first@example.no"))
    register(event, who=party(Person("Ola Berg", "ola@example.no"), Person("Eva", ""), contact_email=KARI))
    erase_events(UserFactory(email=KARI))
    (told,) = outbox("seat-cancelled")
    assert (told.recipient, told.snapshot["reason"]) == ("ola@example.no", "contact")
    assert "has deleted their account" in say(told).text or "slettet" in say(told).text
    assert KARI not in str(told.snapshot)


def test_past_seats_stay_as_numbers():
    seat = SeatFactory(participant__email=KARI, event__past=True)
    erase_events(UserFactory(email=KARI))
    seat.refresh_from_db()
    assert (seat.status, seat.participant, seat.email) == ("seated", None, "")


@pytest.mark.parametrize(("days", "needs", "names"), [(13, 1, 1), (15, 0, 1), (364, 0, 1), (366, 0, 0)])
def test_needs_go_two_weeks_after_and_names_a_year_after(days, needs, names):
    event = EventFactory()
    register(event, who=party(Person("Kari Vik", KARI, needs={"diet": ["vegan"]})))
    Event.objects.update(
        starts_at=timezone.now() - dt.timedelta(days=days, hours=3), ends_at=timezone.now() - dt.timedelta(days=days)
    )
    purge_events(timezone.now())
    assert (Needs.objects.count(), Participant.objects.count()) == (needs, names)
    assert Registration.objects.exclude(contact_email="").count() == names
    assert Seat.objects.filter(status="seated").count() == 1
    assert purge_events(timezone.now()) == 0


def test_question_to_a_new_contact_ends_with_the_account_and_by_itself():
    asked = ContactRequestFactory(email=KARI)
    ContactRequestFactory(created_at=timezone.now() - dt.timedelta(days=15))
    kari = UserFactory(email=KARI)
    assert [row["email"] for row in export_events(kari)["asked_to_be_contact"]] == [KARI]
    purge_events(timezone.now())
    assert list(ContactRequest.objects.all()) == [asked]
    erase_events(kari)
    assert not ContactRequest.objects.exists()


def test_erasing_a_former_contact_takes_their_name_out_of_mails_about_the_party(outbox):
    facts = {"kind": "organisation", "municipality": None, "contact_name": "Kari Vik", "contact_email": KARI}
    register(EventFactory(), who=party(Person("Per"), **facts))
    registration = Registration.objects.get()
    asked = ask_new_contact(registration=registration, name="Siri Vik", email="siri@example.no")
    assert "Kari Vik" in str(asked_mail(outbox).snapshot)
    accept_contact(request=asked)
    erase_events(UserFactory(email=KARI))
    assert "Kari Vik" not in str(asked_mail(outbox).snapshot)


def asked_mail(outbox):
    (mail,) = outbox("party-contact-asked")
    return mail


def test_link_of_an_erased_contact_opens_nothing_and_mails_nothing(client, outbox):
    event = EventFactory()
    register(event, who=party(*people(1), Person("Per"), contact_email=KARI))
    registration = Registration.objects.get()
    per = registration.participants.get(name="Per")
    paths = [f"/en/pamelding/{make_token(registration)}/", f"/en/plass/{make_token(per)}/"]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    erase_events(UserFactory(email=KARI))
    before = len(outbox())
    for path in paths:
        response = client.get(path)
        assert response.status_code == 410
        assert "Send me a new link" not in response.text
        client.post("/en/pamelding/ny-lenke/", {"token": path.split("/")[3]})
    assert len(outbox()) == before


def test_colleagues_with_an_address_are_told_that_the_contact_is_gone(outbox):
    event = EventFactory()
    register(event, who=party(*people(2), Person("Per"), Person("Kari Vik", KARI), contact_email=KARI))
    before = len(outbox())
    erase_events(UserFactory(email=KARI))
    told = [(mail.kind, mail.recipient) for mail in outbox()[before:] if mail.kind == "party-contact-gone"]
    assert told == [("party-contact-gone", f"p{n}@example.no") for n in range(2)]

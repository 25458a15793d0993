"""Who comes, as the organiser sees it: found, counted, written down, renamed, let go, and their mails."""

import uuid

import pytest
from django.utils import timezone

from events.actions.locking import BusyError
from events.emails import latest_mails
from events.models import Needs, NeedsLookup, Registration
from tests.factories import (
    EventFactory,
    IncubatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return IncubatorFactory()


@pytest.fixture
def organiser(place):
    return MembershipFactory(incubator=place).user


@pytest.fixture
def client(client_for, organiser):
    return client_for(organiser)


@pytest.fixture
def event(place):
    return EventFactory(incubator=place)


@pytest.fixture
def address(event) -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/"


def seat_of(event, name: str, *, registration: Registration | None = None, email: str | None = None, **facts):
    registration = registration or RegistrationFactory()
    email = f"{name.split()[0].lower()}@example.no" if email is None else email
    person = ParticipantFactory(registration=registration, name=name, email=email)
    return SeatFactory(event=event, registration=registration, participant=person, **facts)


def typed(**changes) -> dict:
    form = {
        "form_token": str(uuid.uuid4()),
        "kind": "myself",
        "contact_name": "Kari Vik",
        "contact_email": "kari@example.no",
        "language": "nb",
    }
    return form | changes


# --- Finding and counting ---------------------------------------------------------------------------------------------


def test_registrations_are_found_by_name_address_and_party(client, event, address):
    sandnes = RegistrationFactory(group=True, municipality=MunicipalityFactory(number="1108"))
    seat_of(event, "Anna Berg", registration=sandnes)
    seat_of(event, "Per Dal")
    for words in ("anna", "ANNA@example", "sandnes", "berg sandnes", "ánna"):
        page = client.get(address, {"q": words}).text
        assert "Anna Berg" in page, words
        assert "Per Dal" not in page
    for words in ("nowhere", "%", "bergen"):
        assert "Nobody fits" in client.get(address, {"q": words}).text


def test_filter_offers_no_status_that_no_seat_can_have(client, event, address):
    statuses = {value for value, _label in client.get(address).context["filter"].fields["status"].choices}
    assert statuses == {"", "seated", "waiting", "offered", "cancelled", "alle"}


def test_registrations_are_narrowed_by_the_address(client, event, address):
    place = MunicipalityFactory(number="1103", name="Stavanger", county_number="11", county="Rogaland")
    seat_of(event, "Seated One", registration=RegistrationFactory(group=True, municipality=place))
    seat_of(event, "Waiting One", waiting=True)
    seat_of(event, "Cancelled One", given_back=True)
    SeatFactory(event=event, unnamed=True, registration__contact_name="Nobody Yet")
    for query, names in {
        "": {"Seated One", "Waiting One", "Without a name"},
        "status=waiting": {"Waiting One"},
        "status=cancelled": {"Cancelled One"},
        "status=alle": {"Seated One", "Waiting One", "Without a name", "Cancelled One"},
        "uten-navn=ja": {"Without a name"},
        "slag=municipality": {"Seated One"},
        "kommune=1103": {"Seated One"},
        "fylke=11": {"Seated One"},
        "fylke=99&status=nonsense": {"Seated One", "Waiting One", "Without a name"},
    }.items():
        rows = client.get(f"{address}?{query}").context["rows"]
        shown = {seat.participant.name if seat.participant else "Without a name" for seat, _mail in rows}
        assert shown == names, query


def test_registrations_are_counted_by_municipality_and_county(client, event, address):
    sandnes = MunicipalityFactory(number="1108", name="Sandnes", county_number="11", county="Rogaland")
    stavanger = MunicipalityFactory(number="1103", name="Stavanger", county_number="11", county="Rogaland")
    for name, place, facts in (("A", sandnes, {}), ("B", stavanger, {}), ("C", stavanger, {"waiting": True})):
        seat_of(event, name, registration=RegistrationFactory(group=True, municipality=place), **facts)
    context = client.get(address).context
    places = [(row["place_name"], row["seated"], row["waiting"]) for row in context["places"]]
    assert places == [("Stavanger", 1, 1), ("Sandnes", 1, 0)]
    assert context["counties"] == [{"name": "Rogaland", "seated": 2, "waiting": 1}]
    assert "<strong>2 / 10</strong> have a seat" in client.get(address).text


def test_registrations_ask_the_database_equally_often(client, event, address, same_queries_at):
    def add_row():
        place = MunicipalityFactory()
        seat_of(event, f"P{uuid.uuid4().hex}", registration=RegistrationFactory(group=True, municipality=place))

    same_queries_at(add_row, lambda: client.get(address), limit=12)


# --- Writing somebody down --------------------------------------------------------------------------------------------


def test_organiser_writes_down_one_person_also_after_it_closed(client, event, address, outbox):
    event.registration_closes_at = timezone.now()
    event.save()
    response = client.post(f"{address}ny/", typed())
    registration = Registration.objects.get()
    assert response.url == f"{address}{registration.uuid}/"
    assert (registration.user, registration.kind) == (None, "myself")
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("seat-confirmed", "kari@example.no")]


def test_organiser_writes_down_a_municipality(client, event, address):
    people = "Per Dal, per@example.no\n\nAnna Berg\n"
    place = MunicipalityFactory(name="Sandnes")
    client.post(f"{address}ny/", typed(kind="municipality", municipality=place.pk, people=people, unnamed="1"))
    registration = Registration.objects.get()
    assert (registration.municipality, registration.fewest) == (place, 3)
    assert set(registration.participants.values_list("name", "email")) == {
        ("Per Dal", "per@example.no"),
        ("Anna Berg", ""),
    }
    assert event.seats.count() == 3


def test_organiser_writes_down_a_party_without_any_address(client, event, address, outbox):
    client.post(f"{address}ny/", typed(kind="organisation", organisation="Ljos", contact_email="", people="Per Dal"))
    assert event.seats.get().participant.name == "Per Dal"
    assert outbox() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "municipality", "people": "A"}, "Say which one."),
        ({"kind": "organisation", "people": "A"}, "Say which one."),
        ({"kind": "organisation", "organisation": "Ljos"}, "Name from one to a hundred people"),
        ({"kind": "organisation", "organisation": "Ljos", "unnamed": "101"}, "less than or equal to 100"),
        ({"kind": "organisation", "organisation": "L", "people": "a@example.no"}, "write a name, a comma and an"),
        ({"kind": "organisation", "organisation": "L", "people": "Per, nowhere"}, "that is no e-mail address"),
        ({"kind": "organisation", "organisation": "L", "people": "A, a@b.no\nB, A@b.no"}, "have the same e-mail"),
        ({"contact_name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_registered_is_said_and_kept(client, address, changes, words):
    page = client.post(f"{address}ny/", typed(district="Kept as typed", **changes)).text
    assert words in page
    assert "Kept as typed" in page
    assert not Registration.objects.exists()


def test_address_with_a_seat_is_said(client, event, address):
    seat_of(event, "Kari Vik")
    page = client.post(f"{address}ny/", typed(), follow=True).text
    assert "This address has a seat already." in page
    assert Registration.objects.filter(seats__isnull=False).count() == 1
    assert not Registration.objects.filter(seats=None).exclude(contact_name="", contact_email="").exists()


def test_full_and_cancelled_events_are_said(client, event, address, monkeypatch):
    event.capacity, event.has_waitlist = 1, False
    event.save()
    client.post(f"{address}ny/", typed())
    full = client.post(f"{address}ny/", typed(contact_email="per@example.no")).text
    assert "there are not so many seats left" in full
    event.cancelled_at, event.cancel_reason = timezone.now(), "Rain."
    event.save()
    assert "nobody can be registered now" in client.post(f"{address}ny/", typed(contact_email="a@example.no")).text

    def is_busy(**_facts):
        raise BusyError

    monkeypatch.setattr("events.views.attendees.register_party", is_busy)
    busy = client.post(f"{address}ny/", typed(contact_name="Kept as typed"))
    assert busy.status_code == 503
    assert "Kept as typed" in busy.text


# --- One party --------------------------------------------------------------------------------------------------------


def test_place_is_renamed_and_both_are_told(client, event, address, outbox):
    seat = seat_of(event, "Anna Berg")
    url = f"{address}{seat.registration.uuid}/"
    assert "Anna Berg" in client.get(url).text
    person = {"name": "Per Dal", "email": "per@example.no", "role": "", "seen": str(seat.participant.uuid)}
    client.post(f"{url}navn/1/", person)
    seat.refresh_from_db()
    assert seat.participant.name == "Per Dal"
    assert [mail.kind for mail in outbox()] == ["seat-cancelled", "seat-confirmed"]

    again = client.post(f"{url}navn/1/", person | {"name": "Third Person"})
    assert again.status_code == 409
    assert 'value="Third Person"' in again.text
    assert client.post(f"{url}navn/1/", person | {"name": ""}).status_code == 422


def test_name_over_several_incubators_days_is_left_to_the_party(client, place, organiser):
    series = SeriesFactory()
    ours = EventFactory(incubator=place, series=series)
    theirs = EventFactory(incubator=IncubatorFactory(), series=series)
    seat = seat_of(ours, "Anna Berg")
    SeatFactory(event=theirs, registration=seat.registration, participant=seat.participant)
    url = f"/en/arbeidsflate/arrangementer/{ours.slug}/pameldinger/{seat.registration.uuid}/"
    assert "Another incubator holds one" in client.get(url).text
    assert client.post(f"{url}navn/1/", {"name": "Per Dal", "seen": str(seat.participant.uuid)}).status_code == 422
    seat.refresh_from_db()
    assert seat.participant.name == "Anna Berg"


def test_seat_is_given_back_at_this_event_alone(client, place, outbox):
    series = SeriesFactory(incubator=place)
    ours, other = EventFactory(incubator=place, series=series), EventFactory(incubator=place, series=series)
    seat = seat_of(ours, "Anna Berg")
    second = SeatFactory(event=other, registration=seat.registration, participant=seat.participant)
    url = f"/en/arbeidsflate/arrangementer/{ours.slug}/pameldinger/{seat.registration.uuid}/"
    page = client.post(f"{url}gi-tilbake/{seat.uuid}/", follow=True).text
    assert "The seat is given back" in page
    assert "Cancelled by the organiser" in page
    seat.refresh_from_db()
    second.refresh_from_db()
    assert (seat.status, seat.cancel_reason, second.status) == ("cancelled", "staff", "seated")
    assert client.post(f"{url}gi-tilbake/{second.uuid}/").status_code == 404


def test_seats_without_a_name_are_kept_and_let_go(client, event, address):
    seat = SeatFactory(event=event, unnamed=True)
    url = f"{address}{seat.registration.uuid}/"
    assert "Keep them until the event" in client.get(url).text
    client.post(f"{url}uten-navn/", {"hold": "1"})
    seat.registration.refresh_from_db()
    assert seat.registration.holds_unnamed
    client.post(f"{url}uten-navn/")
    seat.registration.refresh_from_db()
    assert not seat.registration.holds_unnamed


def test_mail_that_failed_is_shown_and_sent_again(client, event, address, outbox):
    client.post(f"{address}ny/", typed())
    mail = outbox()[0]
    mail.status, mail.last_error, mail.finished_at = "failed", "550 no such person", timezone.now()
    mail.save()
    seat = event.seats.get()
    assert latest_mails([seat]) == {seat.participant_id: mail}
    assert "The e-mail was refused" in client.get(address).text
    url = f"{address}{seat.registration.uuid}/"
    assert "Send again" in client.get(url).text
    page = client.post(f"{url}e-post/{mail.uuid}/", follow=True).text
    assert "The mail to kari@example.no is sent again." in page
    mail.refresh_from_db()
    assert mail.status == "queued"
    assert "cannot be sent again" in client.post(f"{url}e-post/{mail.uuid}/", follow=True).text


def test_mail_of_another_party_is_not_found(client, event, address, outbox):
    client.post(f"{address}ny/", typed())
    other = seat_of(event, "Per Dal")
    assert client.post(f"{address}{other.registration.uuid}/e-post/{outbox()[0].uuid}/").status_code == 404


def test_party_of_another_event_is_not_found(client, address):
    assert client.get(f"{address}{SeatFactory().registration.uuid}/").status_code == 404


def test_party_page_asks_the_database_equally_often(client, event, address, same_queries_at):
    registration, places = RegistrationFactory(group=True), iter(range(1, 10))

    def add_row():
        number = next(places)
        seat_of(event, f"Person{number}", registration=registration, place=number)

    same_queries_at(add_row, lambda: client.get(f"{address}{registration.uuid}/"), limit=12)


# --- Needs ------------------------------------------------------------------------------------------------------------


def test_needs_are_numbers_and_names_only_on_a_click_that_is_written_down(client, event, organiser):
    for name, facts, more in (
        ("Anna Berg", {}, {"diet": ["vegan"], "access": ["wheelchair"], "diet_details": "No celery."}),
        ("Per Dal", {}, {"diet": ["vegan", "no_milk"]}),
        ("Kari Vik", {"waiting": True}, {"diet": ["halal"]}),
    ):
        Needs.objects.create(participant=seat_of(event, name, **facts).participant, **more)
    url = f"/en/arbeidsflate/arrangementer/{event.slug}/behov/"
    page = client.get(url)
    assert dict(page.context["diet"]) == {
        "Vegetarian": 0,
        "Vegan": 2,
        "Halal": 0,
        "No gluten": 0,
        "No milk": 1,
        "No nuts": 0,
        "Other food needs": 1,
    }
    assert dict(page.context["access"])["Room for a wheelchair"] == 1
    for secret in ("Anna Berg", "No celery."):
        assert secret not in page.text
    assert not NeedsLookup.objects.exists()

    named = client.post(url).text
    assert named.index("Anna Berg") < named.index("Per Dal")
    assert "No celery." in named
    assert "Kari Vik" not in named
    lookup = NeedsLookup.objects.get()
    assert (lookup.event, lookup.by) == (event, organiser)
    assert str(organiser) in client.get(url).text


def test_needs_ask_the_database_equally_often(client, event, same_queries_at):
    url = f"/en/arbeidsflate/arrangementer/{event.slug}/behov/"

    def add_row():
        Needs.objects.create(participant=SeatFactory(event=event).participant, diet=["vegan"])
        client.post(url)

    same_queries_at(add_row, lambda: client.get(url), limit=12)
    same_queries_at(add_row, lambda: client.post(url), limit=14)


def test_busy_event_answers_giving_back_with_503_and_words(client, event, address, monkeypatch):
    seat = seat_of(event, "Anna Berg")

    def is_busy(**facts):
        raise BusyError

    monkeypatch.setattr("events.views.attendees.give_back_seats", is_busy)
    page = client.post(f"{address}{seat.registration.uuid}/gi-tilbake/{seat.uuid}/")
    assert page.status_code == 503
    assert "Nothing has changed" in page.text

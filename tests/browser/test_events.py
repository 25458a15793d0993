"""From the page of an event to a seat: whole municipalities on a phone, with or without JavaScript."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from events.models import Event, Registration, Seat
from tests.factories import EventFactory, MunicipalityFactory, SeriesFactory

pytestmark = pytest.mark.django_db(transaction=True)

CONTACT = "anna.berg@stavanger.kommune.example.no"
TITLE = "Social entrepreneurship"
PLACES = [("1103", "Stavanger", "Rogaland"), ("1515", "Herøy", "Møre og Romsdal"), ("1818", "Herøy", "Nordland")]
# From the page of the event to the receipt, for four people on both days.
MOST_PRESSES, MOST_SCREENS = 2, 3
# In these words the front page asks.
HOME = "Hva mangler i nabolaget ditt?"


@pytest.fixture(autouse=True)
def _start():
    """On a fresh day: nobody has tried anything yet. The municipalities went with the test before."""
    cache.clear()
    for number, name, county in PLACES:
        MunicipalityFactory(number=number, name=name, county_number=number[:2], county=county)


@pytest.fixture
def days() -> tuple[Event, Event]:
    series = SeriesFactory(title=TITLE)
    facts = {"series": series, "capacity": 40}
    return (
        EventFactory(title=f"{TITLE}, part 1", slug="part-1", **facts),
        EventFactory(title=f"{TITLE}, part 2", slug="part-2", city="Oslo", venue="The Conduit", days=22, **facts),
    )


@pytest.fixture
def contact(someone):
    return someone(CONTACT, locale="en-GB")


def names_participant(person, number: int, name: str, email: str = "") -> None:
    row = person.page.get_by_role("group", name=f"Participant {number}", exact=True)
    row.get_by_label("Name", exact=True).fill(name)
    row.get_by_label("E-mail", exact=True).fill(email)


def opens_the_form(contact) -> None:
    contact.opens("/en/arrangementer/part-1/")
    contact.is_at(f"{TITLE}, part 1")
    contact.follows("Register in Stavanger")
    contact.is_at("Register")
    expect(contact.page.get_by_label("Stavanger,")).to_be_checked()
    expect(contact.page.get_by_label("Oslo,")).not_to_be_checked()


def writes_who_is_coming(contact) -> None:
    """Four from one municipality: two with names, two without."""
    contact.page.get_by_label("Oslo,").check()
    contact.chooses("A municipality")
    contact.writes("Municipality", "stavang")
    contact.writes("Your name", "Anna Berg")
    contact.writes("Your e-mail", CONTACT)
    names_participant(contact, 1, "Ola Nes", "ola@example.no")
    names_participant(contact, 2, "Per Uten Epost")
    contact.writes("How many more, named later?", "2")


def test_a_municipality_registers_four_people_for_both_days_on_a_phone(contact, days):
    opens_the_form(contact)
    writes_who_is_coming(contact)
    contact.presses_button("Register 4 people")
    contact.is_at("Look in your e-mail")
    contact.sees("Stavanger,", "Oslo,", "There was room for 4 people.", "2 of you have no name yet.")
    contact.does_not_see("Ola Nes", CONTACT)
    assert contact.presses <= MOST_PRESSES
    assert len(contact.screens) <= MOST_SCREENS

    registration = Registration.objects.get()
    assert registration.municipality.name == "Stavanger"
    assert [event.seats.filter(status=Seat.Status.SEATED).count() for event in days] == [4, 4]
    to_contact = [letter.subject for letter in contact.post.letters_to(CONTACT)]
    assert sorted(to_contact) == sorted(
        [
            f"Registered for “{TITLE}, part 1”: Stavanger",
            # Per's, who has no address of his own.
            f"A seat for Per Uten Epost: {TITLE}, part 1",
            f"A seat for Per Uten Epost: {TITLE}, part 2",
        ]
    )
    to_ola = [letter.subject for letter in contact.post.letters_to("ola@example.no")]
    assert to_ola == [f"You have a seat: {TITLE}, part 1, Stavanger", f"You have a seat: {TITLE}, part 2, Oslo"]


def test_a_party_grows_and_shrinks_in_place(contact, days):
    opens_the_form(contact)
    expect(contact.page.get_by_label("Municipality", exact=True)).to_be_hidden()
    writes_who_is_coming(contact)
    contact.presses_button("Add one more participant")
    contact.page.keyboard.type("Siri Vik")  # the new row has the focus
    expect(contact.page.get_by_role("button", name="Register 5 people", exact=True)).to_be_visible()
    contact.presses_button("Remove participant 1")
    expect(contact.page.get_by_role("group", name="Participant 2", exact=True).get_by_label("Name")).to_have_value(
        "Siri Vik"
    )
    contact.chooses("I am coming too")
    contact.presses_button("Register 5 people")
    contact.is_at("Look in your e-mail")
    names = Registration.objects.get().participants.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Anna Berg", "Per Uten Epost", "Siri Vik"]


def test_the_whole_of_it_without_javascript(someone, days):
    contact = someone(CONTACT, java_script_enabled=False, locale="en-GB")
    opens_the_form(contact)
    writes_who_is_coming(contact)
    contact.presses_button("Add one more participant")
    contact.is_at("Register")
    names_participant(contact, 3, "Siri Vik", "siri@example.no")
    contact.presses_button("Remove participant 1")
    contact.is_at("Register")
    contact.page.get_by_label("Your name").press("Enter")
    contact.is_at("Look in your e-mail")
    registration = Registration.objects.get()
    assert list(registration.participants.values_list("name", flat=True)) == ["Per Uten Epost", "Siri Vik"]
    assert registration.seats.count() == 8


def test_a_day_that_filled_up_meanwhile_costs_no_word(contact, days):
    opens_the_form(contact)
    writes_who_is_coming(contact)
    Event.objects.filter(slug="part-2").update(capacity=3, has_waitlist=False)
    contact.presses_button("Register 4 people")
    contact.sees("only 3 seats are left, and there is no waitlist.")
    assert not Registration.objects.exists()
    contact.page.get_by_label("Oslo,").uncheck()
    contact.presses_button("Register 4 people")
    contact.is_at("Look in your e-mail")
    assert list(Registration.objects.get().participants.values_list("name", flat=True)) == ["Ola Nes", "Per Uten Epost"]
    assert Seat.objects.filter(event=days[1]).count() == 0


def test_a_name_of_two_places_and_a_missing_one_are_mended_on_the_spot(contact, days):
    opens_the_form(contact)
    writes_who_is_coming(contact)
    contact.writes("Municipality", "herøy")
    contact.writes("Your name", "")
    contact.presses_button("Register 4 people")
    contact.sees("Several municipalities are called something like that.", "Write your name.")
    contact.chooses("Herøy, Nordland")
    contact.writes("Your name", "Anna Berg")
    contact.presses_button("Register 4 people")
    contact.is_at("Look in your e-mail")
    assert Registration.objects.get().municipality.county == "Nordland"


def test_two_presses_and_the_back_button_make_one_registration(contact, days):
    opens_the_form(contact)
    contact.writes("Your name", "Anna Berg")
    contact.writes("Your e-mail", CONTACT)
    contact.page.get_by_role("button", name="Register one person", exact=True).dblclick()
    contact.is_at("Look in your e-mail")
    contact.sees("There was room for 1 person.")
    contact.page.go_back()
    contact.is_at("Register")
    contact.page.go_forward()
    contact.is_at("Look in your e-mail")
    assert Registration.objects.count() == 1
    assert len(contact.post.letters_to(CONTACT)) == 1


def registers_alone(resident) -> None:
    """One who comes alone says so, and who they are: nothing else is asked for."""
    resident.is_at("Meld deg på")
    expect(resident.labelled("Bare meg")).to_be_checked()
    resident.writes("Navnet ditt", "Kari Vik")
    resident.writes("E-posten din", CONTACT)
    resident.presses_button("Meld på én person")
    resident.is_at("Se i e-posten din")
    resident.sees("Det var plass til 1 person.")


def test_a_resident_finds_an_event_on_the_front_page_and_registers_on_a_phone(someone):
    event = EventFactory(title="Kurs i enkelt regnskap")
    resident = someone(CONTACT)
    with resident.does_it_in(presses=3, screens=4):
        resident.opens("/")
        resident.is_at(HOME)
        resident.follows(event.title)
        resident.is_at(event.title)
        resident.sees("KRA Stavanger", "10 av 10 plasser er ledige.")
        resident.follows("Meld deg på")
        registers_alone(resident)
    assert event.seats.get().participant.name == "Kari Vik"
    letter = resident.post.newest(CONTACT)
    assert event.title in letter.subject
    resident.opens(letter.link)
    resident.is_at("Kari Vik")
    resident.sees("Har plass")


def test_a_resident_finds_the_conference_on_the_front_page_and_registers_for_one_day(someone, days):
    resident = someone(CONTACT)
    with resident.does_it_in(presses=3, screens=4):
        resident.opens("/")
        resident.is_at(HOME)
        resident.follows(TITLE)
        resident.is_at(TITLE)
        resident.follows("Meld deg på i Oslo")
        registers_alone(resident)
    assert [event.seats.count() for event in days] == [0, 1]

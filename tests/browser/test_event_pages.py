"""Four people of one municipality after they are registered: each at their own phone, with the mails that they get."""

import uuid

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from events.actions.registration import Party, Person, register_party
from events.models import Event, Needs, Registration, Seat
from tests.factories import EventFactory, MunicipalityFactory, SeriesFactory

pytestmark = pytest.mark.django_db(transaction=True)
OPTIONAL = " (optional)"


@pytest.fixture(autouse=True)
def _fresh_day():
    cache.clear()


@pytest.fixture
def days() -> list[Event]:
    series = SeriesFactory(title="Two days")
    oslo = EventFactory(series=series, days=22, city="Oslo", title="Law", capacity=4)
    return [EventFactory(series=series, title="Practice"), oslo]


def register(days: list[Event], *people: Person, unnamed: int = 0, **facts) -> None:
    facts |= {"contact_name": "Anna", "language": "en"}
    party = Party(facts | {"fewest": len(people) + unnamed}, list(people), unnamed)
    register_party(events=days, party=party, form_token=uuid.uuid4())


def letter_about(person, subject: str):
    """The newest letter in somebody's mailbox that has this in its subject."""
    return [letter for letter in person.post.letters_to(person.address) if subject in letter.subject][-1]


def test_municipality_names_two_later_one_cancels_and_the_waitlist_moves_by_itself(someone, days):
    municipality = {"kind": Registration.Kind.MUNICIPALITY, "municipality": MunicipalityFactory()}
    people = [Person("Ola Berg", "ola@example.no"), Person("Siri Lang", "siri@example.no")]
    register(days, *people, unnamed=2, contact_email="anna@example.no", **municipality)
    myself = {"kind": Registration.Kind.MYSELF, "contact_email": "nora@example.no"}
    register(days[1:], Person("Nora Dahl", "nora@example.no"), **myself)
    anna, kari, nora = (someone(f"{name}@example.no") for name in ("anna", "kari", "nora"))

    with anna.does_it_in(presses=4, screens=5):
        names_two_later(anna)
    with kari.does_it_in(presses=4, screens=1):
        fills_in_and_gives_oslo_back(kari)
    with nora.does_it_in(presses=1, screens=2):
        takes_the_seat(nora)

    anna.page.reload()
    anna.sees("Given back")
    days[1].refresh_from_db()
    assert days[1].seats_taken == 4
    assert not Seat.objects.filter(status__in=Seat.IN_LINE).exists()


def names_two_later(anna) -> None:
    anna.opens(letter_about(anna, "Registered for").link)
    anna.is_at("Seats of Oslo")
    anna.sees("Ola Berg", "Siri Lang", "E-mail sent", "2 places have no name yet")
    for number, (name, email) in enumerate([("Kari Vik", "kari@example.no"), ("Per Dal", "")], 3):
        anna.follows(f"Place {number}: write who comes")
        anna.is_at(f"Who comes in place {number}?")
        anna.writes("Name", name)
        anna.page.get_by_label(f"E-mail{OPTIONAL}").fill(email)
        anna.presses_button("Save who comes")
        anna.is_at("Seats of Oslo")
        anna.sees(f"Saved: {name} has this place now.")
    anna.sees("No address: the e-mails go to you")
    anna.does_not_see("no name yet")


def fills_in_and_gives_oslo_back(kari) -> None:
    kari.opens(letter_about(kari, "Practice").link)
    kari.is_at("Kari Vik")
    kari.unfolds("What I need in order to eat and take part")
    kari.page.get_by_label("Vegan").check()
    kari.presses_button("Save what I need")
    kari.sees("Those who prepare the event know what you need.")
    assert Needs.objects.get().participant.name == "Kari Vik"
    kari.presses_button("Yes, give my seat back", within=kari.unfolds("I cannot come to Oslo"))
    kari.sees("You have given the seat back", "Given back", "Has a seat")
    assert "Law" in letter_about(kari, "Law").subject


def takes_the_seat(nora) -> None:
    nora.opens(letter_about(nora, "A seat at").link)
    nora.is_at("My registration")
    nora.presses_button("Accept")
    nora.sees("The seat is yours.", "Has a seat")
    nora.opens(letter_about(nora, "You have a seat").link)
    nora.is_at("Nora Dahl")
    nora.sees("Has a seat")


def test_contact_mends_a_wrong_address_renames_and_gives_back(someone, days):
    facts = {"kind": Registration.Kind.MUNICIPALITY, "municipality": MunicipalityFactory()}
    register(days, Person("Ola Berg", "ola@example.no"), contact_email="anna@example.no", **facts)
    anna = someone("anna@example.no")
    anna.opens(letter_about(anna, "Registered for").link)
    with anna.does_it_in(presses=6, screens=4):
        anna.is_at("Seats of Oslo")
        anna.follows("Ola Berg")
        anna.is_at("Ola Berg")
        anna.writes("Name", "Kari Vik")
        anna.writes("E-mail", "kari(at)example.no")
        anna.presses_button("Change who comes")
        expect(anna.labelled("Name")).to_have_value("Kari Vik")
        anna.writes("E-mail", "kari@example.no")
        anna.presses_button("Change who comes")
        anna.is_at("Seats of Oslo")
        anna.sees("Saved: Kari Vik has this place now.")
        anna.follows("Kari Vik")
        anna.is_at("Kari Vik")
        anna.presses_button("Yes, give back Oslo", within=anna.unfolds("Give back Oslo only"))
        anna.sees("Given back. Whoever had a seat gets an e-mail.")


def test_participant_finds_the_calendar_and_gives_back_once(someone, days):
    facts = {"kind": Registration.Kind.MYSELF, "contact_email": "nora@example.no"}
    register(days[:1], Person("Nora Dahl", "nora@example.no"), **facts)
    nora = someone("nora@example.no")
    nora.opens(letter_about(nora, "You have a seat").link)
    with nora.does_it_in(presses=3, screens=1):
        nora.is_at("Nora Dahl")
        with nora.page.expect_download() as download:
            nora.follows("Add to my calendar")
        assert download.value.suggested_filename.endswith(".ics")
        other = nora.page.context.new_page()
        other.goto(nora.page.url)
        nora.presses_button("Yes, give my seat back", within=nora.unfolds("I cannot come to Stavanger"))
        nora.sees("You have given the seat back")
    # The same page, left open in another tab.
    other.locator("summary", has_text="I cannot come to Stavanger").click()
    other.get_by_role("button", name="Yes, give my seat back").click()
    expect(other.locator("body")).to_contain_text("This was given back already.")

"""An organiser at work on a phone, without a script of ours: from writing an event down to calling it off.

Each job has its number of presses and screens, and one failure from which one recovers without typing anew.
"""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from events.actions.registration import Party, Person, register_party
from events.models import Event, Needs
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def organiser(request, someone, place):
    membership = MembershipFactory(incubator=place)
    return someone(membership.user.email, user=membership.user, java_script_enabled=request.param)


def register(event: Event, *names: str, **needs) -> None:
    for name in names:
        address = f"{name.lower()}@example.no"
        facts = {"kind": "myself", "contact_name": name, "contact_email": address, "language": "en"}
        party = Party(facts, [Person(name, address, needs=needs)])
        register_party(events=[event], party=party, form_token=uuid.uuid4())


def enters(organiser, room: str, heading: str) -> None:
    organiser.follows(room)
    organiser.is_at(heading)
    rooms = organiser.page.get_by_role("navigation", name="This event")
    expect(rooms.locator("[aria-current]")).to_have_text(room)


def writes_it_down(organiser) -> None:
    day = timezone.localtime() + dt.timedelta(days=30)
    organiser.is_at("Your events")
    organiser.follows("New event")
    organiser.is_at("New event")
    organiser.writes("Title", "Onsdagssamtale")
    organiser.writes("Begins", f"{day:%Y-%m-%d}T09:00")
    organiser.writes("Ends", f"{day:%Y-%m-%d}T14:30")
    organiser.writes("Venue", "KRA Stavanger")
    organiser.writes("Town", "Stavanger")
    organiser.writes("Seats", "3")
    organiser.presses_button("Save the event")
    organiser.is_at("Onsdagssamtale")


def publishes_it(organiser) -> None:
    organiser.presses_button("Publish the event")
    organiser.sees("Published: everyone can see it now.")


def makes_it_smaller(organiser) -> None:
    enters(organiser, "Edit", "Edit: Onsdagssamtale")
    organiser.writes("Seats", "2")
    organiser.presses_button("Save the event")
    expect(organiser.page.get_by_role("alert")).to_contain_text("Per")
    organiser.presses_button("Save and move 1 person to the waitlist")
    expect(organiser.page.locator(".number-note").first).to_contain_text("2 / 2")


def writes_to_all(organiser) -> None:
    enters(organiser, "Message", "Message to those who come")
    organiser.writes("Subject", "Bring a cup")
    organiser.writes("Message", "We have coffee.")
    organiser.presses_button("See how it will look")
    organiser.is_at("Look before you send")
    expect(organiser.page.get_by_role("article", name="The e-mail")).to_contain_text("We have coffee.")
    organiser.presses_button("Send it to 3 addresses")
    organiser.sees("The message is on its way to 3 addresses.")
    assert OutgoingMail.objects.filter(kind="event-announcement").count() == 3


def calls_it_off(organiser) -> None:
    enters(organiser, "Overview", "Onsdagssamtale")
    organiser.follows("Cancel the event")
    organiser.is_at("Cancel: Onsdagssamtale")
    organiser.sees("3 people and groups are told")
    organiser.writes("Why is it cancelled?", "The roof leaks.")
    organiser.presses_button("Cancel the event")
    organiser.is_at("Onsdagssamtale")
    organiser.sees("The event is cancelled, and all who were registered are told.", "The roof leaks.")


def test_event_is_written_published_filled_shrunk_told_of_and_cancelled(organiser):
    organiser.opens("/en/arbeidsflate/arrangementer/")
    with organiser.does_it_in(presses=3, screens=3):
        writes_it_down(organiser)
        publishes_it(organiser)
    event = Event.objects.get()
    register(event, "Anna", "Kari", "Per")
    with organiser.does_it_in(presses=1, screens=1):
        enters(organiser, "Registrations", "Registrations")
        organiser.sees("Anna", "Kari", "Per")
    with organiser.does_it_in(presses=3, screens=1):
        makes_it_smaller(organiser)
    with organiser.does_it_in(presses=3, screens=2):
        writes_to_all(organiser)
    with organiser.does_it_in(presses=3, screens=3):
        calls_it_off(organiser)
    assert not event.seats.live().exists()


def test_organiser_reads_what_people_need_and_finds_who_they_are(organiser, place):
    event = EventFactory(incubator=place)
    register(event, "Anna", diet=["vegan"])
    organiser.opens(f"/en/arbeidsflate/arrangementer/{event.slug}/")
    with organiser.does_it_in(presses=2, screens=1):
        enters(organiser, "Needs", "What those who come need")
        organiser.does_not_see("Anna")
        organiser.presses_button("Show names")
        organiser.sees("Anna", "Vegan")
    assert Needs.objects.count() == 1


def test_organiser_who_writes_something_wrong_mends_only_that(organiser, place):
    event = EventFactory(incubator=place, title="Practice")
    register(event, "Anna")
    desk = f"/en/arbeidsflate/arrangementer/{event.slug}/"
    organiser.opens(f"{desk}rediger/")
    organiser.writes("Venue", "The library")
    organiser.writes("Ends", "2020-01-01T10:00")
    organiser.presses_button("Save the event")
    organiser.sees("It ends before it begins.")
    expect(organiser.labelled("Venue")).to_have_value("The library")

    organiser.opens(f"{desk}melding/")
    organiser.writes("Message", "We have coffee.")
    organiser.presses_button("See how it will look")
    expect(organiser.labelled("Message")).to_have_value("We have coffee.")
    organiser.writes("Subject", "Coffee")
    organiser.presses_button("See how it will look")
    organiser.is_at("Look before you send")
    organiser.presses_button("Change it")
    expect(organiser.labelled("Subject")).to_have_value("Coffee")

    organiser.opens(f"{desk}avlys/")
    organiser.presses_button("Cancel the event")
    organiser.sees("Write why. Those who were to come read it.")
    organiser.follows("Keep the event")
    organiser.is_at("Practice")
    event.refresh_from_db()
    assert not event.is_cancelled


def test_organiser_writes_somebody_down_and_is_asked_only_what_fits(someone, place):
    event = EventFactory(incubator=place, title="Practice")
    membership = MembershipFactory(incubator=place)
    organiser = someone(membership.user.email, user=membership.user)
    organiser.opens(f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/")
    with organiser.does_it_in(presses=2, screens=2):
        organiser.follows("Register somebody")
        organiser.is_at("Register somebody")
        expect(organiser.page.get_by_text("For a group only")).to_be_hidden()
        organiser.chooses("Another organisation")
        expect(organiser.labelled("Municipality")).to_be_hidden()
        organiser.writes("Organisation", "Ljos")
        organiser.writes("Who comes, one a line", "Per Dal")
        organiser.writes("Name of the contact", "Siri Lang")
        organiser.presses_button("Register them")
        organiser.is_at("Ljos")
        organiser.sees("Registered. Here is what they got.", "Per Dal")

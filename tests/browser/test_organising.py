"""An organiser at work on a phone, without a script of ours: from writing an event down to calling it off."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from events.actions.registration import Party, Person, register_party
from events.models import Event
from tests.factories import MembershipFactory
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


def fits(page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def register(event: Event, name: str) -> None:
    address = f"{name.lower()}@example.no"
    facts = {"kind": "myself", "contact_name": name, "contact_email": address, "language": "en"}
    register_party(events=[event], party=Party(facts, [Person(name, address)]), form_token=uuid.uuid4())


def room(page, name: str) -> None:
    page.get_by_role("navigation", name="This event").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("navigation", name="This event").locator("[aria-current]")).to_have_text(name)
    fits(page)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_event_is_written_published_filled_shrunk_told_of_and_cancelled(open_page, java_script_enabled):
    # longer than usual because it is one person's day from beginning to end
    membership = MembershipFactory(incubator__name="Tøyen Unlimited")
    page = open_page(width=360, user=membership.user, java_script_enabled=java_script_enabled)
    page.goto("/en/arbeidsflate/arrangementer/")
    page.get_by_role("link", name="New event").first.click()
    day = timezone.localtime() + dt.timedelta(days=30)
    page.get_by_label("Title").fill("Onsdagssamtale")
    page.get_by_label("Begins", exact=True).fill(f"{day:%Y-%m-%d}T09:00")
    page.get_by_label("Ends", exact=True).fill(f"{day:%Y-%m-%d}T14:30")
    page.get_by_label("Venue").fill("KRA Stavanger")
    page.get_by_label("Town").fill("Stavanger")
    page.get_by_label("Seats").fill("3")
    page.get_by_role("button", name="Save the event").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Onsdagssamtale")
    fits(page)
    page.get_by_role("button", name="Publish the event").click()
    expect(page.get_by_text("Published: everyone can see it now.")).to_be_visible()

    event = Event.objects.get()
    for name in ("Anna", "Kari", "Per"):
        register(event, name)
    room(page, "Registrations")
    expect(page.get_by_role("link", name="Per", exact=True)).to_be_visible()

    room(page, "Edit")
    page.get_by_label("Seats").fill("2")
    page.get_by_role("button", name="Save the event").click()
    expect(page.get_by_role("alert")).to_contain_text("Per")
    fits(page)
    page.get_by_role("button", name="Save and move 1 person to the waitlist").click()
    expect(page.locator(".number-note").first).to_contain_text("2 / 2")

    room(page, "Message")
    page.get_by_label("Subject").fill("Bring a cup")
    page.get_by_role("textbox", name="Message").fill("We have coffee.")
    page.get_by_role("button", name="See how it will look").click()
    expect(page.get_by_role("article", name="The e-mail")).to_contain_text("We have coffee.")
    fits(page)
    page.get_by_role("button", name="Send it to 3 addresses").click()
    expect(page.get_by_text("The message is on its way to 3 addresses.")).to_be_visible()
    assert OutgoingMail.objects.filter(kind="event-announcement").count() == 3

    room(page, "Overview")
    page.get_by_role("link", name="Cancel the event").click()
    expect(page.get_by_text("3 people and groups are told")).to_be_visible()
    page.get_by_label("Why is it cancelled?").fill("The roof leaks.")
    page.get_by_role("button", name="Cancel the event").click()
    expect(page.get_by_text("The event is cancelled, and all who were registered are told.")).to_be_visible()
    expect(page.get_by_text("The roof leaks.")).to_be_visible()
    assert not event.seats.live().exists()

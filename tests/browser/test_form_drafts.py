"""What is typed into a long form is there again: after another page, a reload, another language, a log-in elsewhere."""

import re
import time

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from events.models import Event, Registration
from ideas.models import Idea
from incubators.models import Initiative
from tests.factories import EventFactory, IncubatorFactory, MunicipalityFactory, UserFactory
from unlimited.users.models import FormDraft

pytestmark = pytest.mark.django_db(transaction=True)
START = "/en/start-inkubator/"
STATUS = "[data-autosave-status]"


@pytest.fixture(autouse=True)
def _start():
    cache.clear()
    IncubatorFactory(intake=True)
    MunicipalityFactory(number="1103", name="Stavanger", county_number="11", county="Rogaland")


@pytest.fixture
def event() -> Event:
    return EventFactory(slug="part-1", capacity=40)


def fills_in(page) -> None:
    """Two from a municipality, with a row more than the form begins with."""
    page.goto("/en/arrangementer/part-1/pamelding/")
    page.get_by_label("A municipality", exact=True).check()
    page.get_by_label("Municipality", exact=True).fill("Stavanger")
    page.get_by_label("Your name").fill("Anna Berg")
    page.get_by_label("Your e-mail").fill("anna@example.no")
    page.get_by_role("button", name="Add one more participant").click()
    for number, name in enumerate(("Ola Nes", "Siri Vik", "Per Moe"), 1):
        row = page.get_by_role("group", name=f"Participant {number}", exact=True)
        row.get_by_label("Name", exact=True).fill(name)


def has_all(page) -> None:
    """What was filled in, whatever language the page has."""
    expect(page.locator("[name=kind][value=municipality]")).to_be_checked()
    expect(page.locator("[name=municipality]")).to_have_value("Stavanger")
    expect(page.locator("[name=contact_email]")).to_have_value("anna@example.no")
    for number, name in enumerate(("Ola Nes", "Siri Vik", "Per Moe")):
        expect(page.locator(f"[name=p-{number}-name]")).to_have_value(name)


def test_registration_is_whole_after_privacy_and_back_a_reload_and_another_language(phone, event):
    fills_in(phone)
    phone.locator("main").get_by_role("link", name="Privacy").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Privacy and cookies")
    phone.go_back()
    has_all(phone)
    phone.reload()
    has_all(phone)
    phone.locator("[name=p-2-role]").fill("Baker")
    phone.get_by_role("button", name="Menu").click()
    phone.get_by_role("link", name="Nynorsk").click()
    expect(phone).to_have_url(re.compile("/nn/"))
    has_all(phone)
    expect(phone.locator("[name=p-2-role]")).to_have_value("Baker")
    expect(phone.locator(".kept-draft")).to_be_visible()
    phone.locator("[data-submit]").click()
    expect(phone).to_have_url(re.compile("/kvittering/"))
    assert Registration.objects.get().participants.count() == 3
    phone.goto("/en/arrangementer/part-1/pamelding/")
    expect(phone.locator("[name=contact_email]")).to_have_value("")
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_log_in_elsewhere_costs_one_press_at_most(open_page, client_for, event, settings, script):
    page = open_page(width=360, java_script_enabled=script)
    if script:
        fills_in(page)
    else:
        page.goto("/en/arrangementer/part-1/pamelding/")
        page.get_by_label("Your name").fill("Anna Berg")
        page.get_by_label("Your e-mail").fill("anna@example.no")
    if script:
        expect(page.locator(STATUS)).to_contain_text("Draft saved")
    log_in_elsewhere(page.context, client_for(UserFactory()), settings)
    if script:
        page.get_by_label("Your name").fill("Anna Berg Vik")
        expect(page.locator(STATUS)).to_contain_text("Draft saved")
        time.sleep(1.5)
    page.locator("[data-submit]").click()
    if not script:
        page.get_by_role("button", name="Send it again").click()
    expect(page).to_have_url(re.compile("/kvittering/"))
    assert Registration.objects.get().contact_email == "anna@example.no"


def log_in_elsewhere(context, client, settings) -> None:
    """Another window of the browser logs in: a new session, and another CSRF token."""
    other = context.new_page()
    other.goto("/en/")
    address = other.url.split("/en/")[0]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    token = "t" * 32
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address},
            {"name": settings.CSRF_COOKIE_NAME, "value": token, "url": address},
        ]
    )
    other.close()


def test_draft_from_before_log_in_is_asked_about_in_the_same_browser(open_page, client_for, settings):
    page = open_page(width=360)
    page.goto(START)
    page.get_by_label("Why there?").fill("Nowhere to meet")
    expect(page.locator(STATUS)).to_contain_text("Draft saved")
    page.get_by_role("button", name="Save and go on later").click()
    expect(page.locator(".kept-draft")).to_contain_text("It is not sent yet.")
    expect(page.get_by_label("Why there?")).to_have_value("Nowhere to meet")
    page.get_by_role("button", name="Delete it and start anew").click()
    expect(page.locator(".kept-draft")).to_have_count(0)
    expect(page.get_by_label("Why there?")).to_have_value("")
    assert not FormDraft.objects.exists()


def test_slow_typist_is_saved_every_five_seconds(phone):
    """A key each 0.8 s leaves no pause of a second."""
    phone.goto(START)
    field = phone.get_by_label("Why there?")
    field.focus()
    begun, saved_after = time.monotonic(), None
    while time.monotonic() - begun < 8 and saved_after is None:
        phone.keyboard.type("a")
        phone.wait_for_timeout(800)
        if FormDraft.objects.exists():
            saved_after = time.monotonic() - begun
    assert saved_after is not None
    assert saved_after < 7


def test_what_was_typed_in_the_last_moment_is_saved_when_the_page_is_left(phone):
    phone.goto(START)
    phone.get_by_label("Why there?").fill("The last word")
    phone.goto("about:blank")
    phone.wait_for_timeout(1500)
    phone.goto(START)
    expect(phone.get_by_label("Why there?")).to_have_value("The last word")


def test_idea_in_its_first_second_is_saved_when_the_page_is_left(phone):
    phone.goto("/en/ideer/ny/")
    phone.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    phone.goto("about:blank")
    phone.wait_for_timeout(1500)
    assert Idea.objects.get().need == "A bench"


def test_language_link_leads_to_the_idea_that_was_begun(desk):
    desk.goto("/en/ideer/ny/")
    desk.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    desk.get_by_role("link", name="Nynorsk").click()
    expect(desk).to_have_url(re.compile("/nn/ideer/utkast/"))
    expect(desk.locator("[name=need]")).to_have_value("A bench")
    assert str(Idea.objects.get().uuid) in desk.url


def test_form_that_was_sent_is_not_saved_again_by_leaving(phone):
    phone.goto(START)
    phone.get_by_label("Who are you?").fill("The library")
    phone.get_by_label("Which municipality?").fill("Stavanger")
    phone.get_by_label("Why there?").fill("Nowhere to meet")
    phone.get_by_label("Your e-mail").fill("kari@example.no")
    phone.get_by_role("button", name="Tell us that you want to start one").click()
    expect(phone).to_have_url(re.compile("/takk/"))
    phone.wait_for_timeout(1200)
    assert Initiative.objects.count() == 1
    assert not FormDraft.objects.exists()

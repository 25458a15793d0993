"""On a phone: four digits are where I live, and lead to the one incubator that is for it."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ideas.models import Idea
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MunicipalityFactory, PostcodeAreaFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_postcode_selects_the_reader_who_can_be_changed(open_page, java_script_enabled):
    intake = IncubatorFactory(intake=True)
    toyen = PostcodeAreaFactory(incubator__name="Tøyen Unlimited", first="0655").incubator
    idea = IdeaFactory(incubator=None, neighbourhood="")
    Idea.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    page = open_page(width=360, user=idea.author, java_script_enabled=java_script_enabled)
    page.goto(f"/en/ideer/utkast/{idea.uuid}/sted/?til=send")
    page.get_by_label("Neighbourhood").fill("0655")
    page.get_by_role("button", name="Save and look it over").click()
    says_one_reader(page, "Tøyen Unlimited")

    page.get_by_role("link", name="Who reads your idea").click()
    page.get_by_label("Which incubator is near?").select_option(label="Norge Unlimited, for the whole country")
    page.get_by_role("button", name="Save and look it over").click()
    says_one_reader(page, "Norge Unlimited")
    page.get_by_role("link", name="Who reads your idea").click()
    page.get_by_label("Which incubator is near?").select_option("")
    page.get_by_role("button", name="Save and look it over").click()
    says_one_reader(page, "Tøyen Unlimited")
    is_as_wide_as_the_window(page)
    page.get_by_label("No, only the incubator").check()
    page.get_by_role("button", name="Send in the idea").click()
    expect(page.locator("main")).to_contain_text("Tøyen Unlimited")
    assert Idea.objects.get().incubator == toyen != intake


def says_one_reader(page, name: str) -> None:
    main = page.locator("main")
    expect(main).to_contain_text(f"{name} reads it. You get an answer")
    expect(main.get_by_text("reads it")).to_have_count(1)
    expect(main.get_by_text("finds an incubator")).to_have_count(0)


def test_postcode_is_never_the_number_of_a_municipality(open_page):
    MunicipalityFactory(number="1103", name="Stavanger", county_number="11", county="Rogaland")
    MunicipalityFactory(number="4601", name="Bergen", county_number="46", county="Vestland")
    IncubatorFactory(name="Tøyen Unlimited")
    IncubatorFactory(name="Storhaug Unlimited", municipality=MunicipalityFactory(number="1103"))
    page = open_page(width=360)
    page.goto("/en/inkubatorer/?q=1103")
    expect(page.get_by_role("link", name="Tøyen Unlimited")).to_be_visible()
    expect(page.get_by_role("link", name="Storhaug Unlimited")).to_have_count(0)
    page.goto("/en/inkubatorer/?q=5020")
    expect(page.get_by_role("heading", name="There is no incubator in Bergen yet")).to_be_visible()
    is_as_wide_as_the_window(page)

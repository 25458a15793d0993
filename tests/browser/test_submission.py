"""A resident's way from the home page to the receipt, on a phone; and what happens when the network is gone."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from ideas.models import Idea
from tests.factories import IncubatorFactory
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _intake():
    IncubatorFactory(intake=True)


def code_sent_to(address: str) -> str:
    return OutgoingMail.objects.filter(kind="login-code", recipient=address).latest("pk").snapshot["code"]


def test_from_home_to_receipt_on_a_phone_in_five_steps(phone):
    phone.goto("/en/")
    phone.get_by_label("What is missing in your neighbourhood?").fill("Nowhere to sit on the way to the shop.")
    phone.get_by_role("button", name="Go on with your idea").click()
    expect(phone.get_by_label("What is missing")).to_have_value("Nowhere to sit on the way to the shop.")
    phone.get_by_label("What would you like to do?").fill("Build benches with the school.")
    phone.get_by_role("button", name="Look it over and send it in").click()
    phone.get_by_label("Your e-mail").fill("kari@example.no")
    phone.get_by_role("button", name="Send me a code").click()
    phone.get_by_label(re.compile("code", re.I)).first.fill(code_sent_to("kari@example.no"))
    phone.get_by_role("button", name=re.compile("log in|go on|code", re.I)).first.click()
    phone.get_by_label("No, only the incubator").check()
    Idea.objects.update(created_at="2026-01-01T10:00:00Z")
    phone.get_by_role("button", name="Send in the idea").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your idea is received")
    assert Idea.objects.get().status == "submitted"


def test_what_is_typed_is_saved_without_a_button_and_is_there_after_a_reload(phone):
    phone.goto("/en/ideer/ny/")
    phone.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Saved")
    idea = Idea.objects.get()
    assert idea.need == "A bench"
    phone.reload()
    expect(phone.get_by_label("What is missing in your neighbourhood?")).to_have_value("A bench")
    phone.get_by_label("What would you like to do?").fill("Build it")
    phone.get_by_role("button", name="Save and go on").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("For whom")
    assert Idea.objects.get().proposal == "Build it"


def test_without_network_it_says_so_and_saves_when_it_is_back(phone):
    phone.goto("/en/ideer/ny/")
    phone.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Saved")
    failing = "**/lagre/"
    phone.route(failing, lambda route: route.fulfill(body="<p>Log in to this café's network</p>"))
    phone.get_by_label("What is missing in your neighbourhood?").fill("A bench and a lamp")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("We keep trying")
    phone.unroute(failing)
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Saved", timeout=8000)
    assert Idea.objects.get().need == "A bench and a lamp"


def test_save_that_is_told_to_wait_is_tried_again_by_itself(phone, settings):
    cache.clear()
    usual = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = usual | {"start_idea": "0/h/ip"}
    phone.clock.install()
    phone.goto("/en/ideer/ny/")
    with phone.expect_response("**/lagre/") as refused:
        phone.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    assert refused.value.status == 429
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Not saved yet.")
    assert not Idea.objects.exists()

    settings.ACCOUNT_RATE_LIMITS = usual
    with phone.expect_response("**/lagre/") as saved:
        phone.clock.fast_forward(31_000)
    assert saved.value.status == 200
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Saved")
    assert Idea.objects.get().need == "A bench"


def test_without_javascript_every_button_saves(open_page):
    page = open_page(width=320, java_script_enabled=False)
    page.goto("/en/ideer/ny/")
    page.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    page.get_by_label("What would you like to do?").fill("Build it")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Who is it for?").fill("Everybody")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who joins in")
    assert Idea.objects.get().audience == "Everybody"


def test_two_windows_do_not_lose_each_others_words(phone):
    phone.goto("/en/ideer/ny/")
    phone.get_by_label("What is missing in your neighbourhood?").fill("A bench")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("Saved")
    other = phone.context.new_page()
    other.goto(phone.url)
    other.get_by_label("What is missing in your neighbourhood?").fill("A lamp")
    expect(other.locator("[data-autosave-status]")).to_contain_text("Saved")
    phone.get_by_label("What is missing in your neighbourhood?").fill("A tree")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("another window")
    phone.get_by_role("button", name="Save and go on").click()
    expect(phone.locator("main")).to_contain_text("“A lamp”")
    expect(phone.get_by_label("What is missing in your neighbourhood?")).to_have_value("A tree")

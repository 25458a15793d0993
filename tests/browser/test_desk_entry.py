"""Somebody without e-mail tells an idea at the desk, opens it with the slip on another machine, and claims it later."""

import io

import pypdf
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from ideas.models import Idea
from tests.browser.test_axe import ALL, violations
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import DeskEntryFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Nobody greets in our street."


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_idea_told_at_the_desk_is_opened_by_its_slip_and_claimed(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    mona = MembershipFactory(incubator=incubator, user__name="Mona", user__language="en").user
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    code = tell_at_the_desk(open_page(user=mona, **window))
    idea = Idea.objects.get()
    person = open_page(**window)
    open_with_the_slip(person, code)
    expect(person.locator("main")).to_contain_text(WORDS)
    person.get_by_label("Write to the incubator").fill("I can paint it.")
    person.get_by_role("button", name="Send the message").click()
    expect(person.get_by_text("Your message is with the incubator.")).to_be_visible()
    is_as_wide_as_the_window(person)

    claim(person, post)
    expect(person.get_by_role("heading", level=1)).to_have_text(str(idea))
    assert Idea.objects.get().author.email == "gudrun@example.no"

    # The slip lies in the street: it opens nothing.
    finder = open_page(**window)
    finder.goto("/en/lapp/")
    finder.get_by_label("The code on your slip").fill(code)
    finder.get_by_role("button", name="Open my idea").click()
    expect(finder.locator("#error-summary")).to_contain_text("This code opens nothing.")


def tell_at_the_desk(page) -> str:
    """Forgets to read aloud, is told so with every word kept, and gets the slip; returns its code."""
    page.goto("/en/arbeidsflate/ideer/")
    page.get_by_role("link", name="Write down an idea for somebody without e-mail").click()
    page.get_by_label("What is missing in your neighbourhood?").fill(WORDS)
    page.get_by_label("What would you like to do?").fill("A bench by the school.")
    page.get_by_label("No, only the incubator").check()
    page.get_by_role("button", name="Send it in and make the slip").click()
    expect(page.locator("#error-summary")).to_contain_text("Read the words aloud first.")
    expect(page.get_by_label("What is missing in your neighbourhood?")).to_have_value(WORDS)
    is_as_wide_as_the_window(page)
    page.get_by_label("I have read this aloud, and they said yes").check()
    page.get_by_role("button", name="Send it in and make the slip").click()
    code = page.locator(".slip-code").inner_text()
    is_as_wide_as_the_window(page)
    printed = page.request.get(page.get_by_role("link", name="Print the slip").get_attribute("href"))
    words = " ".join(pypdf.PdfReader(io.BytesIO(printed.body())).pages[0].extract_text().split())
    assert code in words
    return code


def open_with_the_slip(page, code: str) -> None:
    """Mistypes it once; then as it is read aloud: small letters, no spaces."""
    page.goto("/en/")
    page.get_by_role("link", name="I have a slip with a code").click()
    page.get_by_label("The code on your slip").fill("1234 5678 901")
    page.get_by_role("button", name="Open my idea").click()
    expect(page.locator("#error-summary")).to_contain_text("This code opens nothing.")
    page.get_by_label("The code on your slip").fill(code.replace(" ", "").lower())
    is_as_wide_as_the_window(page)
    page.get_by_role("button", name="Open my idea").click()


def claim(page, post) -> None:
    """Four presses from the case to one's own page: by e-mail, send the code, type it, make it mine."""
    page.get_by_role("link", name="Get answers by e-mail").click()
    page.get_by_label("Your e-mail").fill("gudrun@example.no")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(post.newest("gudrun@example.no").code)
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("You are logged in as gudrun@example.no")
    page.get_by_role("button", name="Make the idea mine").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_slip_opens_breaks_no_rule_of_accessibility(open_page, scheme):
    """The sweep of all pages has no slip, so these are looked at here."""
    DeskEntryFactory()
    page = open_page(width=320, color_scheme=scheme)
    page.goto("/lapp/#ABCDEFGHJKM")
    page.wait_for_url("**/lapp/sak/")
    for address in ("/lapp/sak/", "/lapp/sak/min/", "/lapp/sak/trekk/"):
        page.goto(address)
        page.evaluate(AXE_SCRIPT)
        assert violations(page, ALL) == []
        is_as_wide_as_the_window(page)


def test_square_code_opens_the_case_and_no_address_that_was_asked_for_holds_it(open_page):
    DeskEntryFactory()
    page, asked = open_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/lapp/#ABCDEFGHJKM")
    page.wait_for_url("**/lapp/sak/")
    assert asked
    assert not [url for url in asked if "ABCDEFGHJKM" in url.partition("#")[0]]
    page.go_back()
    assert "ABCDEFGHJKM" not in page.url

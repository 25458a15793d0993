"""Three cases at once on a phone: one cannot be hidden, the words are missing, and then it is done for the two."""

import pytest
from playwright.sync_api import expect

from ideas.models import Idea
from tests.browser.people import Person
from tests.factories import IdeaFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "They name the same neighbour."


@pytest.fixture
def membership():
    return MembershipFactory(incubator__name="Tøyen Unlimited")


@pytest.fixture
def ideas(membership):
    titles = {"Verksted": {}, "Hage": {}, "Kafé": {"hidden": True}}
    return [
        IdeaFactory(submitted=True, consenting=True, incubator=membership.incubator, title=title, **more)
        for title, more in titles.items()
    ]


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_two_of_three_are_hidden_on_a_phone(open_page, membership, ideas, java_script_enabled):
    page = open_page(width=360, user=membership.user, java_script_enabled=java_script_enabled)
    mona = Person(page, None, membership.user.email)
    mona.opens("/en/arbeidsflate/ideer/")
    mona.is_at("Ideas at your incubators")
    with mona.does_it_in(presses=3, screens=3):
        if java_script_enabled:
            page.get_by_label("Choose all on this page").check()
            expect(page.locator("[data-chosen]")).to_have_text("Chosen: 3")
        else:
            for idea in ideas:
                page.get_by_label(f"Choose: {idea.title}").check()
        page.get_by_label("With those I have ticked").select_option("Hide the ideas from the public pages")
        mona.presses_button("See what will happen")
        mona.is_at("Hide the ideas from the public pages")
        mona.sees("It cannot be done with 1 case", "It is hidden already.")
        # Nothing written: it says so, and the two are still chosen.
        mona.presses_button("Do it for 2 cases")
        mona.is_at("Hide the ideas from the public pages")
        expect(page.locator("#error-summary")).to_contain_text("Write why it is hidden.")
        assert not Idea.objects.filter(hidden_reason=REASON)
        mona.writes("Why must it be hidden?", REASON)
        mona.presses_button("Do it for 2 cases")
        mona.is_at("Ideas at your incubators")
    expect(page.get_by_text("Hide the ideas from the public pages: done for 2 cases.")).to_be_visible()
    assert {idea.title for idea in Idea.objects.filter(hidden_reason=REASON)} == {"Verksted", "Hage"}


def test_cases_are_taken_by_keyboard_alone(open_page, membership, ideas):
    page = open_page(width=1280, user=membership.user)
    mona = Person(page, None, membership.user.email, has_no_mouse=True)
    mona.opens("/en/arbeidsflate/ideer/")
    for idea in ideas[:2]:
        mona.moves_to(page.get_by_label(f"Choose: {idea.title}"))
        page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: 2")
    mona.presses_button("See what will happen")
    mona.is_at("Take the cases")
    mona.presses_button("Do it for 2 cases")
    expect(page.get_by_text("Take the cases: done for 2 cases.")).to_be_visible()
    assert Idea.objects.filter(taken_by=membership.user).count() == 2


def test_who_thinks_better_of_it_goes_back_to_what_was_chosen(open_page, membership, ideas):
    page = open_page(width=360, user=membership.user)
    page.goto("/en/arbeidsflate/ideer/?hos=ingen")
    for idea in ideas[:2]:
        page.get_by_label(f"Choose: {idea.title}").check()
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_role("link", name="Choose other cases").click()
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: 2")
    page.get_by_label("Choose: Hage").uncheck()
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_role("button", name="Do it for 1 case")).to_be_visible()
    # The browser's own way back leads to the queue too, and nothing has happened.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ideas at your incubators")
    assert not Idea.objects.exclude(taken_by=None)

"""The desk in a real browser: a case answered by keyboard alone, and what a colleague's answer does to mine."""

import pytest
from playwright.sync_api import expect

from ideas.actions import moderation
from ideas.models import Idea
from tests.factories import IdeaFactory, MembershipFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def membership():
    return MembershipFactory(incubator__name="Tøyen Unlimited")


def press_until_focused(page, target, key: str = "Tab") -> None:
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached by {key}")


@pytest.mark.parametrize(("width", "java_script_enabled"), [(1280, True), (360, False)])
def test_case_is_taken_in_by_keyboard_alone(open_page, membership, width, java_script_enabled):
    idea = IdeaFactory(submitted=True, incubator=membership.incubator, title="Workshop")
    page = open_page(width=width, user=membership.user, java_script_enabled=java_script_enabled)
    page.goto("/en/arbeidsflate/ideer/")
    if java_script_enabled:
        press_until_focused(page, page.get_by_role("link", name="Workshop"))
        page.keyboard.press("Enter")
        press_until_focused(page, page.locator("summary", has_text="Take the idea in"))
        page.keyboard.press("Enter")
        press_until_focused(page, page.get_by_role("button", name="Take the idea in"))
        page.keyboard.press("Enter")
    else:
        page.get_by_role("link", name="Workshop").click()
        page.locator("summary", has_text="Take the idea in").click()
        page.get_by_role("button", name="Take the idea in").click()

    expect(page.get_by_text("The idea is taken in, and the author is told.")).to_be_visible()
    idea.refresh_from_db()
    assert (idea.status, idea.step, idea.taken_by) == ("accepted", "try", membership.user)


def test_answer_written_while_a_colleague_answered_is_kept(open_page, membership):
    idea = IdeaFactory(submitted=True, incubator=membership.incubator)
    page = open_page(width=1280, user=membership.user)
    page.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    page.locator("summary", has_text="Decline, with a reason").click()
    page.get_by_label("What is good about the idea?").fill("You know your street.")
    page.get_by_label("Why can you not take it in?").fill("We lack a cellar.")
    page.get_by_label("Where can they go from here?").fill("Ask the library.")
    page.locator("[name=way_on_to]").select_option("municipality")
    kari = UserFactory(name="Kari")
    moderation.request_changes(idea=idea, by=kari, seen_revision=idea.revision, reason="For whom?")

    page.get_by_role("button", name="Send this answer").click()

    expect(page.locator("#error-summary")).to_contain_text("Kari: “Asked for changes”")
    expect(page.get_by_label("Why can you not take it in?")).to_have_value("We lack a cellar.")
    assert Idea.objects.get().status == "changes_requested"
    page.get_by_role("button", name="Send this answer").click()
    expect(page.get_by_text("The author has got your answer.")).to_be_visible()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_ideas_are_narrowed_with_and_without_scripts(open_page, java_script_enabled):
    IdeaFactory(public=True, title="Ungdomsklubb", themes=[ThemeFactory(slug="mat", name_en="Food")])
    IdeaFactory(public=True, title="Strikking")
    page = open_page(width=360, java_script_enabled=java_script_enabled)
    page.goto("/en/ideer/")
    expect(page.locator("#results li")).to_have_count(2)

    page.locator("summary", has_text="More choices").click()
    page.get_by_label("Step").select_option("try")
    page.get_by_label("Theme").select_option("mat")
    if not java_script_enabled:
        page.get_by_role("button", name="Find ideas").click()
    expect(page.locator("#results li")).to_have_count(1)
    page.wait_for_url("**tema=mat**steg=try**")
    page.get_by_role("searchbox").fill("klubb")
    page.get_by_role("button", name="Find ideas").click()
    page.wait_for_url("**q=klubb**")
    expect(page.get_by_role("link", name="Ungdomsklubb")).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("klubb")
    expect(page.locator("#results li")).to_have_count(1)

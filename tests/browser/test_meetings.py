"""Author and supporter find a time on two phones, write down what was said, and what each does next."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MeetingFactory, MembershipFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relation():
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    return SupportRelationFactory(idea=idea, supporter=ali)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_two_find_a_time(open_page, post, relation, java_script_enabled):
    window = {"width": 360, "java_script_enabled": java_script_enabled}
    desk = open_page(user=relation.supporter, **window)
    desk.goto("/en/arbeidsflate/stotte/")
    # Three presses to the form: the idea, its meetings, a new one.
    desk.get_by_role("link", name="Workshop").click()
    desk.get_by_role("link", name="Meetings and next steps").click()
    desk.get_by_text("Propose a meeting").click()
    desk.get_by_label("What is it about?").fill("The cellar")
    desk.get_by_role("button", name="Send the proposal").click()
    expect(desk.locator("#error-summary")).to_contain_text("Enter at least one time.")
    expect(desk.get_by_label("What is it about?")).to_have_value("The cellar")
    is_as_wide_as_the_window(desk)
    desk.get_by_label("A time that suits you").fill(f"{in_three_days():%Y-%m-%dT%H:%M}")
    desk.get_by_label("Where?").fill("The library")
    desk.get_by_role("button", name="Send the proposal").click()
    expect(desk.get_by_text("The proposal is sent.")).to_be_visible()

    # From the mail, one press books.
    author = open_page(user=relation.idea.author, **window)
    author.goto(post.newest(relation.idea.author.email).link)
    is_as_wide_as_the_window(author)
    author.locator("main form[action*=velg] button").click()
    expect(author.get_by_text("The meeting is booked.")).to_be_visible()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_both_write_at_once_and_agree_on_what_is_next(open_page, relation, java_script_enabled):
    MeetingFactory(idea=relation.idea, past=True)
    window = {"width": 360, "java_script_enabled": java_script_enabled}
    desk, author = (open_page(user=user, **window) for user in (relation.supporter, relation.idea.author))
    desk.goto(f"/en/arbeidsflate/ideer/{relation.idea.uuid}/moter/")
    author.goto(f"/en/min-side/ideer/{relation.idea.uuid}/moter/")
    save_notes(desk, "The key is at the school.")
    author.get_by_text("Write in the shared notes").click()
    author.get_by_label("Shared notes").fill("Ask on Monday.")
    author.get_by_role("button", name="Save the shared notes").click()
    # The second is shown both texts.
    expect(author.locator("main")).to_contain_text("The key is at the school.")
    expect(author.get_by_label("Shared notes")).to_have_value("Ask on Monday.")
    author.get_by_label("Shared notes").fill("The key is at the school. Ask on Monday.")
    author.get_by_role("button", name="Save the shared notes").click()
    expect(author.get_by_text("The shared notes are saved.")).to_be_visible()

    author.get_by_text("Write down a next step").click()
    author.get_by_label("What is to be done?").fill("Ask for the key")
    author.get_by_label("The supporter").check()
    author.get_by_label("By when?").fill(f"{in_three_days():%Y-%m-%d}")
    author.get_by_role("button", name="Write down the step").click()
    expect(author.get_by_text("The step is written down.")).to_be_visible()

    # It waits on the supporter's desk.
    desk.goto("/en/arbeidsflate/stotte/")
    desk.get_by_role("link", name="Ask for the key").click()
    is_as_wide_as_the_window(desk)
    desk.get_by_role("button", name="It is done").click()
    expect(desk.get_by_text("The step is ticked off.")).to_be_visible()


def save_notes(page, words: str) -> None:
    """Write in the shared notes, as they stood when the other's page was opened."""
    page.get_by_text("Write in the shared notes").click()
    page.get_by_label("Shared notes").fill(words)
    page.get_by_role("button", name="Save the shared notes").click()
    expect(page.get_by_text("The shared notes are saved.")).to_be_visible()


def in_three_days() -> dt.datetime:
    return timezone.localtime() + dt.timedelta(days=3)

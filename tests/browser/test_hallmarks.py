"""Two phones: each answers the five apart, and reads the other's once both have."""

import pytest
from playwright.sync_api import expect

from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_two_answer_apart_and_read_where_they_differ(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    SupportRelationFactory(idea=idea, supporter=ali)
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    author = open_page(user=idea.author, **window)
    author.goto(f"/en/min-side/ideer/{idea.uuid}/moter/")
    author.get_by_role("link", name="Five things to talk about").click()
    # Six presses: an answer each, and send. One is forgotten.
    for number in range(4):
        author.get_by_label("Yes", exact=True).nth(number).check()
    author.get_by_label("In a sentence").first.fill("Nobody else opens the cellar.")
    author.get_by_role("button", name="Send my answers").click()
    expect(author.locator("#error-summary")).to_contain_text("Choose one of the three")
    expect(author.get_by_label("In a sentence").first).to_have_value("Nobody else opens the cellar.")
    author.get_by_label("We need help").nth(4).check()
    author.get_by_role("button", name="Send my answers").click()
    expect(author.get_by_text("Your answers are sent.")).to_be_visible()
    is_as_wide_as_the_window(author)

    desk = open_page(user=ali, **window)
    desk.goto(post.newest(ali.email).link)
    expect(desk.locator("main")).not_to_contain_text("Nobody else opens the cellar.")
    for number in range(5):
        desk.get_by_label("Yes", exact=True).nth(number).check()
    desk.get_by_role("button", name="Send my answers").click()
    expect(desk.locator("main")).to_contain_text("Nobody else opens the cellar.")
    expect(desk.locator("article").first).to_contain_text("You see this differently")
    is_as_wide_as_the_window(desk)

    author.goto(post.newest(idea.author.email).link)
    expect(author.locator("main")).to_contain_text("You see this differently")

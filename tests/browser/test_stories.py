"""A story on a phone: written, agreed to by its person's own link, on the public page, taken back, gone."""

import re

import pytest
from playwright.sync_api import expect

from ideas.models import Story
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, StoryPlaceFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def fits(page) -> None:
    is_as_wide_as_the_window(page)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_story_is_shown_by_a_yes_and_gone_by_taking_it_back(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(public=True, incubator=incubator, title="Workshop", author__language="en")
    SupportRelationFactory(idea=idea, supporter=ali)
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    desk = open_page(user=ali, **window)
    write_and_ask(desk, idea)
    author = open_page(**window)
    author.goto(post.newest(idea.author.email).link)
    fits(author)
    say_yes_while_the_words_change(author, desk)

    anyone = open_page(**window)
    anyone.goto(f"/en/ideer/{idea.slug}/")
    expect(anyone.get_by_text("He knows everybody here.")).to_be_visible()
    fits(anyone)

    StoryPlaceFactory(story=Story.objects.get(), where="The local newspaper")
    author.get_by_role("button", name="Take back all").click()
    expect(author.get_by_text("You have taken it back.")).to_be_visible()
    places = author.get_by_role("region", name="Where the story stands")
    expect(places).to_contain_text(re.compile("This website: not shown.*The local newspaper", re.S))
    anyone.reload()
    expect(anyone.get_by_text("He knows everybody here.")).to_have_count(0)
    desk.goto(post.newest(ali.email).link)
    expect(desk.locator("main")).to_contain_text("The local newspaper")


def write_and_ask(desk, idea) -> None:
    """The supporter writes a story, first without its words, and asks who is in it."""
    desk.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/stotte/")
    desk.get_by_role("link", name="Stories").click()
    desk.get_by_role("link", name="Write a story").click()
    desk.get_by_label("What is the story called?").fill("A table for Gunnar")
    desk.get_by_role("button", name="Save the story").click()
    expect(desk.locator("#error-summary")).to_contain_text("Write the story.")
    desk.get_by_label("Tell it").fill("He knew nobody here.")
    desk.get_by_role("button", name="Save the story").click()
    fits(desk)
    desk.get_by_role("button", name="Ask by mail").click()
    expect(desk.get_by_text("They are asked by mail.")).to_be_visible()


def say_yes_while_the_words_change(author, desk) -> None:
    """Nothing is saved to words that are gone: the new ones are shown, and the same ticks are pressed once more."""
    expect(author.locator("main")).to_contain_text("He knew nobody here.")
    desk.get_by_role("link", name="Change the words").click()
    desk.get_by_label("Tell it").fill("He knows everybody here.")
    desk.get_by_role("button", name="Save the story").click()
    author.get_by_label("Yes, on this website").check()
    author.get_by_label("I am 15 or older").check()
    author.get_by_role("button", name="Save my answer").click()
    expect(author.locator("#error-summary")).to_contain_text("The words have changed since you read them.")
    expect(author.locator("main")).to_contain_text("He knows everybody here.")
    expect(author.get_by_label("Yes, on this website")).to_be_checked()
    author.get_by_role("button", name="Save my answer").click()
    expect(author.get_by_text("Your answer is saved.")).to_be_visible()

"""Two ideas that are the same become one on three phones: asked about, said yes to twice, and read by both."""

import pytest
from playwright.sync_api import expect

from ideas.actions.merging import propose_merge
from ideas.models import Merge
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_two_ideas_become_one(open_page, post, java_script_enabled):
    place = IncubatorFactory(name="Tøyen Unlimited")
    mona = MembershipFactory(incubator=place, user__name="Mona", user__language="en").user
    facts = {"incubator": place, "author__language": "en"}
    source = IdeaFactory(submitted=True, title="Workshop in the cellar", author__name="Sara", **facts)
    target = IdeaFactory(public=True, title="Workshop for all", author__name="Ola", **facts)
    # This one is on its way into another already.
    going, goal = IdeaFactory(submitted=True, title="Sewing", **facts), IdeaFactory(accepted=True, **facts)
    propose_merge(source=going, target=goal, by=mona, reason="Both sew.")
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    ask_in_a_circle_and_then_well(open_page(user=mona, **window), source)

    # Two presses each from the mail: the link, and yes.
    for author in (source.author, target.author):
        answering = open_page(user=author, **window)
        answering.goto(post.newest(author.email).link)
        expect(answering.locator("#sla-sammen")).to_contain_text("Both want a workshop.")
        is_as_wide_as_the_window(answering)
        answering.get_by_role("button", name="Yes, make them one").click()
        expect(answering.get_by_text("You have said yes.", exact=True)).to_be_visible()
    assert Merge.objects.get(source=source).is_done

    # Both see one idea.
    reading = open_page(user=source.author, **window)
    reading.goto(f"/en/min-side/ideer/{source.uuid}/")
    reading.get_by_role("link", name="See it and write along").click()
    expect(reading.get_by_role("heading", level=1)).to_have_text("Workshop for all")
    answering.reload()
    expect(answering.get_by_role("heading", level=1)).to_have_text("Workshop for all")
    expect(answering.locator("main")).to_contain_text("Sara")


def ask_in_a_circle_and_then_well(asking, source) -> None:
    """What cannot be is told, and the words are kept."""
    asking.goto(f"/en/arbeidsflate/ideer/{source.uuid}/")
    asking.get_by_role("link", name="Merge with another idea").click()
    asking.get_by_label("Why are they one idea?").fill("Both want a workshop.")
    asking.get_by_label("Sewing").check()
    asking.get_by_role("button", name="Ask the authors").click()
    expect(asking.locator("#error-summary")).to_contain_text("They cannot go in a circle")
    expect(asking.get_by_label("Why are they one idea?")).to_have_value("Both want a workshop.")
    is_as_wide_as_the_window(asking)
    asking.get_by_label("Search for the other idea").fill("for all")
    asking.get_by_role("button", name="Search", exact=True).click()
    expect(asking.get_by_label("Why are they one idea?")).to_have_value("Both want a workshop.")
    asking.get_by_label("Workshop for all").check()
    asking.get_by_role("button", name="Ask the authors").click()
    expect(asking.get_by_text("Nothing happens before both have said yes.")).to_be_visible()
    is_as_wide_as_the_window(asking)

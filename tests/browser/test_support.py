"""An idea finds its supporter on three phones: asked, said yes to from a mail, and said yes to by its author."""

import pytest
from playwright.sync_api import expect

from ideas.models import SupportRelation
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_idea_gets_a_supporter_whom_both_sides_have_said_yes_to(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    mona = MembershipFactory(incubator=incubator, user__name="Mona", user__language="en").user
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    asking = open_page(user=mona, **window)
    asking.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    asking.get_by_role("link", name="Who supports the idea").click()
    asking.get_by_label("Where does it stand?").fill("She is best reached after six.")
    asking.get_by_role("button", name="Ask them").click()
    expect(asking.locator("#error-summary")).to_contain_text("Choose who could support it.")
    expect(asking.get_by_label("Where does it stand?")).to_have_value("She is best reached after six.")
    asking.get_by_label("Who could support the idea?").select_option(label="Ali, has 0 of 8")
    is_as_wide_as_the_window(asking)
    asking.get_by_role("button", name="Ask them").click()
    expect(asking.get_by_text("The question is sent.")).to_be_visible()

    # Two presses each from the mail: the link, and yes.
    answering = open_page(user=ali, **window)
    answering.goto(post.newest(ali.email).link)
    expect(answering.locator("main")).to_contain_text("She is best reached after six.")
    answering.get_by_role("button", name="Say yes").click()
    expect(answering.get_by_text("You have said yes.")).to_be_visible()

    deciding = open_page(user=idea.author, **window)
    deciding.goto(post.newest(idea.author.email).link)
    deciding.get_by_role("link", name="Read more and answer").click()
    expect(deciding.locator("main")).not_to_contain_text("after six")
    is_as_wide_as_the_window(deciding)
    deciding.get_by_role("button", name="Say yes").click()
    expect(deciding.get_by_text("You have said yes.")).to_be_visible()
    assert SupportRelation.objects.active().get().supporter == ali

    # It stands on the list of those that Ali supports.
    answering.goto("/en/arbeidsflate/stotte/")
    expect(answering.get_by_role("link", name="Workshop")).to_be_visible()
    is_as_wide_as_the_window(answering)

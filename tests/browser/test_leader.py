"""The leader on a phone: finds the idea that has nobody, and asks somebody, in six presses."""

import pytest
from playwright.sync_api import expect

from ideas.models import SupportRelation
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import BudgetFactory, IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_leader_finds_the_idea_without_a_supporter_and_asks_one(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    SupportRelationFactory(idea=IdeaFactory(accepted=True, incubator=incubator), supporter=ali)
    idea = IdeaFactory(
        accepted=True, incubator=incubator, title="Workshop for everyone who would like to mend a bicycle"
    )
    BudgetFactory(incubator=incubator)
    leads = MembershipFactory(incubator=incubator, leader=True, user__language="en").user
    page = open_page(user=leads, width=360, java_script_enabled=java_script_enabled)

    page.goto("/en/arbeidsflate/")
    page.get_by_role("link", name="For the leader").click()
    page.get_by_role("link", name="Ideas without a supporter (1)").click()
    expect(page.get_by_role("heading", name="Ideas without a supporter")).to_be_in_viewport()
    is_as_wide_as_the_window(page)
    page.get_by_role("link", name="Ask somebody").click()
    page.get_by_label("Who could support the idea?").select_option(label="Ali, has 1 of 8")
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("The question is sent.")).to_be_visible()

    assert SupportRelation.objects.get(idea=idea).supporter == ali
    assert post.newest(ali.email)
    page.get_by_role("link", name="For the leader").click()
    expect(page.locator("main")).to_contain_text("Each idea taken in has a supporter, or somebody is asked.")
    expect(page.locator("section[aria-labelledby=caseload]")).to_contain_text("1 of 8")
    expect(page.locator("section", has_text="Money for ideas")).to_contain_text("10,000 kr")

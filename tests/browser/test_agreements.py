"""Agreements on two phones and the leader's desk: budget, proposal, yes, talk, and the idea one step further."""

import pytest
from playwright.sync_api import expect

from ideas.models import Idea
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import (
    AgreementFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relation():
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    return SupportRelationFactory(idea=idea, supporter=ali)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_agreement_within_the_leaders_budget_is_answered_from_the_mail(open_page, post, relation, java_script_enabled):
    window = {"width": 360, "java_script_enabled": java_script_enabled}
    incubator, author = relation.idea.incubator, relation.idea.author
    leading = open_page(user=MembershipFactory(incubator=incubator, leader=True, user__language="en").user, **window)
    leading.goto("/en/arbeidsflate/")
    leading.get_by_role("link", name="Budget for ideas").click()
    leading.get_by_label("How many kroner?").fill("5000")
    leading.get_by_role("button", name="Save the budget").click()
    expect(leading.get_by_text("The budget is saved.")).to_be_visible()
    is_as_wide_as_the_window(leading)

    # Two presses to the form; more than there is is refused, and what was written stays.
    desk = open_page(user=relation.supporter, **window)
    desk.goto(f"/en/arbeidsflate/ideer/{relation.idea.uuid}/stotte/")
    desk.get_by_role("link", name="Agreements").click()
    desk.get_by_label("What do you want to find out?").fill("Do they come back?")
    desk.get_by_label("Money, in kroner").fill("6000")
    desk.get_by_role("button", name="Send it to the author").click()
    expect(desk.locator("#error-summary")).to_contain_text("Only 5000 kr are left.")
    expect(desk.get_by_label("What do you want to find out?")).to_have_value("Do they come back?")
    desk.get_by_label("Money, in kroner").fill("4000")
    desk.get_by_role("button", name="Send it to the author").click()
    expect(desk.get_by_text("The agreement is sent to the author.")).to_be_visible()
    is_as_wide_as_the_window(desk)

    # One press from the mail.
    page = open_page(user=author, **window)
    page.goto(post.newest(author.email).link)
    is_as_wide_as_the_window(page)
    page.get_by_role("button", name="Say yes to this").click()
    expect(page.get_by_text("It is agreed on.")).to_be_visible()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_talk_leads_the_idea_to_be_built_once_its_form_is_thought_of(open_page, post, relation, java_script_enabled):
    Idea.objects.update(step="do")
    relation.idea.refresh_from_db()
    AgreementFactory(idea=relation.idea, agreed=True)
    desk = open_page(user=relation.supporter, width=360, java_script_enabled=java_script_enabled)
    desk.goto(f"/en/arbeidsflate/ideer/{relation.idea.uuid}/avtaler/")
    desk.get_by_text("We have talked: write how it went").click()
    desk.get_by_label("Up to the next step").check()
    desk.get_by_label("What did you find out?").fill("Forty came, and thirty came back.")
    desk.get_by_label("What happens now?").fill("A bigger room.")
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.locator("#error-summary")).to_contain_text("Before it is built")
    expect(desk.get_by_label("What happens now?")).to_have_value("A bigger room.")

    other = open_page(user=relation.idea.author, width=360, java_script_enabled=java_script_enabled)
    other.goto(f"/en/min-side/ideer/{relation.idea.uuid}/organisasjon/")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("#error-summary")).to_contain_text("Choose a form")
    other.get_by_label("Association (forening)").check()
    other.get_by_label("Who pays?").fill("The school.")
    other.get_by_label("Statutes", exact=False).first.set_input_files(
        {"name": "vedtekter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 statutes"}
    )
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("It is saved.")).to_be_visible()
    is_as_wide_as_the_window(other)

    desk.get_by_role("button", name="Write it down").click()
    expect(desk.get_by_text("It is written down, and the author is told.")).to_be_visible()
    other.goto(post.newest(relation.idea.author.email).link)
    expect(other.locator("main")).to_contain_text("The idea is now being built into something that lasts.")

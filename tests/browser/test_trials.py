"""A trial on a phone in three fields; the supporter reads it, and takes the pilot report along."""

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_three_fields_on_a_phone_make_a_pilot_report(open_page, post, java_script_enabled, tmp_path):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    SupportRelationFactory(idea=idea, supporter=ali)
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    author = open_page(user=idea.author, **window)
    author.goto(f"/en/min-side/ideer/{idea.uuid}/")
    # Three presses and three fields.
    author.get_by_role("link", name="What we tried").click()
    author.get_by_role("link", name="Write down a trial").click()
    author.get_by_label("What did you want to find out?").fill("Would anyone come?")
    author.get_by_label("What happened?").fill("Forty came.")
    author.get_by_role("button", name="Save the trial").click()
    expect(author.locator("#error-summary")).to_contain_text("Write what you learnt")
    expect(author.get_by_label("What happened?")).to_have_value("Forty came.")
    author.get_by_label("What did you learn?").fill("They want to cook.")
    author.get_by_role("button", name="Save the trial").click()
    expect(author.get_by_text("The trial is written down.")).to_be_visible()
    is_as_wide_as_the_window(author)

    desk = open_page(user=ali, **window)
    desk.goto(post.newest(ali.email).link)
    expect(desk.locator("main")).to_contain_text("They want to cook.")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="pilot report").click()
    download.value.save_as(tmp_path / "pilot.pdf")
    assert "Forty came." in pypdf.PdfReader(tmp_path / "pilot.pdf").pages[0].extract_text()

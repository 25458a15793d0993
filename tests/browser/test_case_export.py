"""Somebody asks to see a case of a public incubator, and gets a file that leaves out what is not theirs."""

import json

import pypdf
import pytest
from playwright.sync_api import expect

from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, RedactionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_case_is_handed_out_on_a_phone(open_page, java_script_enabled):
    membership = MembershipFactory(incubator=IncubatorFactory(public=True))
    idea = IdeaFactory(declined=True, incubator=membership.incubator, title="Workshop", need="Kari is alone.")
    RedactionFactory(idea=idea, passage="Kari")
    page = open_page(width=360, user=membership.user, java_script_enabled=java_script_enabled)
    page.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    page.get_by_role("link", name="Hand the case out to someone who asks").click()
    page.get_by_role("button", name="Make the file").click()
    expect(page.locator("#error-summary")).to_be_visible()

    page.get_by_label("Who asked for it?").fill("The local paper")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    text = pypdf.PdfReader(download.value.path()).pages[0].extract_text()
    assert "[…] is alone." in text
    assert "Kari" not in text

    page.get_by_label("For machines (JSON)").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    assert json.loads(download.value.path().read_text())["left_out"]["passages"] == 1
    page.goto(page.url)
    expect(page.get_by_text("The local paper")).to_have_count(2)

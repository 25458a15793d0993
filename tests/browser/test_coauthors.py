"""Asked by mail, writing along on a phone, leaving, and seeing nothing more."""

import pytest
from playwright.sync_api import expect

from ideas.actions.coauthors import invite_coauthor
from ideas.models import Idea
from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_invited_by_mail_writes_along_and_leaves(someone):
    idea = IdeaFactory(changes_requested=True, title="Benker langs elva", author__language="nb")
    invite_coauthor(idea=idea, by=idea.author, email="ola@example.no", role="edit")
    ola = someone("ola@example.no", width=360)
    page, main = ola.page, ola.page.locator("main")

    ola.opens(ola.post.newest(ola.address).link)
    main.locator("a[href*='login']").click()
    ola.presses_button("Send meg en kode")
    ola.types_the_code()
    main.locator("form[action$='/bli-med/'] button").click()
    page.wait_for_url("**/min-side/ideer/**")
    ola.is_at("Benker langs elva")

    ola.opens(f"/ideer/utkast/{idea.uuid}/ideen/")
    page.locator("[name=need]").fill("Ingen steder å sitte.")
    page.locator("main button[type=submit][name=go], main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert Idea.objects.get().need == "Ingen steder å sitte."

    ola.opens(f"/min-side/ideer/{idea.uuid}/")
    ola.sees("Ingen steder å sitte.")
    main.locator("form[action$='/forlat/'] button").click()
    page.wait_for_url("**/min-side/")
    expect(page.locator("body")).not_to_contain_text("Benker langs elva")
    assert page.goto(f"/min-side/ideer/{idea.uuid}/").status == 404
    assert page.goto(f"/ideer/utkast/{idea.uuid}/ideen/").status == 404

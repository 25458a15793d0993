"""One text holds two ideas: a moderator makes two cases of it on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import works_at
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_cases_are_made_of_one_after_a_name_was_forgotten(someone):
    place = IncubatorFactory(name="Tøyen Unlimited")
    jonas = someone("jonas@example.no", secret=works_at(place, "jonas@example.no", "Jonas"), width=360)
    author = UserFactory(email="kari@example.no")
    idea = IdeaFactory(submitted=True, incubator=place, author=author, title="Benker og kor")

    jonas.logs_in()
    jonas.opens(f"/arbeidsflate/ideer/{idea.uuid}/")
    form = jonas.page.locator("#del")
    form.locator("summary").click()
    form.locator("[name=proposal]").fill("Synge sammen hver torsdag.")
    form.locator("[name=reason]").fill("Det er to ideer.")
    jonas._press(form.locator("button[type=submit]"))
    expect(jonas.page.locator("#error-summary")).to_be_visible()
    expect(form.locator("[name=proposal]")).to_have_value("Synge sammen hver torsdag.")
    form.locator("[name=title]").fill("Kor på torsdager")
    jonas._press(form.locator("button[type=submit]"))
    expect(jonas.page.locator(".history a", has_text="Kor på torsdager")).to_be_visible()

    kari = someone("kari@example.no", width=360)
    told = kari.post.newest(kari.address)
    kari.logs_in()
    kari.opens(told.link)
    kari.is_at("Kor på torsdager")
    kari.sees("Det er to ideer.")
    kari.follows("Benker og kor")
    kari.is_at("Benker og kor")

"""A case goes to those who live nearer, who ask for more time: the date is the author's to move."""

import pytest
from playwright.sync_api import expect

from ideas.actions.moving import days_to_ask_for
from tests.browser.people import works_at
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Benker langs elva"


def test_a_case_moves_and_its_author_agrees_to_a_later_date(someone):
    here, there = IncubatorFactory(name="Tøyen Unlimited"), IncubatorFactory(name="Storhaug Unlimited")
    jonas = someone("jonas@example.no", secret=works_at(here, "jonas@example.no", "Jonas"), width=360)
    siri = someone("siri@example.no", secret=works_at(there, "siri@example.no", "Siri"), width=360)
    author = UserFactory(email="kari@example.no")
    idea = IdeaFactory(submitted=True, incubator=here, author=author, title=TITLE)

    move(jonas, idea, there)
    _first, last = days_to_ask_for(idea)
    ask_for_too_much_and_then_less(siri, idea, last)

    kari = someone("kari@example.no", width=360)
    asked = kari.post.newest(kari.address)
    kari.logs_in()
    kari.opens(asked.link)
    kari.is_at(TITLE)
    before = kari.presses
    kari._press(kari.page.locator("#senere-frist button[value=ja]"))
    expect(kari.page.locator("#senere-frist")).to_have_count(0)
    assert kari.presses - before == 1
    kari.does_not_see("Ring henne på fredager.")
    idea.refresh_from_db()
    assert idea.answer_due_on == last
    kinds = list(idea.transitions.values_list("kind", flat=True))
    assert kinds == ["moved", "later_asked", "later_agreed"]


def open_form(person, idea, name):
    person.logs_in()
    person.opens(f"/arbeidsflate/ideer/{idea.uuid}/")
    form = person.page.locator(f"#{name}")
    form.locator("summary").click()
    return form


def move(moderator, idea, there) -> None:
    """Where the case is gone, the queue is what they see."""
    form = open_form(moderator, idea, "flytt")
    form.locator("[name=to]").select_option(there.slug)
    form.locator("[name=reason]").fill("Du bor nærmere Storhaug.")
    form.locator("[name=internal_note]").fill("Ring henne på fredager.")
    moderator._press(form.locator("button[type=submit]"))
    moderator.page.wait_for_url("**/arbeidsflate/ideer/")


def ask_for_too_much_and_then_less(moderator, idea, last) -> None:
    """A day too far off is told, and the reason is kept."""
    form = open_form(moderator, idea, "senere-frist")
    moderator.sees("Ring henne på fredager.")
    form.locator("[name=day]").fill(last.replace(year=last.year + 1).isoformat())
    form.locator("[name=reason]").fill("Vi er tre.")
    moderator._press(form.locator("button[type=submit]"))
    expect(moderator.page.locator("#error-summary")).to_be_visible()
    expect(form.locator("[name=reason]")).to_have_value("Vi er tre.")
    form.locator("[name=day]").fill(last.isoformat())
    moderator._press(form.locator("button[type=submit]"))
    expect(moderator.page.locator("#senere-frist")).to_have_count(0)

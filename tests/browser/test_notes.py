"""Colleagues at a case, on their phones: a note to those on it, somebody named who may not read it, and an answer."""

import pytest
from playwright.sync_api import expect

from ideas.models import Note
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "The caretaker has a key. Who can ask him?"


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_moderator_tells_a_colleague_on_the_case_and_is_answered(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    mona, kari, ola = (
        MembershipFactory(incubator=incubator, user__name=name, user__language="en").user
        for name in ("Mona", "Kari", "Ola")
    )
    idea = IdeaFactory(submitted=True, incubator=incubator, title="Workshop", taken_by=mona)
    idea.team_members.create(user=kari)
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    writer = open_page(user=mona, **window)
    writer.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    write_it(writer)
    assert not post.letters_to(ola.email)

    letter = post.newest(kari.email)
    assert WORDS not in letter.text
    reader = open_page(user=kari, **window)
    reader.goto(letter.link)
    answer_it(reader)

    outsider = open_page(user=ola, **window)
    outsider.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    expect(outsider.locator("body")).not_to_contain_text("caretaker")
    expect(outsider.locator("body")).not_to_contain_text("I ask him")
    writer.reload()
    expect(writer.locator("main")).to_contain_text("I ask him tomorrow.")


def write_it(page) -> None:
    """Names one for whom the note is closed, is told so, and names another: nothing is typed twice."""
    page.get_by_role("link", name="Answer or write").click()
    page.locator("summary", has_text="Write a note to colleagues").click()
    form = page.locator("#notat")
    form.get_by_label("Those who work on this case, and the leaders").check()
    form.get_by_label("Text").fill(WORDS)
    form.get_by_label("Ola").check()
    form.get_by_role("button", name="Save the note").click()
    expect(page.locator("#error-summary")).to_contain_text("Ola may not read this note.")
    assert not Note.objects.exists()
    is_as_wide_as_the_window(page)
    expect(form.get_by_label("Text")).to_have_value(WORDS)
    expect(form.get_by_label("Those who work on this case, and the leaders")).to_be_checked()
    form.get_by_label("Ola").uncheck()
    form.get_by_label("Kari").check()
    form.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("told: Kari")


def answer_it(page) -> None:
    """From the mail to the note and its form, with one press each."""
    entry = page.locator(".entry", has_text=WORDS)
    expect(entry).to_contain_text("Only those who work on this case")
    entry.get_by_role("link", name="Reply").click()
    form = page.locator("#svar")
    expect(form).to_contain_text("To what Mona wrote.")
    form.get_by_label("Text").fill("I ask him tomorrow.")
    is_as_wide_as_the_window(page)
    form.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("The reply is saved.")).to_be_visible()

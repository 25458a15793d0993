"""A name leaves the public page: marked with the mouse, or copied by hand where there are no scripts."""

import pytest
from playwright.sync_api import expect

from ideas.models import Idea
from tests.factories import IdeaFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
MARK_WORDS = """([selector, words]) => {
    const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const start = walker.currentNode.data.indexOf(words);
        if (start >= 0) {
            getSelection().setBaseAndExtent(walker.currentNode, start, walker.currentNode, start + words.length);
            return;
        }
    }
}"""


@pytest.mark.parametrize(("width", "java_script_enabled"), [(1280, True), (360, False)])
def test_name_is_taken_out_and_the_author_reads_why(open_page, width, java_script_enabled):
    membership = MembershipFactory()
    idea = IdeaFactory(public=True, incubator=membership.incubator, need="My neighbour Kari Nilsen sits alone.")
    desk = open_page(width=width, user=membership.user, java_script_enabled=java_script_enabled)
    desk.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    desk.locator("summary", has_text="Take words out of the public text").click()
    form = desk.locator("#ta-ut")
    if java_script_enabled:
        desk.evaluate(MARK_WORDS, [".case__texts", "Kari Nilsen"])
        form.get_by_role("button", name="Add what is marked in the text").click()
        expect(form.get_by_label("Which words?")).to_have_value("Kari Nilsen")
    else:
        # Typed wrong first: the page says so, and keeps what was typed.
        form.get_by_label("Which words?").fill("Kari Nielsen")
        form.get_by_label("Why are they taken out?").fill("She has not been asked.")
        form.get_by_role("button", name="Take these words out").click()
        expect(desk.locator("#error-summary")).to_contain_text("“Kari Nielsen” does not stand in the public text")
        form.get_by_label("Which words?").fill("Kari Nilsen")
    form.get_by_label("Why are they taken out?").fill("She has not been asked.")
    form.get_by_role("button", name="Take these words out").click()
    expect(desk.get_by_text("The words are taken out of the public text")).to_be_visible()
    expect(desk.locator(".case__texts")).to_contain_text("Kari Nilsen sits alone.")

    everyone = open_page(width=width)
    everyone.goto(f"/en/ideer/{Idea.objects.get().slug}/")
    expect(everyone.get_by_text("My neighbour […] sits alone.")).to_be_visible()

    author = open_page(width=width, user=idea.author, java_script_enabled=java_script_enabled)
    author.goto(f"/en/min-side/ideer/{idea.uuid}/")
    expect(author.locator("q")).to_have_text("Kari Nilsen")
    expect(author.locator(".panel", has=author.locator("q"))).to_contain_text("She has not been asked.")

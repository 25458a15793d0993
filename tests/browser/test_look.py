"""What only a browser can see of the look: what fits, what is folded, and what comes out on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Menneskerettighetsorganisasjonsmedlemskapskontingentinnkrevingsproblematikk"


@pytest.mark.parametrize("address", ["/", "/ideer/", "/ideer/{}/", "/min-side/", "/min-side/ideer/{}/"])
def test_longest_word_does_not_push_a_page_sideways(open_page, address):
    idea = IdeaFactory(public=True, title=LONG, need=LONG, proposal=f"https://example.no/{LONG}")
    page = open_page(width=320, user=idea.author)
    page.goto(address.format(idea.uuid if "min-side" in address else idea.slug))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_names_of_an_ideas_way_stay_on_one_line_on_a_card(open_page):
    idea = IdeaFactory(public=True)
    page = open_page(width=360, user=idea.author)
    page.goto("/min-side/")
    names = page.locator(".way__name")
    assert {box["height"] < 20 for box in (names.nth(n).bounding_box() for n in range(names.count()))} == {True}


def test_choices_are_folded_on_a_phone_and_open_where_there_is_room(open_page):
    for width, is_open in ((360, False), (1280, True)):
        page = open_page(width=width)
        page.goto("/ideer/")
        expect(page.locator("select[name=tema]")).to_be_visible(visible=is_open)
        expect(page.locator(".filters__more summary")).to_be_visible(visible=not is_open)
        page.goto("/ideer/?steg=try")
        expect(page.locator("select[name=tema]")).to_be_visible()


@pytest.mark.parametrize("address", ["/ideer/{}/", "/ideer/kvittering/{}/"])
def test_an_idea_and_a_receipt_print_as_one_page(open_page, address):
    idea = IdeaFactory(public=True, audience="Young people.", joiners="The school.", help_needed=["place"])
    page = open_page(width=1280, user=idea.author)
    page.goto(address.format(idea.uuid if "kvittering" in address else idea.slug))
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1

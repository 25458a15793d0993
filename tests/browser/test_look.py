"""What only a browser can see of the look: what fits, what is folded, and what comes out on paper."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
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


WORDS_OUGHT_TO_BE_WHOLE = "h1, h2, h3, dt, th, label, legend, .ds-button, .ds-tag"
# What is narrower is out of sight: for screen readers, or for machines that fill in what people do not see.
BROKEN_WORDS = """selector => [...document.querySelectorAll(selector)].flatMap(e => {
    if (e.getBoundingClientRect().width < 20) return [];
    const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), broken = [];
    for (let text; text = texts.nextNode();)
        for (const word of text.data.matchAll(/[\\p{L}\\d]+/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken.push(word[0]);
        }
    return broken;
})"""


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_where_there_is_room_no_word_is_broken(open_page, language):
    idea = IdeaFactory(public=True)
    page = open_page(width=1280, user=idea.author)
    for name in ("site:home", "site:about", "site:privacy", "ideas:new", "ideas:list", "ideas:mine", "users:profile"):
        with translation.override(language):
            page.goto(reverse(name))
        assert page.evaluate(BROKEN_WORDS, WORDS_OUGHT_TO_BE_WHOLE) == [], name


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

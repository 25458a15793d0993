"""What is typed is saved, in two windows too; and what cannot be saved is told."""

import io
import re

import pytest

from ideas.models import Idea
from tests.factories import IdeaFactory
from tests.ideas.test_submission_views import WORDS, begin, page

pytestmark = pytest.mark.django_db


def seen_in(response) -> str:
    return re.search(r'name="seen" value="([^"]*)"', response.text).group(1)


def test_two_windows_on_one_field_show_both_texts_and_the_next_save_wins(client):
    idea = begin(client)
    url = page("draft", idea.uuid, "hvem")
    seen = seen_in(client.get(url))
    client.post(url, {"audience": "From the phone", "seen": seen})
    response = client.post(url, {"audience": "From the tablet", "seen": seen})
    html = response.text
    assert response.status_code == 200
    assert "From the phone" in html
    assert "From the tablet" in html
    client.post(url, {"audience": "From the tablet", "seen": seen_in(response)})
    idea.refresh_from_db()
    assert idea.audience == "From the tablet"


# --- Saved as you type ------------------------------------------------------------------------------------------------


def test_start_makes_a_draft_as_you_type_and_says_where_it_is(client):
    response = client.post(page("start"), {"need": "A be", "proposal": "", "screen": "ideen"})
    idea = Idea.objects.get()
    assert response.json()["autosave"] == page("autosave", idea.uuid)
    assert response.json()["action"] == page("draft", idea.uuid, "ideen")
    assert re.fullmatch(r"Saved \d+[:.]\d\d.*", response.json()["message"])
    assert response.json()["problems"] == []


def test_autosave_stores_the_screen_and_renews_what_was_seen(client):
    idea = begin(client)
    seen = seen_in(client.get(page("draft", idea.uuid, "hvem")))
    url = page("autosave", idea.uuid)
    first = client.post(url, {"screen": "hvem", "audience": "Teen", "seen": seen}).json()
    client.post(url, {"screen": "hvem", "audience": "Everybody", "seen": first["seen"]})
    idea.refresh_from_db()
    assert idea.audience == "Everybody"


def test_autosave_from_a_stale_window_overwrites_nothing_and_tells(client):
    idea = begin(client)
    url, page_url = page("autosave", idea.uuid), page("draft", idea.uuid, "hvem")
    seen = seen_in(client.get(page_url))
    client.post(url, {"screen": "hvem", "audience": "From the phone", "seen": seen})
    answer = client.post(url, {"screen": "hvem", "audience": "From the tablet", "seen": seen}).json()
    idea.refresh_from_db()
    assert idea.audience == "From the phone"
    assert "another window" in answer["problems"][0]
    assert "From the phone" in client.post(page_url, {"audience": "From the tablet", "seen": answer["seen"]}).text


def test_autosave_of_somebody_else_or_unknown_screen_says_so(client):
    idea = IdeaFactory()
    for uuid, screen in ((idea.uuid, "hvem"), (begin(client).uuid, "nei")):
        response = client.post(page("autosave", uuid), {"screen": screen, "audience": "x"})
        assert (response.status_code, "Copy what you wrote" in response.json()["message"]) == (404, True)


# --- Bad input --------------------------------------------------------------------------------------------------------


def test_a_megabyte_is_answered_with_words_and_kept_on_the_page(client):
    idea = begin(client)
    long = "a" * 2**20
    response = client.post(page("draft", idea.uuid, "ideen"), {"need": long, "proposal": "A new proposal"})
    html = response.text
    idea.refresh_from_db()
    assert "This is 1048576 characters, and there is room for 4000." in html
    assert long in html
    assert (idea.need, idea.proposal) == (WORDS["need"], "A new proposal")


def test_invisible_characters_are_left_out(client):
    idea = begin(client)
    client.post(page("draft", idea.uuid, "hvem"), {"audience": "a\x00b\u202ec\r\nd\u2066e"})
    idea.refresh_from_db()
    assert idea.audience == "abc\nde"


@pytest.mark.parametrize(
    ("screen", "given"),
    [
        ("sted", {"incubator": "999999", "neighbourhood": "Tøyen"}),
        ("sted", {"incubator": "1 OR 1=1", "neighbourhood": "Tøyen"}),
        ("tema", {"themes": ["999999"]}),
        ("tema", {"themes": ["a\x00"]}),
        ("hjelp", {"help_needed": ["castle"], "help_details": "A sink"}),
        ("navn", {"language": "xx", "title": "The cellar"}),
    ],
)
def test_foreign_choices_are_refused_and_the_rest_is_saved(client, screen, given):
    idea = begin(client)
    response = client.post(page("draft", idea.uuid, screen), given)
    assert "Fix the following" in response.text
    idea.refresh_from_db()
    for name in ("neighbourhood", "help_details", "title"):
        if name in given:
            assert getattr(idea, name) == given[name]


def test_a_file_that_is_no_picture_is_refused_and_the_words_are_saved(client):
    idea = begin(client)
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "a.png"
    response = client.post(page("draft", idea.uuid, "bilde"), {"picture": file, "picture_alt": "The cellar"})
    assert "We could not read this file as a picture." in response.text
    idea.refresh_from_db()
    assert (idea.picture.name, idea.picture_alt) == ("", "The cellar")

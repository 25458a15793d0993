import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from ideas.models import Idea, Theme
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"need": "Nowhere to be after school.", "proposal": "Open the cellar."}
NEW = "/en/ideer/ny/"


def page(name, *args):
    with translation.override("en"):
        return reverse(f"ideas:{name}", args=args)


def begin(client, **values) -> Idea:
    """A draft of this browser, old enough to be a person's."""
    client.post(NEW, {**WORDS, **values})
    idea = Idea.objects.latest("pk")
    Idea.objects.filter(pk=idea.pk).update(created_at=timezone.now() - dt.timedelta(minutes=2))
    return idea


def png(size=(40, 30)) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "green").save(file, "PNG")
    file.seek(0)
    file.name = "sketch.png"
    return file


# --- Beginning --------------------------------------------------------------------------------------------------------


def test_new_from_home_makes_a_draft_and_asks_for_the_rest_without_errors(client):
    response = client.post(NEW, {"need": "A bench"}, follow=True)
    idea = Idea.objects.get()
    assert (idea.need, idea.proposal, idea.author, idea.language) == ("A bench", "", None, "en")
    assert response.redirect_chain == [(page("draft", idea.uuid, "ideen"), 302)]
    html = response.text
    assert "A bench" in html
    assert "Fix the following" not in html


def test_new_from_home_with_nothing_makes_no_draft(client):
    response = client.post(NEW, {"need": "  "})
    assert (response.status_code, response.url, Idea.objects.count()) == (302, NEW, 0)


def test_new_leads_on_to_the_optional_screens_or_straight_to_the_end(client):
    assert client.post(NEW, WORDS).url == page("draft", Idea.objects.get().uuid, "hvem")
    assert client.post(NEW, {**WORDS, "go": "send"}).url == page("send", Idea.objects.latest("pk").uuid)


def test_new_with_half_of_it_says_what_is_missing_and_keeps_the_rest(client):
    response = client.post(NEW, {"need": "A bench", "proposal": ""})
    assert "Write what you would like to do about it." in response.text
    assert Idea.objects.get().need == "A bench"


def test_new_shows_the_draft_that_this_browser_has(client):
    idea = begin(client)
    assert page("draft", idea.uuid, "ideen") in client.get(NEW).text


def test_new_refuses_a_filled_honeypot_with_words_and_keeps_what_was_typed(client):
    response = client.post(NEW, {**WORDS, "for_machines": "http://spam.example"})
    html = response.text
    assert Idea.objects.count() == 0
    assert "This field is for machines" in html
    assert "spam.example" not in html
    assert WORDS["need"] in html


def test_new_is_limited_per_address_with_words_and_nothing_lost(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "start_idea": "0/h/ip"}
    response = client.post(NEW, {**WORDS, "need": "Another one"})
    html = response.text
    assert (response.status_code, Idea.objects.count()) == (429, 0)
    assert "Very many ideas were begun from here" in html
    assert "Another one" in html


# --- Screens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "given", "stored"),
    [
        ("hvem", {"audience": "Teenagers"}, {"audience": "Teenagers"}),
        ("med", {"joiners": "My class"}, {"joiners": "My class"}),
        (
            "hjelp",
            {"help_needed": ["place", "money"], "help_details": "A sink"},
            {"help_needed": ["place", "money"], "help_details": "A sink"},
        ),
        ("navn", {"title": "The cellar", "language": "nn"}, {"title": "The cellar", "language": "nn"}),
        ("sted", {"neighbourhood": "Tøyen", "incubator": ""}, {"neighbourhood": "Tøyen", "incubator": None}),
    ],
)
def test_each_screen_saves_and_leads_on(client, screen, given, stored):
    idea = begin(client)
    response = client.post(page("draft", idea.uuid, screen), given)
    idea.refresh_from_db()
    assert response.status_code == 302
    assert {name: getattr(idea, name) for name in stored} == stored


def test_themes_and_incubator_are_chosen(client):
    idea, place, theme = begin(client), IncubatorFactory(), Theme.objects.first()
    client.post(page("draft", idea.uuid, "tema"), {"themes": [theme.pk]})
    client.post(page("draft", idea.uuid, "sted"), {"incubator": place.pk})
    idea.refresh_from_db()
    assert (list(idea.themes.all()), idea.incubator) == ([theme], place)


def test_screens_can_be_skipped_and_say_how_far_it_is(client):
    idea = begin(client)
    html = client.get(page("draft", idea.uuid, "med")).text
    assert "3 of 8" in html
    assert f'href="{page("draft", idea.uuid, "hjelp")}"' in html
    assert f'href="{page("draft", idea.uuid, "hvem")}"' in html


def test_unknown_screen_is_not_found(client):
    assert client.get(page("draft", begin(client).uuid, "annet")).status_code == 404


def test_picture_is_made_anew_and_needs_words(client):
    idea = begin(client)
    response = client.post(page("draft", idea.uuid, "bilde"), {"picture": png(), "picture_alt": ""})
    idea.refresh_from_db()
    assert "Say in one sentence what the picture shows." in response.text
    assert idea.picture.name.endswith(".webp")
    client.post(page("draft", idea.uuid, "bilde"), {"picture_alt": "The cellar"})
    idea.refresh_from_db()
    assert (bool(idea.picture), idea.picture_alt) == (True, "The cellar")


def test_picture_is_removed_with_its_file(client, django_capture_on_commit_callbacks):
    idea = begin(client)
    client.post(page("draft", idea.uuid, "bilde"), {"picture": png(), "picture_alt": "The cellar"})
    idea.refresh_from_db()
    storage, name = idea.picture.storage, idea.picture.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("draft", idea.uuid, "bilde"), {"remove_picture": "on", "picture_alt": "The cellar"})
    idea.refresh_from_db()
    assert (idea.picture.name, idea.picture_alt, storage.exists(name)) == ("", "", False)


def test_picture_of_a_draft_is_seen_by_its_writer_only(client):
    idea = begin(client)
    client.post(page("draft", idea.uuid, "bilde"), {"picture": png(), "picture_alt": "The cellar"})
    response = client.get(page("picture", idea.uuid))
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content).startswith(b"RIFF")
    client.cookies.clear()
    assert client.get(page("picture", idea.uuid)).status_code == 404


# --- Whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["send", "discard", "picture"])
def test_somebody_elses_draft_is_not_found(client, name):
    for idea in (IdeaFactory(picture="a.webp"), IdeaFactory(anonymous=True, picture="b.webp")):
        client.force_login(UserFactory())
        assert client.get(page(name, idea.uuid)).status_code == 404
        client.logout()
        assert client.get(page(name, idea.uuid)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_draft_screen_is_not_found_and_not_changed(client, method):
    for idea in (IdeaFactory(), IdeaFactory(anonymous=True)):
        response = getattr(client, method)(page("draft", idea.uuid, "ideen"), {"need": "Mine", "proposal": "Now"})
        assert response.status_code == 404
        assert idea.need not in response.text
        idea.refresh_from_db()
        assert idea.revision == 1


def test_lost_session_keeps_what_was_typed_and_makes_it_a_new_draft(client):
    idea = begin(client)
    client.cookies.clear()
    response = client.post(page("draft", idea.uuid, "hvem"), {"audience": "Teenagers <3"})
    html = response.text
    assert response.status_code == 404
    assert "This is what you wrote" in html
    assert "Teenagers &lt;3" in html
    kept = client.post(NEW, {"audience": "Teenagers <3"}, follow=True)
    assert Idea.objects.latest("pk").audience == "Teenagers <3"
    assert kept.status_code == 200


def test_draft_goes_with_the_person_who_logs_in_and_says_so(client):
    idea = begin(client)
    user = UserFactory()
    client.force_login(user)
    assert client.get(page("draft", idea.uuid, "ideen")).url.startswith(page("whose_draft"))
    client.post(page("whose_draft"), {"answer": "yes"})
    client.post(page("draft", idea.uuid, "hvem"), {"audience": "Teenagers"})
    client.logout()
    assert client.get(page("draft", idea.uuid, "ideen")).status_code == 404
    client.force_login(user)
    assert client.get(page("draft", idea.uuid, "ideen")).status_code == 200


def test_stale_form_after_sending_in_changes_nothing_and_keeps_the_words(client):
    idea = IdeaFactory(submitted=True)
    client.force_login(idea.author)
    response = client.post(page("draft", idea.uuid, "ideen"), {"need": "Late words", "proposal": "Too"})
    assert response.status_code == 409
    assert "Late words" in response.text
    idea.refresh_from_db()
    assert idea.need != "Late words"


def test_writing_pages_stay_within_their_queries(client, django_assert_max_num_queries):
    idea = begin(client)
    for name, args in (
        ("new", []),
        ("send", [idea.uuid]),
        ("draft", [idea.uuid, "sted"]),
        ("draft", [idea.uuid, "tema"]),
    ):
        with django_assert_max_num_queries(8):
            client.get(page(name, *args))


def test_question_on_the_home_page_loses_no_long_answer(client):
    response = client.post(NEW, {"need": "long " * 1000})
    html = response.text
    assert (response.status_code, Idea.objects.count()) == (200, 0)
    assert "long long long" in html
    assert "there is room for 4000" in html


def test_pictures_are_limited_per_address_and_the_words_beside_them_are_saved(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "send_picture_again": "1/h/ip"}
    idea = begin(client)
    for words in ("The cellar", "The attic"):
        response = client.post(page("draft", idea.uuid, "bilde"), {"picture": png(), "picture_alt": words})
        idea.refresh_from_db()
        name = idea.picture.name
    assert "That was many tries in a short time." in response.text
    assert (idea.picture.name, idea.picture_alt) == (name, "The attic")
    assert client.post(page("draft", idea.uuid, "bilde"), {"picture_alt": "The attic"}).status_code == 302

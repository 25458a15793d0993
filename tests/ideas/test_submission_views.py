import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from ideas.models import Idea, Theme
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from unlimited.mail.models import OutgoingMail

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
    html = response.content.decode()
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
    assert "Write what you would like to do about it." in response.content.decode()
    assert Idea.objects.get().need == "A bench"


def test_new_shows_the_draft_that_this_browser_has(client):
    idea = begin(client)
    assert page("draft", idea.uuid, "ideen") in client.get(NEW).content.decode()


def test_new_refuses_a_filled_honeypot_with_words_and_keeps_what_was_typed(client):
    response = client.post(NEW, {**WORDS, "website": "http://spam.example"})
    html = response.content.decode()
    assert Idea.objects.count() == 0
    assert "Leave the last field empty" in html
    assert WORDS["need"] in html


def test_new_is_limited_per_address_with_words_and_nothing_lost(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "start_idea": "1/h/ip"}
    client.post(NEW, WORDS)
    response = client.post(NEW, {**WORDS, "need": "Another one"})
    html = response.content.decode()
    assert (response.status_code, Idea.objects.count()) == (429, 1)
    assert "Many ideas were begun from here" in html
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
    html = client.get(page("draft", idea.uuid, "med")).content.decode()
    assert "3 of 8" in html
    assert f'href="{page("draft", idea.uuid, "hjelp")}"' in html
    assert f'href="{page("draft", idea.uuid, "hvem")}"' in html


def test_unknown_screen_is_not_found(client):
    assert client.get(page("draft", begin(client).uuid, "annet")).status_code == 404


def test_picture_is_made_anew_and_needs_words(client):
    idea = begin(client)
    response = client.post(page("draft", idea.uuid, "bilde"), {"picture": png(), "picture_alt": ""})
    idea.refresh_from_db()
    assert "Say in one sentence what the picture shows." in response.content.decode()
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
        assert idea.need not in response.content.decode()
        idea.refresh_from_db()
        assert idea.revision == 1


def test_lost_session_keeps_what_was_typed_and_makes_it_a_new_draft(client):
    idea = begin(client)
    client.cookies.clear()
    response = client.post(page("draft", idea.uuid, "hvem"), {"audience": "Teenagers <3"})
    html = response.content.decode()
    assert response.status_code == 404
    assert "What you just wrote" in html
    assert "Teenagers &lt;3" in html
    kept = client.post(NEW, {"audience": "Teenagers <3"}, follow=True)
    assert Idea.objects.latest("pk").audience == "Teenagers <3"
    assert kept.status_code == 200


def test_draft_goes_with_the_person_who_logs_in(client):
    idea = begin(client)
    user = UserFactory()
    client.force_login(user)
    assert client.get(page("draft", idea.uuid, "ideen")).status_code == 200
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
    assert "Late words" in response.content.decode()
    idea.refresh_from_db()
    assert idea.need != "Late words"


# --- Two windows ------------------------------------------------------------------------------------------------------


def seen_in(response) -> str:
    return re.search(r'name="seen" value="([^"]*)"', response.content.decode()).group(1)


def test_two_windows_on_one_field_show_both_texts_and_the_next_save_wins(client):
    idea = begin(client)
    url = page("draft", idea.uuid, "hvem")
    seen = seen_in(client.get(url))
    client.post(url, {"audience": "From the phone", "seen": seen})
    response = client.post(url, {"audience": "From the tablet", "seen": seen})
    html = response.content.decode()
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
    assert (
        "From the phone"
        in client.post(page_url, {"audience": "From the tablet", "seen": answer["seen"]}).content.decode()
    )


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
    html = response.content.decode()
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
    assert "Fix the following" in response.content.decode()
    idea.refresh_from_db()
    for name in ("neighbourhood", "help_details", "title"):
        if name in given:
            assert getattr(idea, name) == given[name]


def test_a_file_that_is_no_picture_is_refused_and_the_words_are_saved(client):
    idea = begin(client)
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "a.png"
    response = client.post(page("draft", idea.uuid, "bilde"), {"picture": file, "picture_alt": "The cellar"})
    assert "We could not read this file as a picture." in response.content.decode()
    idea.refresh_from_db()
    assert (idea.picture.name, idea.picture_alt) == ("", "The cellar")


# --- Sending in -------------------------------------------------------------------------------------------------------


def test_send_asks_for_an_address_then_a_code_and_then_for_the_consent(client):
    idea = begin(client)
    assert "Your e-mail" in client.get(page("send", idea.uuid)).content.decode()
    response = client.post(page("send", idea.uuid), {"email": "kari@example.no"})
    assert response.url.startswith("/en/konto/login/code/confirm/?next=")
    mail = OutgoingMail.objects.get(kind="login-code")
    done = client.post(response.url, {"code": mail.snapshot["code"]})
    assert done.url == page("send", idea.uuid)
    html = client.get(done.url).content.decode()
    assert "May we show the idea" in html
    revision = re.search(r'name="revision" value="(\d+)"', html).group(1)
    given = {"may_publish": "yes", "age_band": "18_25", "revision": revision}
    receipt = client.post(page("send", idea.uuid), given, follow=True)
    idea.refresh_from_db()
    assert (idea.status, idea.author.email, idea.may_publish) == ("submitted", "kari@example.no", True)
    assert idea.author.consents.get().subject == f"idea:{idea.uuid}"
    html = receipt.content.decode()
    assert "Your idea is received" in html
    assert "116 111" in html


def send_in(client, idea, **given):
    idea.refresh_from_db()
    values = {"may_publish": "no", "revision": idea.revision, **given}
    return client.post(page("send", idea.uuid), values)


@pytest.fixture
def draft(client):
    """A draft of somebody logged in with `client`, a minute old."""
    idea = IdeaFactory()
    Idea.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    client.force_login(idea.author)
    return idea


def test_send_twice_is_one_idea_and_one_mail(client, draft):
    IncubatorFactory(intake=True)
    first, second = send_in(client, draft), send_in(client, draft, revision=1)
    assert first.url == second.url == page("receipt", draft.uuid)
    assert OutgoingMail.objects.filter(kind="idea-received").count() == 1
    assert draft.versions.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"may_publish": ""}, "Choose yes or no."),
        ({"may_publish": "maybe"}, "Select a valid choice"),
        ({"may_publish": "yes", "age_band": ""}, "Choose your age"),
        ({"may_publish": "yes", "age_band": "99"}, "Select a valid choice"),
        ({"revision": ""}, "Fix the following"),
        ({"revision": "99999999999999"}, "Fix the following"),
        ({"revision": "7"}, "changed in another window"),
    ],
)
def test_send_refuses_with_words_and_sends_nothing(client, draft, given, words):
    response = send_in(client, draft, **given)
    draft.refresh_from_db()
    assert words in response.content.decode()
    assert draft.status == "draft"
    assert not OutgoingMail.objects.exists()


def test_send_too_fast_is_asked_to_read_once_more(client, draft):
    Idea.objects.update(created_at=timezone.now())
    assert "That went very fast" in send_in(client, draft).content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_send_is_limited_per_person_with_words(client, draft, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "submit_idea": "0/h/user"}
    assert "Many ideas were sent in" in send_in(client, draft).content.decode()


def test_send_without_a_proposal_leads_to_where_it_is_written(client, draft):
    Idea.objects.update(proposal="")
    html = client.get(page("send", draft.uuid)).content.decode()
    assert "say both what is missing and what you would like to do" in html
    assert send_in(client, draft).url == page("draft", draft.uuid, "ideen")


def test_send_tells_a_young_person_that_nothing_is_published(client, draft):
    response = send_in(client, draft, may_publish="yes", age_band="under_13")
    html = client.get(response.url).content.decode()
    assert "We do not publish ideas by anyone under 15." in html
    draft.refresh_from_db()
    assert (draft.may_publish, draft.author.consents.count()) == (False, 0)


def test_receipt_is_for_the_author(client, draft):
    idea = IdeaFactory(submitted=True)
    assert client.get(page("receipt", idea.uuid)).status_code == 404


def test_discard_asks_and_then_deletes(client):
    idea = begin(client)
    assert "Delete the draft" in client.get(page("discard", idea.uuid)).content.decode()
    assert Idea.objects.exists()
    client.post(page("discard", idea.uuid))
    assert not Idea.objects.exists()


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

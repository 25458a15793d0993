"""The site's own pages, and the frame that every page stands in."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.sweep.walk import Page
from unlimited.mail.models import OutgoingMail
from unlimited.site.models import AccessibilityFeedback

pytestmark = pytest.mark.django_db


def test_home_asks_what_is_missing_and_the_answer_starts_the_idea(client):
    page = client.get("/en/").text

    assert "What is missing in your neighbourhood?" in page
    assert 'name="need"' in page
    assert "No ideas are on the board yet" in page


def test_home_shows_public_ideas_and_no_others(client):
    IdeaFactory(public=True, title="Soup on Thursdays")
    IdeaFactory(accepted=True, title="Only for us")
    IdeaFactory(submitted=True, title="Not answered yet")

    page = client.get("/en/").text

    assert "Soup on Thursdays" in page
    assert "Only for us" not in page
    assert "Not answered yet" not in page


def test_home_asks_the_database_equally_often(client, same_queries_at):
    same_queries_at(lambda: IdeaFactory(public=True), lambda: client.get("/en/"), limit=8)


@pytest.mark.parametrize("name", ["home", "about", "contact", "privacy", "accessibility"])
@pytest.mark.parametrize("language", ["", "/nn", "/en"])
def test_every_page_leads_to_itself_in_the_other_languages(client, name, language):
    here = reverse(f"site:{name}")

    page = client.get(f"{language}{here}?a=b").text

    assert f'<html lang="{language[1:] or "nb"}"' in page
    for prefix in ("", "/nn", "/en"):
        assert f'href="{prefix}{here}?a=b"' in page


def test_privacy_names_the_cookies_that_the_settings_set(client, settings):
    page = client.get("/en/personvern/").text

    assert settings.SESSION_COOKIE_NAME in page
    assert settings.CSRF_COOKIE_NAME in page
    assert "60 days" in page


def test_feedback_is_kept_and_national_staff_are_told_without_the_words(client, django_capture_on_commit_callbacks):
    staff = UserFactory(staff=True, language="en")
    UserFactory()

    with django_capture_on_commit_callbacks():
        response = client.post("/en/tilgjengelighet/", {"text": "I cannot reach the menu", "page": "", "email": ""})

    assert response["Location"] == "/en/tilgjengelighet/"
    assert AccessibilityFeedback.objects.get().text == "I cannot reach the menu"
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind) == (staff.email, "accessibility-feedback")
    assert "menu" not in str(mail.snapshot)


def test_feedback_without_words_is_told_so_and_keeps_what_was_typed(client):
    page = client.post("/en/tilgjengelighet/", {"text": "", "page": "the list of ideas"}).text

    assert "Fix the following" in page
    assert "the list of ideas" in page
    assert not AccessibilityFeedback.objects.exists()


def test_feedback_with_the_field_for_machines_filled_in_is_held_and_sent_by_the_next_press(client):
    page = client.post("/en/tilgjengelighet/", {"text": "Buy now", "for_machines": "https://example.com"}).text
    assert "This field is for machines" in page
    assert "example.com" not in page
    assert not AccessibilityFeedback.objects.exists()

    form = next(form for form in Page(page).forms if form.text_fields[:1] == ["text"])
    client.post("/en/tilgjengelighet/", form.data())
    assert AccessibilityFeedback.objects.get().text == "Buy now"


def test_feedback_is_limited_and_keeps_what_was_typed(client):
    for _time in range(60):
        client.post("/en/tilgjengelighet/", {"text": "Again"})

    page = client.post("/en/tilgjengelighet/", {"text": "One too many"}).text

    assert "One too many" in page
    assert AccessibilityFeedback.objects.count() == 60


def test_staff_see_to_feedback_and_it_leaves_the_list(client_for):
    feedback = AccessibilityFeedback.objects.create(text="Too small")
    staff = UserFactory(staff=True)
    client = client_for(staff)
    assert "Too small" in client.get("/en/arbeidsflate/tilgjengelighet/").text

    client.post(reverse("site:handle_feedback", args=[feedback.uuid]))

    feedback.refresh_from_db()
    assert feedback.handled_by == staff
    assert "Too small" not in client.get("/en/arbeidsflate/tilgjengelighet/").text


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [("feedback_says_something", {"text": ""}), ("feedback_handled_at_a_time", {"handled_by": UserFactory})],
)
def test_database_refuses(constraint, facts):
    facts = {name: value() if callable(value) else value for name, value in facts.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AccessibilityFeedback.objects.create(**{"text": "Too small", **facts})


@pytest.mark.parametrize("url", ["/arbeidsflate/", "/arbeidsflate/tilgjengelighet/"])
def test_desk_is_closed_to_residents(client_for, url):
    assert client_for(UserFactory()).get(url).status_code == 403
    assert client_for(None).get(url).status_code == 302


def test_desk_counts_what_waits_at_my_incubators_only(client_for):
    mine = MembershipFactory(role="moderator").incubator
    moderator = mine.memberships.get().user
    IdeaFactory(submitted=True, incubator=mine, title="Mine to answer")
    IdeaFactory(overdue=True, incubator=mine, title="Mine and late")
    IdeaFactory(submitted=True, incubator=IncubatorFactory(slug="another"), title="Somebody else's")

    response = client_for(moderator).get("/en/arbeidsflate/")

    assert (response.context["late"], response.context["waiting"]) == (1, 2)
    assert [idea.title for idea in response.context["nearest"]] == ["Mine and late", "Mine to answer"]
    assert "Somebody else" not in response.text


def test_desk_asks_the_database_equally_often(client_for, same_queries_at):
    mine = MembershipFactory(role="leader").incubator
    client = client_for(mine.memberships.get().user)

    same_queries_at(
        lambda: IdeaFactory(submitted=True, incubator=mine), lambda: client.get("/en/arbeidsflate/"), limit=12
    )


def test_after_login_leads_staff_to_the_desk(client_for):
    moderator = MembershipFactory(role="moderator").user

    assert client_for(moderator).get("/etter-innlogging/")["Location"] == "/arbeidsflate/"


def test_home_shows_incubators_as_they_are_now(client):
    incubator = IncubatorFactory(name="Old name")
    assert "Old name" in client.get("/en/").text

    incubator.name = "New name"
    incubator.save()
    assert "New name" in client.get("/en/").text

    incubator.is_active = False
    incubator.save()
    assert "New name" not in client.get("/en/").text


@pytest.mark.parametrize("path", ["/en//evil.example/", "/en///evil.example", "//evil.example/", "/nn//evil.example"])
def test_links_to_other_languages_never_leave_the_site(client, path):
    page = client.get("/", PATH_INFO=path)  # the client itself would take //evil.example for a host
    assert page.status_code == 404
    assert 'href="//' not in page.text
    assert 'hreflang="nn"' in page.text

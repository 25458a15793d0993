"""A form whose CSRF token is no longer good is sent again by one press, where it came from a page of ours."""

import pytest
from django.test import Client

from events.models import Registration
from tests.factories import EventFactory, IdeaFactory, UserFactory
from tests.sweep.walk import Page
from unlimited.content.typed import MOST_VALUES
from unlimited.site.middleware import MOST_TEXT
from unlimited.site.models import AccessibilityFeedback
from unlimited.site.repeating import MOST_VALUES as MOST_REPEATED

pytestmark = pytest.mark.django_db
HERE = {"origin": "http://testserver"}
WORDS = {"text": "First line\nsecond “line” <b>", "csrfmiddlewaretoken": "x" * 64}


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def send_again(client: Client, response, path: str):
    """Press the button that sends the same again."""
    form = next(form for form in Page(response.text).forms if form.action == path)
    return client.post(path, form.data(), headers=HERE)


def test_one_press_sends_the_same_again(strict):
    path = "/en/tilgjengelighet/?next=1"
    response = strict.post(path, WORDS | {"email": "kari@example.no"}, headers=HERE)
    assert response.status_code == 403
    assert "to testserver/en/tilgjengelighet/." in response.text
    assert "You are not logged in." in response.text
    assert not AccessibilityFeedback.objects.exists()

    assert send_again(strict, response, path).status_code == 302
    assert AccessibilityFeedback.objects.get().text == "First line\nsecond “line” <b>"


def test_page_says_as_whom_it_is_sent(client_for):
    user = UserFactory(name="Kari Vik")
    client = client_for(user, enforce_csrf_checks=True)

    response = client.post("/en/tilgjengelighet/", WORDS, headers=HERE)

    assert "You are logged in as Kari Vik." in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://elsewhere.example"},
        {"referer": "https://elsewhere.example/testserver/"},
        {"origin": "https://elsewhere.example", "referer": "http://testserver/en/"},
        {"referer": "http://testserver.elsewhere.example/"},
    ],
)
def test_form_that_may_be_of_another_site_is_shown_and_not_sent(strict, headers):
    response = strict.post("/en/tilgjengelighet/", WORDS, headers=headers)

    assert response.status_code == 403
    assert response.context["repeat"] is None
    assert "second “line”" in response.text


def test_browser_without_origin_is_known_by_its_referer(strict):
    response = strict.post("/en/tilgjengelighet/", WORDS, headers={"referer": "http://testserver/en/tilgjengelighet/"})

    assert response.context["repeat"] is not None


def test_many_people_are_sent_again_with_each_choice(strict):
    event = EventFactory()
    path = f"/en/arrangementer/{event.slug}/pamelding/"
    people = {"p-0-name": "Kari", "p-0-email": "kari@x.no", "p-0-diet": ["vegan", "halal"], "p-1-name": "Ola"}
    facts = {"kind": "organisation", "organisation": "The library", "days": event.slug, "language": "nb"}
    facts |= {"contact_name": "Eva", "contact_email": "eva@x.no", "form_token": "7e0d31ea-3b6c-4f59-8ad2-6ad3a1a1d0c4"}

    response = strict.post(path, facts | people, headers=HERE)

    assert "Name (1)" in response.text
    assert "Name (2)" in response.text
    form = next(form for form in Page(response.text).forms if form.action == path)
    assert form.data()["p-0-diet"] == ["vegan", "halal"]
    assert send_again(strict, response, path).status_code == 302
    assert Registration.objects.get().participants.count() == 2


@pytest.mark.parametrize("path", ["/en/lapp/", "/en/konto/login/password/"])
def test_code_or_password_is_never_sent_again(strict, path):
    secret = {"code": "ABCD EFGH IJK", "login": "a@x.no", "password": "hunter2 hunter2"}

    response = strict.post(path, secret, headers=HERE)

    assert response.context["repeat"] is None
    assert "ABCD" not in response.text
    assert "hunter2" not in response.text


def test_key_in_the_address_is_not_shown(strict):
    key = "k" * 80
    response = strict.post(f"/en/pamelding/{key}/plass/1/", {"name": "Kari"}, headers=HERE)

    assert response.status_code == 403
    assert "to testserver/en/pamelding/…/plass/1/." in response.text


def test_more_values_than_any_form_has_are_not_sent_again(strict):
    sent = WORDS | {f"x{number}": "1" for number in range(MOST_REPEATED + 1)}

    assert strict.post("/en/tilgjengelighet/", sent, headers=HERE).context["repeat"] is None


def test_files_are_named_as_left_out(client_for, tmp_path):
    idea = IdeaFactory()
    client = client_for(idea.author, enforce_csrf_checks=True)
    (tmp_path / "picture.png").write_bytes(b"x")
    path = f"/en/ideer/utkast/{idea.uuid}/bilde/"

    with (tmp_path / "picture.png").open("rb") as picture:
        response = client.post(path, {"picture": picture, "picture_alt": "A bench"}, headers=HERE)

    assert "Files are not sent again" in response.text
    assert send_again(client, response, path).status_code == 302
    idea.refresh_from_db()
    assert (idea.picture_alt, idea.picture.name) == ("A bench", "")


def test_post_with_more_values_than_its_form_is_refused_before_the_view(client, django_assert_num_queries):
    sent = {"text": "A long story"} | {f"x{number}": "1" for number in range(MOST_VALUES)}

    with django_assert_num_queries(0):
        response = client.post("/en/tilgjengelighet/", sent)

    assert response.status_code == 413
    assert "A long story" in response.text
    assert not AccessibilityFeedback.objects.exists()


def test_body_over_the_limit_gives_its_text_back(client):
    text = "ord " * (MOST_TEXT // 4)
    response = client.post("/en/tilgjengelighet/", {"text": f"The end of it {text}", "page": "the list"})
    assert response.status_code == 413
    assert "The end of it ord ord" in response.text
    assert 'value="the list"' in response.text

    answer = client.post("/en/tilgjengelighet/", {"text": text + "more"}, headers={"accept": "application/json"})
    assert answer.status_code == 413
    assert "Shorten it" in answer.json()["message"]
    assert not AccessibilityFeedback.objects.exists()


def test_text_of_a_form_with_files_is_given_back_too(client):
    text = "ord " * (MOST_TEXT // 4)
    response = client.post("/en/ideer/ny/", {"need": f"A bench {text}", "proposal": "x"}, format="multipart")
    assert response.status_code == 413
    assert "A bench ord" in response.text


def test_body_that_is_not_even_read_is_answered_with_words(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    response = client.post("/en/tilgjengelighet/", {"text": "x" * 20_000})
    assert response.status_code == 413
    assert "more here than the form has room for" in response.text

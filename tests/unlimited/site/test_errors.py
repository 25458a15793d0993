"""When something is wrong: words in the person's language, what was typed, and a way on."""

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from ideas.models import Idea
from ideas.views import submission
from tests.factories import IdeaFactory, MembershipFactory, UserFactory
from unlimited.content.typed import what_was_typed
from unlimited.site import errors, health
from unlimited.site.views import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def breaking(monkeypatch):
    """Return `breaking(error)`: a client for whom the front page raises `error`."""

    def client(error: Exception) -> Client:
        def raise_it(*args, **kwargs):
            raise error

        monkeypatch.setattr(pages.Idea.objects, "public", raise_it)
        return Client(raise_request_exception=False)

    return client


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We do not find this page"), ("nb", 'lang="nb"'), ("nn", 'lang="nn"')]
)
def test_unknown_address_says_so(client, language, words):
    response = client.get(f"/{language}/no-such-page/" if language != "nb" else "/no-such-page/")

    assert response.status_code == 404
    assert words in response.text
    assert 'href="#content"' in response.text


def test_bad_request_has_words(breaking):
    response = breaking(SuspiciousOperation("odd")).get("/en/")

    assert response.status_code == 400
    assert "We could not read that" in response.text


def test_no_access_has_words(client_for):
    response = client_for(UserFactory()).get("/en/arbeidsflate/")

    assert response.status_code == 403
    assert "You have no access here" in response.text


def test_what_was_typed_is_asked_of_the_form():
    sent = {"text": "A long story", "page": "  ", "code": "123456", "password1": "hunter2 hunter2", "email": "a@x.no"}
    request = RequestFactory().post("/en/tilgjengelighet/", sent)

    with translation.override("en"):
        told = [(str(field.label), field.text) for field in what_was_typed(request)]

    assert told == [("What was difficult?", "A long story"), ("Your e-mail", "a@x.no")]


def test_too_many_requests_shows_what_was_typed_but_no_secret(client):
    sent = {"text": "A long story", "code": "123456", "password1": "hunter2 hunter2"}
    request = client.post("/en/tilgjengelighet/", sent).wsgi_request

    with translation.override("en"):
        response = errors.too_many_requests(request)

    assert response.status_code == 429
    assert "That was many tries in a short time" in response.text
    assert "A long story" in response.text
    assert "123456" not in response.text
    assert "hunter2" not in response.text


def test_code_of_a_slip_is_never_shown_again():
    assert what_was_typed(RequestFactory().post("/lapp/", {"code": "ABCD EFGH IJK"})) == []


def test_choices_are_shown_in_words_beside_what_was_typed():
    sent = {"may_publish": "yes", "age_band": "18_25", "need": "A bench", "has_consent": "on", "language": "nn"}
    request = RequestFactory().post("/en/arbeidsflate/ideer/ny/", sent)

    with translation.override("en"):
        told = [field.text for field in what_was_typed(request)]

    assert "A bench" in told
    assert {"Yes, everyone may read it", "Yes"} <= set(told)
    assert not {"yes", "18_25", "nn"} & set(told)


def test_fault_of_ours_has_words_and_asks_no_database(breaking, django_assert_num_queries):
    client = breaking(ZeroDivisionError())

    with django_assert_num_queries(0):
        response = client.get("/en/")

    assert response.status_code == 500
    assert "Something went wrong here" in response.text


def test_database_away_is_said_as_such(breaking):
    response = breaking(OperationalError("gone")).get("/en/")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "We are away for a moment" in response.text


def test_form_without_its_secret_shows_what_was_typed():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/en/tilgjengelighet/", {"text": "The menu <b>hides</b>", "csrfmiddlewaretoken": "x" * 64})

    assert response.status_code == 403
    assert "The page had been open too long" in response.text
    assert "The menu &lt;b&gt;hides&lt;/b&gt;" in response.text


@pytest.mark.parametrize("path", ["/en/ideer/ny/", "/en/ideer/utkast/8d4b7f0e-6c0c-4b57-9c1d-0d8b0d3f4a11/ideen/"])
def test_idea_whose_form_lost_its_secret_can_go_on_as_a_new_draft(path):
    client = Client(enforce_csrf_checks=True)
    response = client.post(path, {"need": "A bench", "proposal": "Build it", "csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    assert '<form method="post" action="/en/ideer/ny/">' in response.text
    kept = {"need": "A bench", "proposal": "Build it", "csrfmiddlewaretoken": response.context["csrf_token"]}
    assert client.post("/en/ideer/ny/", kept).status_code == 302
    assert Idea.objects.get().proposal == "Build it"


def test_form_posted_after_the_session_ended_shows_what_was_typed(client):
    response = client.post(f"/en/min-side/ideer/{IdeaFactory(submitted=True).uuid}/melding/", {"body": "A long answer"})

    assert response.status_code == 403
    assert "You have been logged out" in response.text
    assert "A long answer" in response.text


def test_healthz_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert response.status_code == 200


def test_readyz_says_whether_the_database_answers(client, monkeypatch):
    assert client.get("/readyz").status_code == 200

    def refuse(**kwargs):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(health.psycopg, "connect", refuse)
    assert client.get("/readyz").status_code == 503


STORY = {"need": "All that I typed", "csrfmiddlewaretoken": "secret-secret", "seen": "need:1a2b", "age_band": "18_25"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SuspiciousOperation("odd"), 400),
        (PermissionDenied(), 403),
        (Http404(), 404),
        (ZeroDivisionError(), 500),
        (OperationalError("gone"), 503),
    ],
)
def test_whatever_goes_wrong_what_was_typed_is_on_the_page(monkeypatch, error, status):
    def raise_it(*args, **kwargs):
        raise error

    monkeypatch.setattr(submission, "NewIdeaForm", raise_it)
    client = Client(raise_request_exception=False)

    response = client.post("/en/ideer/ny/", STORY)

    assert response.status_code == status
    assert "All that I typed" in response.text
    assert not any(other in response.text for other in ("secret-secret", "need:1a2b", "18_25"))


def test_case_that_is_gone_or_no_longer_mine_keeps_the_words_of_its_answer(client_for):
    work = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=work.incubator)
    client = client_for(work.user)
    work.ends_on = work.starts_on
    work.save()

    response = client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", {"reason": "A reason of many words"})

    assert response.status_code == 404
    assert "This could not be saved" in response.text
    assert "Why can you not take it in?" in response.text
    assert "A reason of many words" in response.text
    assert str(idea) not in response.text
    assert response["Cache-Control"] == "private, no-store"

"""From the last screen to the receipt."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory
from tests.ideas.test_submission_views import begin, page
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


def test_send_asks_for_an_address_then_a_code_and_then_for_the_consent(client):
    idea = begin(client)
    assert "Your e-mail" in client.get(page("send", idea.uuid)).text
    response = client.post(page("send", idea.uuid), {"email": "kari@example.no"})
    assert response.url.startswith("/en/konto/login/code/confirm/?next=")
    mail = OutgoingMail.objects.get(kind="login-code")
    done = client.post(response.url, {"code": mail.snapshot["code"]})
    assert done.url == page("send", idea.uuid) + "#send"
    html = client.get(done.url).text
    assert "May we show the idea" in html
    revision = re.search(r'name="revision" value="(\d+)"', html).group(1)
    given = {"may_publish": "yes", "age_band": "18_25", "revision": revision}
    receipt = client.post(page("send", idea.uuid), given, follow=True)
    idea.refresh_from_db()
    assert (idea.status, idea.author.email, idea.may_publish) == ("submitted", "kari@example.no", True)
    assert idea.author.consents.get().subject == f"idea:{idea.uuid}"
    html = receipt.text
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
    assert words in response.text
    assert draft.status == "draft"
    assert not OutgoingMail.objects.exists()


def test_send_too_fast_is_asked_to_read_once_more(client, draft):
    Idea.objects.update(created_at=timezone.now())
    assert "That went very fast" in send_in(client, draft).text
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_send_is_limited_per_person_with_words(client, draft, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "submit_idea": "0/h/user"}
    assert "You have sent in many ideas" in send_in(client, draft).text


def test_send_without_a_proposal_leads_to_where_it_is_written(client, draft):
    Idea.objects.update(proposal="")
    html = client.get(page("send", draft.uuid)).text
    assert "say both what is missing and what you would like to do" in html
    assert send_in(client, draft).url == page("draft", draft.uuid, "ideen")


def test_send_tells_a_young_person_that_nothing_is_published(client, draft):
    response = send_in(client, draft, may_publish="yes", age_band="under_13")
    html = client.get(response.url).text
    assert "We do not publish ideas by anyone under 15." in html
    draft.refresh_from_db()
    assert (draft.may_publish, draft.author.consents.count()) == (False, 0)


def test_receipt_is_for_the_author(client, draft):
    idea = IdeaFactory(submitted=True)
    assert client.get(page("receipt", idea.uuid)).status_code == 404


def test_discard_asks_and_then_deletes(client):
    idea = begin(client)
    assert "Delete the draft" in client.get(page("discard", idea.uuid)).text
    assert Idea.objects.exists()
    client.post(page("discard", idea.uuid))
    assert not Idea.objects.exists()

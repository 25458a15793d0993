"""Several people at one machine: nobody gets the draft or the log-in of the one before."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from ideas.models import Idea
from tests.factories import IncubatorFactory, MembershipFactory, UserFactory
from tests.ideas.test_submission_views import NEW, WORDS, begin, page
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
FORGET = "/en/ideer/utkast/glem/"
WHOSE = "/en/ideer/utkast/hvem-sitt/"
LOGIN = "/en/konto/login/"
CONFIRM = "/en/konto/login/code/confirm/"


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


def log_in(client, outbox, email="neste@example.no", next_url="/en/konto/profil/"):
    client.post(LOGIN, {"email": email, "next": next_url})
    return client.post(CONFIRM, {"code": outbox("login-code")[-1].snapshot["code"], "next": next_url})


# --- I'm finished, forget this ------------------------------------------------------------------------------------


def test_each_draft_screen_leads_to_forgetting(client):
    idea = begin(client)
    for url in (
        NEW,
        *(page("draft", idea.uuid, screen) for screen in ("ideen", "hvem", "sted")),
        page("send", idea.uuid),
    ):
        assert FORGET in client.get(url).text, url


def test_forget_deletes_the_drafts_of_the_browser_and_ends_the_session(client, client_for):
    kept = begin(client_for(None))
    idea = begin(client)
    html = client.get(FORGET).text
    assert "They are deleted for good" in html
    assert Idea.objects.count() == 2
    assert "This machine has forgotten you" in client.post(FORGET, follow=True).text
    assert list(Idea.objects.all()) == [kept]
    assert "draft_secret" not in client.session
    assert client.get(page("draft", idea.uuid, "ideen")).status_code == 404


def test_forget_logs_out_and_keeps_what_the_account_has(client):
    idea = begin(client)
    Idea.objects.update(author=UserFactory(), draft_key="")
    client.force_login(Idea.objects.get().author)
    assert "kept" in client.get(FORGET).text
    client.post(FORGET)
    assert "_auth_user_id" not in client.session
    assert Idea.objects.get() == idea


# --- Is this draft yours? -----------------------------------------------------------------------------------------


def test_next_person_who_logs_in_is_asked_and_sees_only_the_first_words(client, outbox):
    idea = begin(client)
    answer = log_in(client, outbox)
    assert answer.url == f"{WHOSE}?next=/en/konto/profil/"
    html = client.get(answer.url).text
    assert str(idea) in html
    assert "Written" in html
    assert Idea.objects.get().author is None
    assert client.get(page("draft", idea.uuid, "ideen")).url.startswith(WHOSE)
    assert client.get(NEW).url.startswith(WHOSE)
    assert str(idea) not in client.get("/en/min-side/").text


def test_yes_makes_it_theirs_and_leads_on(client, outbox):
    idea = begin(client)
    log_in(client, outbox)
    answer = client.post(WHOSE, {"answer": "yes", "next": page("draft", idea.uuid, "ideen")})
    assert answer.url == page("draft", idea.uuid, "ideen")
    idea.refresh_from_db()
    assert (idea.author.email, idea.draft_key) == ("neste@example.no", "")
    assert client.get(answer.url).status_code == 200


def test_no_deletes_it_and_the_browser_forgets_its_secret(client, outbox):
    begin(client)
    log_in(client, outbox)
    assert client.post(WHOSE, {"answer": "no", "next": "//evil.example/"}).url == "/en/min-side/"
    assert not Idea.objects.exists()
    assert "draft_secret" not in client.session


def test_no_answer_changes_nothing_and_asks_again(client, outbox):
    idea = begin(client)
    log_in(client, outbox)
    assert client.post(WHOSE, {"answer": "perhaps"}).url == WHOSE
    assert Idea.objects.get() == idea
    assert Idea.objects.get().author is None


def test_draft_that_is_sent_in_is_theirs_without_a_question_and_others_are_asked_about(client, outbox):
    other, sent = begin(client), begin(client)
    client.post(page("send", sent.uuid), {"email": "neste@example.no"})
    client.post(CONFIRM, {"code": outbox("login-code")[-1].snapshot["code"]})
    sent.refresh_from_db()
    other.refresh_from_db()
    assert (sent.author, other.author) == (User.objects.get(), None)


def test_code_for_another_address_does_not_take_the_draft_that_was_being_sent(client, outbox):
    idea = begin(client)
    client.post(page("send", idea.uuid), {"email": "forrige@example.no"})
    assert log_in(client, outbox).url.startswith(WHOSE)
    idea.refresh_from_db()
    assert idea.author is None


def test_page_that_was_open_before_log_in_goes_on_saving_without_taking_the_draft(client, outbox):
    idea = begin(client)
    log_in(client, outbox)
    answer = client.post(page("autosave", idea.uuid), {"screen": "ideen", **WORDS, "need": "More words"})
    assert answer.status_code == 200
    idea.refresh_from_db()
    assert (idea.need, idea.author) == ("More words", None)


# --- The shared tablet --------------------------------------------------------------------------------------------


def tablet_page(incubator) -> str:
    with translation.override("en"):
        return reverse("incubators:tablet", args=[incubator.slug])


@pytest.fixture
def tablet(client_for):
    """A client that the leader has made the shared tablet, and the incubator."""
    incubator = IncubatorFactory()
    client = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    url = tablet_page(incubator)
    assert "Make this machine a shared tablet" in client.get(url).text
    assert client.post(url).url == f"{NEW}?inkubator={incubator.slug}"
    return client, incubator


def test_tablet_mode_logs_the_leader_out(tablet):
    client, _incubator = tablet
    assert "_auth_user_id" not in client.session


def test_tablet_forgets_draft_and_log_in_after_ten_minutes(tablet, outbox):
    client, incubator = tablet
    with time_machine.travel(timezone.now(), tick=False) as clock:
        idea = begin(client)
        log_in(client, outbox)
        clock.shift(dt.timedelta(minutes=9))
        assert client.get("/en/konto/profil/").status_code == 200
        clock.shift(dt.timedelta(minutes=9))
        assert client.get("/en/konto/profil/").status_code == 200
        clock.shift(dt.timedelta(minutes=11))
        answer = client.get("/en/konto/profil/")
        assert answer.url == f"{NEW}?inkubator={incubator.slug}"
        html = client.get(answer.url).text
        assert "this machine has forgotten who was here" in html
        assert str(idea) not in html
        assert {"_auth_user_id", "draft_secret", "known_to"}.isdisjoint(client.session.keys())
        clock.shift(dt.timedelta(minutes=11))
        assert client.post(page("autosave", idea.uuid), {"screen": "ideen", **WORDS}).status_code == 302


def test_page_of_a_tablet_keeps_the_time_and_any_other_answer_loads_again(tablet):
    client, incubator = tablet
    home = f"{NEW}?inkubator={incubator.slug}"
    page = client.get("/en/tilgjengelighet/")
    assert "Refresh" not in page
    assert f'<noscript><meta http-equiv="refresh" content="605;url={home}"></noscript>' in page.text
    assert f'data-idle="600" data-warn="60" data-ping="30" data-home="{home}"' in page.text
    assert client.get("/healthz")["Refresh"] == "605"


def test_press_on_a_page_of_a_tablet_starts_the_ten_minutes_anew(tablet):
    client, _incubator = tablet
    with time_machine.travel(timezone.now(), tick=False) as clock:
        idea = begin(client)
        for _minutes in range(3):
            clock.shift(dt.timedelta(minutes=9))
            assert client.get("/en/konto/nettbrett/").status_code == 204
        assert client.get(page("draft", idea.uuid, "ideen")).status_code == 200


def test_tablet_mode_outlives_log_out_and_remembers_nobody(tablet, outbox):
    client, _incubator = tablet
    log_in(client, outbox)
    client.post("/en/konto/logout/")
    assert client.session["tablet"]
    assert "known_to" not in client.session
    client.post(FORGET)
    assert client.session["tablet"]


def test_leader_ends_tablet_mode(tablet, client_for):
    _client, incubator = tablet
    client = client_for(incubator.memberships.get().user)
    session = client.session
    session["tablet"] = {"home": NEW, "at": timezone.now().timestamp()}
    session.save()
    url = tablet_page(incubator)
    assert "Turn it off on this machine" in client.get(url).text
    assert client.post(url).url == url
    assert not client.session["tablet"]
    assert 'http-equiv="refresh"' not in client.get(url).text


def test_browser_without_tablet_mode_is_never_emptied(client):
    idea = begin(client)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert "shared tablet" not in client.get(page("draft", idea.uuid, "ideen")).text
    assert client.session["draft_secret"]

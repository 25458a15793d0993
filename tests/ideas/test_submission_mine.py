import uuid

import pytest

from ideas.models import Idea, Note, Transition
from tests.factories import IdeaFactory, UserFactory
from tests.ideas.test_submission_views import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(client):
    """A submitted idea whose author is logged in with `client`."""
    idea = IdeaFactory(submitted=True)
    client.force_login(idea.author)
    return idea


def test_mine_shows_my_ideas_and_drafts_and_nobody_elses(client, idea):
    draft, other = IdeaFactory(author=idea.author, title="My draft"), IdeaFactory(submitted=True)
    html = client.get(page("mine")).text
    assert page("mine_idea", idea.uuid) in html
    assert page("draft", draft.uuid, "ideen") in html
    assert str(other.uuid) not in html


def test_mine_says_once_where_an_idea_stands(client, idea):
    for address in (page("mine"), page("mine_idea", idea.uuid)):
        html = client.get(address).text
        assert html.count("Waits for an answer") == 1
        assert idea.get_status_display() not in html


def test_mine_takes_as_many_queries_for_three_as_for_one(client, idea, django_assert_num_queries):
    IdeaFactory(accepted=True, author=idea.author)
    client.get(page("mine"))
    with django_assert_num_queries(17) as one:
        client.get(page("mine"))
    for _ in range(2):
        IdeaFactory(accepted=True, author=idea.author)
        IdeaFactory(author=idea.author)
    with django_assert_num_queries(len(one)):
        client.get(page("mine"))


def test_mine_without_ideas_says_so_with_a_way_on(client):
    client.force_login(UserFactory())
    html = client.get(page("mine")).text
    assert "No ideas yet" in html
    assert page("new") in html


def test_mine_idea_shows_what_was_said_to_me_and_no_staff_note(client, idea):
    log = {"idea": idea, "by": UserFactory(name="Staff"), "from_status": "submitted", "to_status": "declined"}
    Transition.objects.create(
        **log, kind="declined", revision=7, went_well="Good heart", reason="No room", way_on="Ask the library",
        way_on_kind="other",
        internal_note="SECRET-LOG",
    )  # fmt: skip
    Transition.objects.create(idea=idea, kind="taken", revision=8, from_status="submitted", to_status="submitted")
    Note.objects.create(idea=idea, audience="staff", author=log["by"], body="SECRET-NOTE")
    Note.objects.create(idea=idea, audience="author", author=log["by"], body="Come and visit")
    Note.objects.create(idea=idea, audience="author", author=idea.author, body="I will")
    html = client.get(page("mine_idea", idea.uuid)).text
    for words in ("Good heart", "No room", "Ask the library", "Come and visit", "I will", "You wrote"):
        assert words in html
    assert "SECRET" not in html
    assert "Took the case" not in html


def test_mine_idea_of_somebody_else_is_not_found(client, idea):
    other = IdeaFactory(submitted=True)
    for name in ("mine_idea", "withdraw"):
        assert client.get(page(name, other.uuid)).status_code == 404
    for name in ("write_to_incubator", "publishing", "withdraw"):
        assert client.post(page(name, other.uuid), {"body": "x", "may_publish": "no"}).status_code == 404


def test_mine_idea_says_by_when_and_owns_up_when_it_is_late(client, idea):
    assert "Waits for an answer, by" in client.get(page("mine_idea", idea.uuid)).text
    late = IdeaFactory(overdue=True, author=idea.author)
    assert "We are sorry that you have to wait" in client.get(page("mine_idea", late.uuid)).text


def test_change_request_shows_what_is_asked_and_opens_the_screens(client, idea):
    asked = IdeaFactory(changes_requested=True, author=idea.author)
    Transition.objects.create(
        idea=asked, kind="changes_requested", revision=2, reason="Say where.",
        from_status="submitted", to_status="changes_requested",
    )  # fmt: skip
    html = client.get(page("mine_idea", asked.uuid)).text
    assert "The incubator asks you to change something" in html
    assert "Say where." in html
    screen = client.get(page("draft", asked.uuid, "sted")).text
    assert "Say where." in screen
    assert "Save and look it over" in screen
    assert "Send in the idea again" in client.get(page("send", asked.uuid)).text


def test_write_to_the_incubator_twice_is_one_message(client, idea):
    given = {"body": "We found a cellar.\x00", "token": uuid.uuid4()}
    for _ in range(2):
        client.post(page("write_to_incubator", idea.uuid), given)
    note = Note.objects.get()
    assert (note.audience, note.author, note.body) == ("author", idea.author, "We found a cellar.")


def test_write_to_the_incubator_with_the_token_of_somebody_else_is_a_message_of_ones_own(client, idea):
    foreign = Note.objects.create(idea=IdeaFactory(submitted=True), audience="staff", body="SECRET")
    client.post(page("write_to_incubator", idea.uuid), {"body": "Hello", "token": foreign.uuid})
    assert Note.objects.exclude(pk=foreign.pk).get().body == "Hello"


@pytest.mark.parametrize(("body", "words"), [(" ", "Write something first."), ("a" * 5000, "Shorten it a little.")])
def test_write_to_the_incubator_tells_what_is_wrong_and_keeps_the_text(client, idea, body, words):
    html = client.post(page("write_to_incubator", idea.uuid), {"body": body, "token": uuid.uuid4()}).text
    assert words in html
    assert body in html
    assert not Note.objects.exists()


def test_withdraw_asks_once_and_then_withdraws(client, idea, outbox):
    assert "Withdraw “" in client.get(page("withdraw", idea.uuid)).text
    client.post(page("withdraw", idea.uuid), {"reason": "We moved."})
    client.post(page("withdraw", idea.uuid), {"reason": "Again"})
    idea.refresh_from_db()
    assert (idea.status, idea.transitions.get().reason) == ("withdrawn", "We moved.")
    assert len(outbox("idea-withdrawn")) == 1


def test_withdraw_of_what_is_over_is_told(client, idea):
    over = IdeaFactory(declined=True, author=idea.author)
    response = client.post(page("withdraw", over.uuid), {}, follow=True)
    assert "cannot be withdrawn" in response.text


def test_publishing_is_given_and_taken_back_with_its_consent(client, idea):
    client.post(page("publishing", idea.uuid), {"may_publish": "yes", "age_band": "26_plus"})
    idea.refresh_from_db()
    assert idea.may_publish
    assert idea.author.consents.get().withdrawn_at is None
    client.post(page("publishing", idea.uuid), {"may_publish": "no"})
    idea.refresh_from_db()
    assert not idea.may_publish
    assert idea.author.consents.get().withdrawn_at is not None


def test_publishing_below_the_age_of_consent_is_told_kindly(client, idea):
    given = {"may_publish": "yes", "age_band": "under_13"}
    html = client.post(page("publishing", idea.uuid), given, follow=True).text
    assert "You are too young for us to publish the idea." in html
    assert not Idea.objects.get().may_publish


@pytest.mark.parametrize("name", ["write_to_incubator", "publishing", "withdraw"])
def test_draft_has_none_of_the_pages_of_what_is_sent_in(client, name):
    draft = IdeaFactory()
    client.force_login(draft.author)
    response = client.post(page(name, draft.uuid), {"body": "Words", "may_publish": "no", "token": uuid.uuid4()})
    assert response.status_code == 404
    draft.refresh_from_db()
    assert draft.status == Idea.Status.DRAFT


def test_write_to_the_incubator_is_limited_with_words_and_nothing_lost(client, idea, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "write_message": "1/h/user"}
    for body in ("One message", "And another one"):
        response = client.post(
            page("write_to_incubator", idea.uuid), {"body": body, "token": uuid.uuid4()}, follow=True
        )
    assert "That was many tries in a short time." in response.text
    assert "And another one" in response.text
    assert idea.notes.count() == 1

"""Two windows, one idea: whoever comes second is told, and keeps their words."""

import pytest

from ideas.actions import submission as actions
from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from tests.ideas.test_submission_views import page
from tests.races import held_elsewhere
from unlimited import locks

WORDS = {"need": "Nowhere to be, and more words", "proposal": "Open the cellar"}


@pytest.fixture
def just_before(monkeypatch):
    """Return `just_before(action, does)`: as the view calls `action`, somebody else was a moment quicker."""

    def patch(name, does):
        action = getattr(actions, name)

        def after_another(**kwargs):
            does()
            return action(**kwargs)

        monkeypatch.setattr(actions, name, after_another)

    return patch


def gone():
    Idea.objects.all().delete()


def anothers():
    Idea.objects.update(author=UserFactory(), draft_key="")


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", [gone, anothers])
def test_draft_that_is_gone_meanwhile_leaves_the_words_on_the_page(client, just_before, meanwhile):
    idea = IdeaFactory()
    client.force_login(idea.author)
    just_before("save_draft", meanwhile)

    saved = client.post(page("draft", idea.uuid, "ideen"), WORDS)
    assert (saved.status_code, WORDS["need"] in saved.text) == (404, True)


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", [gone, anothers])
def test_autosave_of_what_is_gone_says_so(client, just_before, meanwhile):
    idea = IdeaFactory()
    client.force_login(idea.author)
    just_before("save_draft", meanwhile)

    answer = client.post(page("autosave", idea.uuid), {**WORDS, "screen": "ideen"})
    assert (answer.status_code, answer.json()["message"]) == (
        404, "This cannot be saved here any more. Copy what you wrote.",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "action", "fields"),
    [
        ("write_to_incubator", "write_to_incubator", {"body": "My many words", "token": str(UserFactory.build().uuid)}),
        ("publishing", "change_publishing", {"may_publish": "no"}),
        ("withdraw", "withdraw_idea", {"reason": "My many words"}),
    ],
)
def test_sent_idea_that_is_gone_meanwhile_is_not_found_with_the_words(client, just_before, name, action, fields):
    idea = IdeaFactory(submitted=True)
    client.force_login(idea.author)
    just_before(action, gone)

    response = client.post(page(name, idea.uuid), fields)
    assert response.status_code == 404
    assert ("My many words" in response.text) == ("My many words" in fields.values())


@pytest.mark.django_db
def test_discarding_twice_is_discarding_once(client, just_before):
    idea = IdeaFactory()
    client.force_login(idea.author)
    just_before("discard_draft", gone)
    assert "The draft is deleted." in client.post(page("discard", idea.uuid), follow=True).text


@pytest.mark.django_db
def test_discarding_what_was_sent_in_meanwhile_deletes_nothing(client, just_before):
    IncubatorFactory(intake=True)
    idea = IdeaFactory()
    client.force_login(idea.author)
    just_before("discard_draft", lambda: actions.submit_idea(idea=idea, by=idea.author))
    html = client.post(page("discard", idea.uuid), follow=True).text
    assert "This idea is sent in" in html
    assert Idea.objects.get().status == Idea.Status.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_row_that_another_window_holds_is_said_and_no_word_is_lost(client, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    draft, sent = IdeaFactory(), IdeaFactory(submitted=True)
    Idea.objects.update(author=draft.author)
    client.force_login(draft.author)
    pages = [
        (page("draft", draft.uuid, "ideen"), WORDS),
        (page("write_to_incubator", sent.uuid), {"body": WORDS["need"], "token": str(sent.uuid)}),
        (page("withdraw", sent.uuid), {"reason": WORDS["need"]}),
    ]
    for path, fields in pages:
        with held_elsewhere(draft), held_elsewhere(sent):
            html = client.post(path, fields).text
        assert "This is being saved from another window just now." in html
        assert WORDS["need"] in html
    with held_elsewhere(draft), held_elsewhere(sent):
        assert client.post(page("autosave", draft.uuid), {**WORDS, "screen": "ideen"}).status_code == 503
        html = client.post(page("publishing", sent.uuid), {"may_publish": "no"}).text
        assert "This is being saved from another window just now." in html
        html = client.post(page("discard", draft.uuid), follow=True).text
        assert "This is being saved from another window just now." in html
    assert Idea.objects.filter(status=Idea.Status.SUBMITTED).count() == 1

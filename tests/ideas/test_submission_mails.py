import pytest
from django.db import transaction
from django.utils import translation

from ideas.actions import submission as actions
from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory
from unlimited.mail.rendering import compose, say

pytestmark = pytest.mark.django_db


def submit(language):
    place = IncubatorFactory(name="Tøyen & co", emergency_words="Ring Utekontakten.")
    idea = IdeaFactory(title="A <b>bench</b>", incubator=place, author__language=language)
    return actions.submit_idea(idea=idea, by=idea.author)


def withdraw(language):
    idea = IdeaFactory(submitted=True, title="A <b>bench</b>", author__language=language)
    return actions.withdraw_idea(idea=idea, by=idea.author, reason="Private matters")


@pytest.mark.parametrize("act", [submit, withdraw])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_goes_to_the_author_in_their_language_without_their_story(act, language, outbox):
    idea = act(language)
    [mail] = outbox()
    assert (mail.recipient, mail.language) == (idea.author.email, language)
    with translation.override(language):
        words = say(mail)
    assert "A <b>bench</b>" in words.subject
    assert str(idea.uuid) in words.text
    for private in (idea.need, idea.proposal, "Private matters"):
        assert private not in words.text
    compose(mail)


def test_receipt_says_by_which_day_and_whom_to_call(outbox):
    idea = submit("en")
    with translation.override("en"):
        text = say(outbox()[0]).text
    assert f"{idea.answer_due_on:%-d %B}" in text
    for number in ("112", "113", "116 111", "116 123", "Ring Utekontakten."):
        assert number in text


def test_nothing_is_mailed_when_sending_in_is_rolled_back(outbox):
    with transaction.atomic():
        submit("nb")
        transaction.set_rollback(True)
    assert (outbox(), Idea.objects.count()) == ([], 0)


def test_each_time_it_is_sent_in_has_its_own_receipt(outbox):
    idea = IdeaFactory(changes_requested=True)
    actions.submit_idea(idea=idea, by=idea.author)
    Idea.objects.filter(pk=idea.pk).update(status="changes_requested")
    actions.submit_idea(idea=idea, by=idea.author)
    assert len(outbox("idea-received")) == 2

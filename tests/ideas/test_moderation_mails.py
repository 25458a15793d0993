"""Each answer is told by mail: in the author's language, with the words of who wrote it and without the story."""

import datetime as dt
import re

import pytest
from django.db import transaction
from django.utils import timezone, translation

from ideas.actions import moderation, notes, redaction
from ideas.emails import forget_idea_in_mails
from ideas.models import Idea
from tests.factories import IdeaFactory, OrganisationFactory, UserFactory
from unlimited.content.templatetags.site_text import isoday
from unlimited.mail.rendering import Words, compose, say

pytestmark = pytest.mark.django_db

CANARY = "zebrafink"
WORDS = "We would love to cook with you.\n\nCome by: https://www.example.no/kitchen"
NO = {"went_well": "You know your street.", "reason": WORDS, "way_on": "Ask the library."}
# Each mail: the action it tells of, the status before, and what the action needs.
MAILS = {
    "idea-changes-requested": ("request_changes", "submitted", {"reason": WORDS}),
    "idea-accepted": ("accept_idea", "submitted", {"message": WORDS}),
    "idea-declined": ("decline_idea", "submitted", NO),
    "idea-step-changed": ("change_step", "accepted", {"step": "do", "message": WORDS}),
    "idea-paused": ("pause_idea", "accepted", {"reason": WORDS}),
    "idea-resumed": ("resume_idea", "paused", {"message": WORDS}),
    "idea-ended": ("end_idea", "accepted", {"went_well": "You know your street.", "reason": WORDS}),
    "idea-hidden": ("hide_idea", "public", {"reason": CANARY}),
    "idea-shown": ("show_idea", "hidden", {}),
    "idea-redacted": ("redact_idea", "public", {"passages": [CANARY], "reason": CANARY}),
    "idea-message": ("write_to_author", "submitted", {"body": WORDS}),
}


# What may quote a concern, or says nothing, has no words of anybody's.
WITH_WORDS = [kind for kind in MAILS if kind not in ("idea-hidden", "idea-shown", "idea-redacted")]
WITH_PRAISE = ("idea-declined", "idea-ended")


def tell(kind: str, *, by: str = "", **facts) -> Idea:
    """Do what the mail tells of; `by` is the name of who does it."""
    action, status, needs = MAILS[kind]
    traits = {"public": True, "hidden": True} if status == "hidden" else {status: True}
    idea = IdeaFactory(title="Verksted", need=CANARY, proposal=CANARY, **traits, **facts)
    if action != "write_to_author":
        needs = needs | {"seen_revision": idea.revision}
    where = {"redact_idea": redaction, "write_to_author": notes}.get(action, moderation)
    getattr(where, action)(idea=idea, by=UserFactory(email=f"{CANARY}@example.no", name=by), **needs)
    return idea


def in_english(mail) -> Words:
    with translation.override("en"):
        return say(mail)


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
@pytest.mark.parametrize("kind", MAILS)
def test_mail_names_the_idea_and_links_to_it_and_tells_no_story(kind, language, prefix, outbox, settings):
    idea = tell(kind, author=UserFactory(email="resident@example.no", language=language))

    (mail,) = outbox()
    with translation.override(language):
        words = say(mail)

    assert (mail.kind, mail.recipient, mail.language) == (kind, "resident@example.no", language)
    assert "Verksted" in words.subject
    assert idea.incubator.name in words.text
    assert words.url == f"{settings.SITE_URL}{prefix}/min-side/ideer/{idea.uuid}/"
    assert CANARY not in words.subject + words.text + compose(mail)[2].decode()
    assert CANARY not in str(mail.snapshot)


@pytest.mark.parametrize("kind", WITH_WORDS)
def test_mail_has_the_words_and_the_name_of_who_wrote_and_a_way_to_reply(kind, outbox):
    tell(kind, by="Mona Lie", author=UserFactory(language="en"))

    text = in_english(outbox()[0]).text
    assert "Mona Lie at" in text
    assert f"writes:\n\n{'You know your street.' if kind in WITH_PRAISE else WORDS}" in text
    assert WORDS in text
    assert ("A way on:\n\nAsk the library." in text) == (kind == "idea-declined")
    assert re.search("answer with a message there|You can answer on the page of your idea", text)


@pytest.mark.parametrize("kind", WITH_WORDS)
def test_who_has_no_name_writes_as_the_incubator(kind, outbox):
    idea = tell(kind, author=UserFactory(language="en"))

    assert f"\n\n{idea.incubator.name} writes:" in in_english(outbox()[0]).text


@pytest.mark.parametrize("kind", ["idea-accepted", "idea-step-changed", "idea-resumed"])
def test_mail_without_words_claims_none(kind, outbox):
    action, status, needs = MAILS[kind]
    idea = IdeaFactory(**{status: True}, author=UserFactory(language="en"))
    needs = {**needs, "message": ""}
    getattr(moderation, action)(idea=idea, by=UserFactory(name="Mona Lie"), seen_revision=idea.revision, **needs)

    assert "writes:" not in in_english(outbox()[0]).text


@pytest.mark.parametrize("kind", ["idea-accepted", "idea-step-changed", "idea-resumed"])
def test_next_step_has_a_date(kind, outbox, settings):
    settings.QUIET_CASE_DAYS = 30
    tell(kind, author=UserFactory(language="en"))

    (mail,) = outbox(kind)
    day = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    assert mail.snapshot["hears_by"] == day
    assert f"again by {in_words(day)}" in in_english(mail).text


def test_question_says_when_the_answer_comes(outbox):
    idea = tell("idea-changes-requested", author=UserFactory(language="en"))

    (mail,) = outbox("idea-changes-requested")
    day = idea.incubator.answer_due_on(timezone.now()).isoformat()
    assert mail.snapshot["answer_due_on"] == day
    assert f"you get an answer by {in_words(day)}" in in_english(mail).text


def in_words(day: str) -> str:
    with translation.override("en"):
        return " ".join(isoday(day).split())


def test_acceptance_names_who_has_the_idea(outbox):
    tell("idea-accepted", by="Mona Lie", author=UserFactory(language="en"))

    assert "The next step: Mona Lie has your idea now" in in_english(outbox()[0]).text


def test_words_leave_the_mail_with_the_idea(outbox):
    idea = tell("idea-message", by="Mona Lie", author=UserFactory(language="en"))
    forget_idea_in_mails(idea)

    assert WORDS not in str(outbox()[0].snapshot)


@pytest.mark.parametrize(
    ("kind", "step"),
    [("idea-accepted", "try"), ("idea-accepted", "do")] + [("idea-step-changed", step) for step in Idea.Step.values],
)
def test_mail_names_the_step(kind, step, outbox):
    idea = IdeaFactory(submitted=True) if kind == "idea-accepted" else IdeaFactory(accepted=True, step="do")
    OrganisationFactory(idea=idea)
    if idea.step == step:
        Idea.objects.update(step="try")
    act = moderation.accept_idea if kind == "idea-accepted" else moderation.change_step
    act(idea=idea, by=UserFactory(), seen_revision=idea.revision, step=step)

    with translation.override("en"):
        name = str(Idea.Step(step).label)
    assert name in in_english(outbox(kind)[0]).text


@pytest.mark.parametrize("is_public", [True, False])
def test_acceptance_says_where_the_idea_can_now_be_read(is_public, outbox):
    idea = IdeaFactory(submitted=True, consenting=is_public, author=UserFactory(language="en"))

    moderation.accept_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision)

    assert ("can now be read by everyone" in in_english(outbox()[0]).text) == is_public


def test_subject_of_a_no_is_no_blow(outbox):
    tell("idea-declined", author=UserFactory(language="en"))

    assert in_english(outbox()[0]).subject == "An answer to your idea “Verksted”"


@pytest.mark.parametrize("kind", MAILS)
def test_nothing_is_mailed_about_what_was_rolled_back(kind, outbox):
    with transaction.atomic():
        tell(kind)
        transaction.set_rollback(True)

    assert outbox() == []


@pytest.mark.parametrize("author", [None, "closed"])
def test_nobody_is_mailed_where_the_author_has_left(author, outbox):
    tell("idea-accepted", author=UserFactory(is_active=False) if author else None)

    assert outbox() == []

"""Each answer is told by mail: in the author's language, with a link and without the story, and only if it happened."""

import pytest
from django.db import transaction
from django.utils import translation

from ideas.actions import moderation, notes, redaction
from ideas.models import Idea
from tests.factories import IdeaFactory, OrganisationFactory, UserFactory
from unlimited.mail.rendering import Words, compose, say

pytestmark = pytest.mark.django_db

CANARY = "zebrafink"
NO = {"went_well": CANARY, "reason": CANARY, "way_on": CANARY}
# Each mail: the action it tells of, the status before, and what the action needs.
MAILS = {
    "idea-changes-requested": ("request_changes", "submitted", {"reason": CANARY}),
    "idea-accepted": ("accept_idea", "submitted", {"message": CANARY}),
    "idea-declined": ("decline_idea", "submitted", NO),
    "idea-step-changed": ("change_step", "accepted", {"step": "do", "message": CANARY}),
    "idea-paused": ("pause_idea", "accepted", {"reason": CANARY}),
    "idea-resumed": ("resume_idea", "paused", {"message": CANARY}),
    "idea-ended": ("end_idea", "accepted", {"went_well": CANARY, "reason": CANARY}),
    "idea-hidden": ("hide_idea", "public", {"reason": CANARY}),
    "idea-shown": ("show_idea", "hidden", {}),
    "idea-redacted": ("redact_idea", "public", {"passages": [CANARY], "reason": CANARY}),
    "idea-message": ("write_to_author", "submitted", {"body": CANARY}),
}


def tell(kind: str, **facts) -> Idea:
    """Do what the mail tells of."""
    action, status, needs = MAILS[kind]
    traits = {"public": True, "hidden": True} if status == "hidden" else {status: True}
    idea = IdeaFactory(title="Verksted", need=CANARY, proposal=CANARY, **traits, **facts)
    if action != "write_to_author":
        needs = needs | {"seen_revision": idea.revision}
    where = {"redact_idea": redaction, "write_to_author": notes}.get(action, moderation)
    getattr(where, action)(idea=idea, by=UserFactory(email=f"{CANARY}@example.no"), **needs)
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

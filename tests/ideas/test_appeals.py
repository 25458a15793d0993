"""Whoever is told no may appeal once, and somebody else than the one who said it answers."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions import moderation, redaction, submission
from ideas.actions.appeal import AppealClosedError, NotToBeAppealedError, answer_appeal, appeal_decision
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import EditedElsewhereError
from ideas.models import Appeal, Idea, Transition
from ideas.privacy import export_ideas
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from unlimited.mail.rendering import compose, say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db

CANARY = "zebrafink"
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}
PROPOSAL = "Open the cellar."
# Each decision that can be appealed: the action, the status before, its words, and what a granted appeal leads to.
DECISIONS = {
    "declined": ("decline_idea", "submitted", NO, {"status": "submitted"}),
    "changes_requested": ("request_changes", "submitted", {"reason": "For whom?"}, {"status": "submitted"}),
    "ended": ("end_idea", "accepted", {"went_well": "Forty.", "reason": "Over."}, {"status": "accepted"}),
    "paused": ("pause_idea", "accepted", {"reason": "Summer."}, {"status": "accepted"}),
    "hidden": ("hide_idea", "public", {"reason": "A name."}, {"status": "accepted", "is_hidden": False}),
    "redacted": ("redact_idea", "public", {"passages": ["cellar"], "reason": "A name."}, {"proposal": PROPOSAL}),
}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def moderator(incubator):
    return MembershipFactory(incubator=incubator).user


@pytest.fixture
def leader(incubator):
    return MembershipFactory(incubator=incubator, leader=True, user__name="Ingrid").user


def decide(kind: str, incubator, by, **facts) -> Transition:
    action, status, words, _ = DECISIONS[kind]
    idea = IdeaFactory(**{status: True}, incubator=incubator, **{"proposal": PROPOSAL} | facts)
    getattr(redaction if kind == "redacted" else moderation, action)(
        idea=idea, by=by, seen_revision=idea.revision, **words
    )
    return idea.transitions.select_related("idea").get()


def appeal_it(decision: Transition, reason: str = "You misread me.") -> Appeal:
    return appeal_decision(decision=decision, by=decision.idea.author, reason=reason)


def answer_it(appeal: Appeal, by, *, is_granted: bool = True, answer: str = "You are right.") -> Appeal:
    appeal = Appeal.objects.with_case().get(pk=appeal.pk)
    seen = appeal.idea.revision
    return answer_appeal(appeal=appeal, by=by, seen_revision=seen, is_granted=is_granted, answer=answer)


# --- Appealing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DECISIONS)
def test_each_decision_can_be_appealed_once(kind, incubator, moderator, leader, outbox):
    decision = decide(kind, incubator, moderator)

    first, second = appeal_it(decision), appeal_it(decision, "Once more.")

    assert first == second
    appeal = Appeal.objects.get()
    assert (appeal.reason, appeal.status, appeal.author) == ("You misread me.", "open", decision.idea.author)
    assert appeal.due_on == incubator.answer_due_on(timezone.now())
    log = decision.idea.transitions.order_by("revision").last()
    assert (log.kind, log.reason, log.from_status, log.to_status) == (
        "appealed",
        appeal.reason,
        *[decision.to_status] * 2,
    )
    assert [mail.recipient for mail in outbox("appeal-received")] == [decision.idea.author.email]
    assert [mail.recipient for mail in outbox("appeal-waits")] == [leader.email]


def test_others_cannot_appeal(incubator, moderator):
    decision = decide("declined", incubator, moderator)

    with pytest.raises(NotTheAuthorError):
        appeal_decision(decision=decision, by=moderator, reason="Mine.")

    assert not Appeal.objects.exists()


def test_what_no_longer_stands_is_not_appealed(incubator, moderator):
    decision = decide("paused", incubator, moderator)
    moderation.resume_idea(idea=decision.idea, by=moderator, seen_revision=decision.revision)
    accepted = decide("declined", incubator, moderator)
    accepted.kind = "accepted"
    accepted.save()

    for row in (decision, accepted):
        with pytest.raises(NotToBeAppealedError):
            appeal_it(row)


def test_second_pause_can_be_appealed_anew(incubator, moderator):
    decision = decide("paused", incubator, moderator)
    answer_it(appeal_it(decision), moderator)
    idea = Idea.objects.get(pk=decision.idea_id)
    moderation.pause_idea(idea=idea, by=moderator, seen_revision=idea.revision, reason="Winter.")

    appeal_it(idea.transitions.filter(kind="paused").last())

    assert Appeal.objects.open().count() == 1
    assert Appeal.objects.count() == 2


# --- Who answers ------------------------------------------------------------------------------------------------------


def test_leader_answers_but_not_about_their_own_decision(incubator, moderator, leader):
    other = MembershipFactory(incubator=incubator, leader=True).user
    MembershipFactory(incubator=incubator, leader=True, former=True)
    MembershipFactory(incubator=incubator, leader=True, user__is_active=False)

    assert appeal_it(decide("declined", incubator, moderator)).answerers == [leader, other]
    assert appeal_it(decide("declined", incubator, leader)).answerers == [other]


def test_only_leader_answers_all_and_where_none_leads_a_colleague_does(incubator, moderator):
    colleague = MembershipFactory(incubator=incubator).user
    MembershipFactory(incubator=incubator, supporter=True)
    assert appeal_it(decide("declined", incubator, moderator)).answerers == [colleague]

    leader = MembershipFactory(incubator=incubator, leader=True).user
    assert appeal_it(decide("declined", incubator, leader)).answerers == [leader]


# --- Answering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DECISIONS)
def test_granted_appeal_undoes_the_decision(kind, incubator, moderator, leader, outbox):
    decision = decide(kind, incubator, moderator)
    appeal = answer_it(appeal_it(decision), leader)

    idea = Idea.objects.get(pk=decision.idea_id)
    for name, value in DECISIONS[kind][3].items():
        assert getattr(idea, name) == value
    assert (appeal.status, appeal.answered_by, appeal.answer) == ("granted", leader, "You are right.")
    log = idea.transitions.order_by("revision").last()
    assert (log.kind, log.reason, log.by, log.to_status) == ("appeal_granted", "You are right.", leader, idea.status)
    if idea.status == Idea.Status.SUBMITTED:
        assert idea.is_waiting_for_answer
        assert idea.answer_due_on == incubator.answer_due_on(timezone.now())
        assert idea.taken_by is None
    assert [mail.recipient for mail in outbox("appeal-answered")] == [idea.author.email]


@pytest.mark.parametrize("kind", DECISIONS)
def test_refused_appeal_leaves_all_as_it_was(kind, incubator, moderator, leader):
    decision = decide(kind, incubator, moderator)
    before = Idea.objects.values("status", "step", "is_hidden", "answered_at", "taken_by", "proposal").get()

    appeal = answer_it(appeal_it(decision), leader, is_granted=False, answer="There is no cellar.")

    assert Idea.objects.values(*before).get() == before
    assert (appeal.status, appeal.answer) == ("refused", "There is no cellar.")
    with pytest.raises(AppealClosedError):
        answer_it(appeal, leader)


def test_words_put_back_leave_alone_what_the_author_writes_anew(incubator, moderator, leader):
    decision = decide("redacted", incubator, moderator, need="The cellar is empty.", status="submitted", step="")
    idea = Idea.objects.get()
    moderation.request_changes(idea=idea, by=moderator, seen_revision=idea.revision, reason="For whom?")
    submission.save_draft(idea=idea, by=idea.author, values={"need": "Young people need the […]."})

    answer_it(appeal_it(decision), leader)

    idea.refresh_from_db()
    assert (idea.proposal, idea.need) == (PROPOSAL, "Young people need the […].")
    assert not idea.redactions.active().exists()


def test_stale_page_is_refused(incubator, moderator, leader):
    appeal = appeal_it(decide("declined", incubator, moderator))

    with pytest.raises(EditedElsewhereError):
        answer_appeal(appeal=appeal, by=leader, seen_revision=1, is_granted=True, answer="Yes.")

    assert Appeal.objects.open().exists()


def test_words_written_meanwhile_are_what_is_read_then(incubator, moderator, leader):
    decision = decide("changes_requested", incubator, moderator)
    idea, author = decision.idea, decision.idea.author
    appeal = appeal_it(decision)
    submission.save_draft(idea=idea, by=author, values={"need": "Nowhere to sit.", "proposal": " "})

    answer_it(appeal, leader)

    idea.refresh_from_db()
    newest = idea.versions.last()
    assert idea.versions.count() == 2
    assert newest.texts["need"] == idea.need == "Nowhere to sit."
    assert newest.texts["proposal"] == idea.proposal == PROPOSAL


def test_words_that_stand_as_they_were_make_no_version(incubator, moderator, leader):
    decision = decide("changes_requested", incubator, moderator)
    answer_it(appeal_it(decision), leader)

    assert decision.idea.versions.count() == 1


OVERTAKEN = {
    "declined and erased": ("declined", lambda idea, by: erase_person(by=idea.author)),
    "resumed": ("paused", lambda idea, by: moderation.resume_idea(idea=idea, by=by, seen_revision=idea.revision)),
    "shown": ("hidden", lambda idea, by: moderation.show_idea(idea=idea, by=by, seen_revision=idea.revision)),
    "put back": (
        "redacted",
        lambda idea, by: redaction.lift_redaction(
            idea=idea, by=by, seen_revision=idea.revision, redaction=idea.redactions.get()
        ),
    ),
    "sent in": ("changes_requested", lambda idea, by: submission.submit_idea(idea=idea, by=idea.author)),
    "withdrawn": ("paused", lambda idea, by: submission.withdraw_idea(idea=idea, by=idea.author)),
}


@pytest.mark.parametrize("how", OVERTAKEN)
def test_appeal_lapses_when_there_is_nothing_left_to_answer(how, moderator, incubator):
    incubator.legal_status = "public"
    incubator.save()
    kind, overtake = OVERTAKEN[how]
    decision = decide(kind, incubator, moderator)
    appeal = appeal_it(decision)

    overtake(Idea.objects.get(pk=decision.idea_id), moderator)

    appeal.refresh_from_db()
    assert (appeal.status, appeal.answer) == ("lapsed", "")
    assert appeal.answered_at


def test_change_beside_the_decision_leaves_the_appeal_open(incubator, moderator):
    decision = decide("declined", incubator, moderator)
    appeal = appeal_it(decision)

    idea = Idea.objects.get()
    moderation.hide_idea(idea=idea, by=moderator, seen_revision=idea.revision, reason="A name.")

    appeal.refresh_from_db()
    assert appeal.is_open


# --- Mails ------------------------------------------------------------------------------------------------------------

MAILS = ("appeal-received", "appeal-waits", "appeal-answered")


def go_through(incubator, language: str = "nb", *, is_granted: bool = True) -> Appeal:
    moderator = MembershipFactory(incubator=incubator, user__name=CANARY).user
    leader = MembershipFactory(incubator=incubator, leader=True, user__language=language, user__name="Ingrid").user
    author = UserFactory(language=language, name=CANARY)
    decision = decide("declined", incubator, moderator, author=author, title="Verksted", need=CANARY)
    return answer_it(appeal_it(decision, CANARY), leader, is_granted=is_granted, answer="You know the street.")


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
@pytest.mark.parametrize("is_granted", [True, False])
@pytest.mark.parametrize("kind", MAILS)
def test_mail_names_the_idea_and_tells_no_story(kind, is_granted, language, prefix, incubator, outbox, settings):
    appeal = go_through(incubator, language, is_granted=is_granted)

    (mail,) = outbox(kind)
    with translation.override(language):
        words = say(mail)

    path = f"/arbeidsflate/klager/{appeal.uuid}/" if kind == "appeal-waits" else f"/min-side/ideer/{appeal.idea.uuid}/"
    assert words.url == f"{settings.SITE_URL}{prefix}{path}"
    assert "Verksted" in words.subject
    assert CANARY not in words.subject + words.text + compose(mail)[2].decode() + str(mail.snapshot)
    is_answer = kind == "appeal-answered"
    assert ("Ingrid" in words.text) == ("You know the street." in words.text) == is_answer


def test_nothing_is_mailed_about_what_was_rolled_back(incubator, outbox):
    with transaction.atomic():
        go_through(incubator)
        transaction.set_rollback(True)

    assert outbox() == []


@pytest.mark.parametrize("kind", DECISIONS)
def test_mail_of_each_decision_says_how_to_appeal_but_a_question_does_not(kind, incubator, moderator, outbox):
    decide(kind, incubator, moderator, author__language="en")

    with translation.override("en"):
        assert ("You can appeal once." in say(outbox()[0]).text) == (kind != "changes_requested")


def test_appeal_is_in_the_export_of_its_author_and_goes_with_the_idea(incubator, moderator):
    decision = decide("declined", incubator, moderator)
    appeal_it(decision)
    author = decision.idea.author

    (exported,) = export_ideas(author)
    assert [(row["reason"], row["status"]) for row in exported["appeals"]] == [("You misread me.", "open")]
    erase_person(by=author)
    assert not Appeal.objects.exists()


def test_deleting_the_people_changes_no_appeal(incubator, moderator, leader):
    appeal = answer_it(appeal_it(decide("declined", incubator, moderator)), leader)

    for person in (moderator, leader, appeal.author):
        person.delete()

    appeal = Appeal.objects.with_case().get()
    assert (appeal.status, appeal.answer, appeal.author, appeal.answered_by) == (
        "granted",
        "You are right.",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("appeal_has_reason", {"reason": ""}),
        ("appeal_answered_at_with_status", {"status": "lapsed"}),
        ("appeal_answered_at_with_status", {"answered_at": timezone.now()}),
        ("appeal_answer_has_words", {"status": "granted", "answered_at": timezone.now()}),
    ],
)
def test_database_refuses_half_an_appeal(constraint, facts, incubator, moderator):
    appeal = appeal_it(decide("declined", incubator, moderator))

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**facts)


def test_database_refuses_an_appeal_in_the_log_without_words(incubator, moderator):
    appeal = appeal_it(decide("declined", incubator, moderator))

    with pytest.raises(IntegrityError, match="transition_appeal_has_reason"), transaction.atomic():
        appeal.idea.transitions.filter(kind="appealed").update(reason="")


def test_database_refuses_two_appeals_of_one_decision(incubator, moderator):
    appeal = appeal_it(decide("declined", incubator, moderator))

    with pytest.raises(IntegrityError, match="decision_id"), transaction.atomic():
        Appeal.objects.create(decision=appeal.decision, reason="Again.", due_on=appeal.due_on)

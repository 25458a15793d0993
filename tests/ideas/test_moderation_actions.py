"""Every transition that the table allows, every one that it forbids, and what each writes."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions import moderation, notes
from ideas.actions.transitions import EditedElsewhereError, TransitionNotAllowedError
from ideas.models import Idea, Note, Transition
from tests.factories import IdeaFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Status, Step = Idea.Status, Idea.Step
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}

# Each action that changes the status: what it needs, from where it may start, and where it leads.
ACTIONS = {
    "request_changes": ({"reason": "For whom is it?"}, {Status.SUBMITTED}, Status.CHANGES_REQUESTED),
    "accept_idea": ({"step": Step.DO, "message": "Welcome."}, {Status.SUBMITTED}, Status.ACCEPTED),
    "decline_idea": (NO, {Status.SUBMITTED, Status.CHANGES_REQUESTED}, Status.DECLINED),
    "pause_idea": ({"reason": "The summer."}, {Status.ACCEPTED}, Status.PAUSED),
    "resume_idea": ({"message": "Here we go."}, {Status.PAUSED}, Status.ACCEPTED),
    "end_idea": ({"went_well": "40 bikes.", "reason": "It goes on."}, {Status.ACCEPTED, Status.PAUSED}, Status.ENDED),
}
# Each action that leaves the status as it is, and the statuses in which it can be done.
SENT_IN = set(Status) - {Status.DRAFT}
OTHERS = {
    "take_idea": ({}, set(Idea.OPEN_STATUSES)),
    "release_idea": ({}, set(Status)),
    "change_step": ({"step": Step.DO}, {Status.ACCEPTED}),
    "hide_idea": ({"reason": "It names a neighbour."}, SENT_IN),
}


def idea_in(status: str, **facts) -> Idea:
    return IdeaFactory(**({} if status == Status.DRAFT else {str(status): True}), **facts)


def do(name: str, idea: Idea, by=None, **changes):
    needs = (ACTIONS | OTHERS)[name][0]
    arguments = {"seen_revision": idea.revision, **needs, **changes}
    return getattr(moderation, name)(idea=idea, by=by or UserFactory(), **arguments)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("name", ACTIONS)
def test_action_leads_where_the_table_says_or_changes_nothing(name, status):
    idea = idea_in(status)
    before = Idea.objects.values().get(pk=idea.pk)
    _, sources, target = ACTIONS[name]

    if status in sources:
        assert idea.can_become(target)
        do(name, idea)
        idea.refresh_from_db()
        log = idea.transitions.get()
        assert (idea.status, idea.revision) == (target, before["revision"] + 1)
        assert (log.from_status, log.to_status, log.revision) == (status, target, idea.revision)
    else:
        with pytest.raises(TransitionNotAllowedError):
            do(name, idea)
        assert Idea.objects.values().get(pk=idea.pk) == before
        assert not Transition.objects.exists()


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("name", OTHERS)
def test_action_beside_the_status_keeps_the_status(name, status):
    idea = idea_in(status)

    if status in OTHERS[name][1]:
        do(name, idea)
        log = idea.transitions.get()
        assert (log.from_status, log.to_status) == (status, status)
    else:
        with pytest.raises(TransitionNotAllowedError):
            do(name, idea)
        assert not Transition.objects.exists()
    idea.refresh_from_db()
    assert idea.status == status


@pytest.mark.parametrize("name", ACTIONS | OTHERS)
def test_every_action_refuses_a_page_that_is_out_of_date(name):
    idea = IdeaFactory(submitted=True)
    seen, colleague = idea.revision, UserFactory(name="Kari")
    moderation.take_idea(idea=idea, by=colleague, seen_revision=seen)

    with pytest.raises(EditedElsewhereError) as raised:
        do(name, idea, seen_revision=seen)

    assert (raised.value.last.by, raised.value.last.kind) == (colleague, Transition.Kind.TAKEN)
    assert idea.transitions.count() == 1


def test_stale_page_without_a_log_row_is_refused_too():
    """The author types: that is no step in the case, and it changes what was read."""
    idea = IdeaFactory(submitted=True)
    Idea.objects.filter(pk=idea.pk).update(revision=idea.revision + 1)

    with pytest.raises(EditedElsewhereError) as raised:
        do("accept_idea", idea)

    assert raised.value.last is None


@pytest.mark.parametrize("name", ["request_changes", "accept_idea", "decline_idea"])
def test_first_answer_stops_the_clock_and_gives_the_case_to_whoever_answered(name):
    idea, moderator = IdeaFactory(submitted=True), UserFactory()
    before = timezone.now()

    do(name, idea, by=moderator)

    idea.refresh_from_db()
    assert before <= idea.answered_at <= timezone.now()
    assert not Idea.objects.waiting_for_answer().exists()
    assert idea.taken_by == moderator


def test_later_changes_leave_the_time_of_the_answer():
    idea = IdeaFactory(paused=True)
    answered_at = idea.answered_at

    do("resume_idea", idea)

    idea.refresh_from_db()
    assert idea.answered_at == answered_at


def test_answer_leaves_the_case_with_the_colleague_who_took_it():
    colleague = UserFactory()
    idea = IdeaFactory(submitted=True, taken_by=colleague, taken_at=timezone.now())

    do("accept_idea", idea)

    idea.refresh_from_db()
    assert idea.taken_by == colleague


def test_taken_case_can_be_put_back():
    idea, moderator = IdeaFactory(submitted=True), UserFactory()

    idea = do("take_idea", idea, by=moderator)
    assert (idea.taken_by, idea.taken_at is None) == (moderator, False)
    idea = do("release_idea", idea, by=moderator)
    assert (idea.taken_by, idea.taken_at) == (None, None)


def test_hidden_idea_can_be_shown_again_and_only_then():
    idea = IdeaFactory(public=True)

    with pytest.raises(TransitionNotAllowedError):
        moderation.show_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision)
    idea = do("hide_idea", idea)
    assert (idea.is_public, idea.hidden_reason) == (False, "It names a neighbour.")
    with pytest.raises(TransitionNotAllowedError):
        do("hide_idea", idea)
    idea = moderation.show_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision)
    assert (idea.is_public, idea.hidden_reason) == (True, "")


def test_same_step_is_no_change():
    idea = IdeaFactory(accepted=True)

    with pytest.raises(TransitionNotAllowedError):
        do("change_step", idea, step=idea.step)


@pytest.mark.parametrize("say", [notes.add_note, notes.write_to_author])
def test_note_sent_twice_is_one_note(say, outbox):
    idea, moderator, token = IdeaFactory(submitted=True), UserFactory(), uuid.uuid4()

    first = say(idea=idea, by=moderator, body="Have you asked the school?", token=token)
    second = say(idea=idea, by=moderator, body="Have you asked the school?", token=token)

    assert first == second
    assert Note.objects.count() == 1
    assert len(outbox()) == (say is notes.write_to_author)


def test_notes_leave_the_idea_as_it_was_read():
    """A colleague's note must not throw away the answer that somebody is writing."""
    idea = IdeaFactory(submitted=True)

    notes.add_note(idea=idea, by=UserFactory(), body="I know her.")

    do("accept_idea", idea)
    assert idea.notes.get().audience == Note.Audience.STAFF


def test_deleting_the_staff_accounts_keeps_every_word():
    moderator = MembershipFactory().user
    idea = IdeaFactory(submitted=True)
    idea = do("take_idea", idea, by=moderator)
    idea = do("accept_idea", idea, by=moderator)
    notes.write_to_author(idea=idea, by=moderator, body="Welcome.")

    moderator.delete()

    idea.refresh_from_db()
    assert (idea.status, idea.taken_by, idea.versions.count()) == (Status.ACCEPTED, None, 1)
    assert list(idea.transitions.values_list("kind", "by")) == [("taken", None), ("accepted", None)]
    assert idea.notes.get().author is None


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        (
            "transition_no_has_reason_and_way_on",
            {"kind": "declined", "to_status": "declined", "reason": "No.", "way_on_kind": "other"},
        ),
        (
            "transition_no_has_reason_and_way_on",
            {"kind": "declined", "to_status": "declined", "way_on": "On.", "way_on_kind": "other"},
        ),
        ("transition_has_reason", {"kind": "changes_requested", "to_status": "changes_requested"}),
        ("transition_has_reason", {"kind": "paused", "to_status": "paused"}),
        ("transition_has_reason", {"kind": "ended", "to_status": "ended"}),
        ("transition_hiding_has_reason", {"kind": "hidden", "to_status": "accepted"}),
        ("transition_has_kind", {"kind": "", "to_status": "accepted"}),
    ],
)
def test_database_refuses_a_log_row_without_its_words(constraint, facts):
    idea = IdeaFactory(submitted=True)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Transition.objects.create(idea=idea, from_status="submitted", revision=2, **facts)


def test_database_refuses_two_log_rows_of_one_revision():
    idea = do("take_idea", IdeaFactory(submitted=True))

    with pytest.raises(IntegrityError, match="transition_one_per_revision"), transaction.atomic():
        Transition.objects.create(
            idea=idea, kind="taken", from_status=idea.status, to_status=idea.status, revision=idea.revision
        )


def test_database_refuses_an_empty_note():
    with pytest.raises(IntegrityError, match="note_not_empty"), transaction.atomic():
        Note.objects.create(idea=IdeaFactory(submitted=True), audience=Note.Audience.STAFF, body="")

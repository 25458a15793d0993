"""What an incubator's staff do with an idea. `seen_revision` is the one on the page where they decided."""

from ideas import emails
from ideas.actions.answers import check_finished
from ideas.actions.transitions import TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import Idea, Organisation, Partner, Transition
from incubators.models import Incubator
from unlimited.origin import audited
from unlimited.users.models import User

Kind, Status = Transition.Kind, Idea.Status


# --- Who has it -------------------------------------------------------------------------------------------------------


@audited
def take_idea(*, idea: Idea, by: User, seen_revision: int) -> Idea:
    """Make `by` the one who has the case, also when a colleague had it."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status not in Idea.OPEN_STATUSES:
            raise TransitionNotAllowedError(idea, Kind.TAKEN)
        idea.give_to(by)
        change_idea(idea, by=by, kind=Kind.TAKEN)
        return idea


@audited
def release_idea(*, idea: Idea, by: User, seen_revision: int) -> Idea:
    """Put the case back, so that any colleague can take it."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        idea.taken_by = idea.taken_at = None
        change_idea(idea, by=by, kind=Kind.RELEASED)
        return idea


# --- The answer -------------------------------------------------------------------------------------------------------


@audited
def request_changes(*, idea: Idea, by: User, seen_revision: int, reason: str, internal_note: str = "") -> Idea:
    """Ask the author to change the idea, which opens it for editing."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        check_finished(idea, Kind.CHANGES_REQUESTED, reason=reason)
        log = _answer(
            idea, by, Kind.CHANGES_REQUESTED, Status.CHANGES_REQUESTED, reason=reason, internal_note=internal_note
        )
        emails.mail_changes_requested(idea, log)
        return idea


@audited
def accept_idea(
    *,
    idea: Idea,
    by: User,
    seen_revision: int,
    step: str = Idea.Step.TRY,
    message: str = "",
    internal_note: str = "",
) -> Idea:
    """Take the idea into the incubator at `step`; what comes before “Build it” is done once it is in."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if step == Idea.Step.BUILD:
            raise TransitionNotAllowedError(idea, Kind.ACCEPTED)
        idea.step = step
        log = _answer(idea, by, Kind.ACCEPTED, Status.ACCEPTED, reason=message, internal_note=internal_note)
        emails.mail_accepted(idea, log)
        return idea


@audited
def decline_idea(
    *,
    idea: Idea,
    by: User,
    seen_revision: int,
    went_well: str,
    reason: str,
    way_on: str,
    way_on_kind: str = Transition.WayOn.OTHER,
    way_on_partner: Partner | None = None,
    way_on_incubator: Incubator | None = None,
    internal_note: str = "",
) -> Idea:
    """Say no: what was good, then the reason, then a way on. The database refuses a no without the last two."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        texts = {"went_well": went_well, "reason": reason, "way_on": way_on}
        check_finished(idea, Kind.DECLINED, **texts)
        way = {"way_on_kind": way_on_kind, "way_on_partner": way_on_partner, "way_on_incubator": way_on_incubator}
        log = _answer(idea, by, Kind.DECLINED, Status.DECLINED, **texts, **way, internal_note=internal_note)
        emails.mail_declined(idea, log)
        return idea


def _answer(idea: Idea, by: User, kind: Kind, to_status: str, **texts) -> Transition:
    """Change the status. A case without an owner goes to the person who answers it."""
    if idea.status != Status.SUBMITTED and to_status == Status.ACCEPTED:
        raise TransitionNotAllowedError(idea, kind)
    if idea.taken_by_id is None:
        idea.give_to(by)
    return change_idea(idea, by=by, kind=kind, to_status=to_status, **texts)


# --- While it is taken in ---------------------------------------------------------------------------------------------


@audited
def change_step(*, idea: Idea, by: User, seen_revision: int, step: str, message: str = "") -> Idea:
    """Move the idea to another step of support, in either direction; to “Build it” once its form is thought of."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        is_early = step == Idea.Step.BUILD and not Organisation.is_thought_of(idea)
        if idea.status != Status.ACCEPTED or step == idea.step or is_early:
            raise TransitionNotAllowedError(idea, Kind.STEP_CHANGED)
        idea.step = step
        log = change_idea(idea, by=by, kind=Kind.STEP_CHANGED, reason=message)
        emails.mail_step_changed(idea, log)
        return idea


@audited
def pause_idea(*, idea: Idea, by: User, seen_revision: int, reason: str) -> Idea:
    """Put the idea on hold; its step is kept for later."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        check_finished(idea, Kind.PAUSED, reason=reason)
        log = change_idea(idea, by=by, kind=Kind.PAUSED, to_status=Status.PAUSED, reason=reason)
        emails.mail_paused(idea, log)
        return idea


@audited
def resume_idea(*, idea: Idea, by: User, seen_revision: int, message: str = "") -> Idea:
    """Start again at the step where the idea was put on hold."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status != Status.PAUSED:
            raise TransitionNotAllowedError(idea, Kind.RESUMED)
        log = change_idea(idea, by=by, kind=Kind.RESUMED, to_status=Status.ACCEPTED, reason=message)
        emails.mail_resumed(idea, log)
        return idea


@audited
def end_idea(*, idea: Idea, by: User, seen_revision: int, went_well: str, reason: str) -> Idea:
    """End the support. What went well comes first here too."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        texts = {"went_well": went_well, "reason": reason}
        check_finished(idea, Kind.ENDED, **texts)
        log = change_idea(idea, by=by, kind=Kind.ENDED, to_status=Status.ENDED, **texts)
        emails.mail_ended(idea, log)
        return idea


# --- On the public pages ----------------------------------------------------------------------------------------------


@audited
def hide_idea(*, idea: Idea, by: User, seen_revision: int, reason: str) -> Idea:
    """Take the idea off the public pages. A flag, not a status: the case goes on as it was."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.is_hidden or idea.status == Status.DRAFT:
            raise TransitionNotAllowedError(idea, Kind.HIDDEN)
        check_finished(idea, Kind.HIDDEN, reason=reason)
        idea.is_hidden, idea.hidden_reason = True, reason
        log = change_idea(idea, by=by, kind=Kind.HIDDEN, reason=reason)
        emails.mail_hidden(idea, log)
        return idea


@audited
def show_idea(*, idea: Idea, by: User, seen_revision: int) -> Idea:
    """Put the idea back on the public pages."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if not idea.is_hidden:
            raise TransitionNotAllowedError(idea, Kind.SHOWN)
        idea.is_hidden, idea.hidden_reason = False, ""
        log = change_idea(idea, by=by, kind=Kind.SHOWN)
        emails.mail_shown(idea, log)
        return idea

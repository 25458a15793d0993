"""How colleagues at an incubator share the work: one has the case, and others work along."""

from ideas import emails
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import Idea, TeamMember, Transition
from incubators.models import Membership
from incubators.rules import has_role_at
from unlimited.origin import audited
from unlimited.users.models import User
from unlimited.users.staff_access import as_with_factor


class NotAColleagueError(IdeaError):
    """They do not moderate where the idea is, or no longer."""


@audited
def pass_on_idea(*, idea: Idea, by: User, seen_revision: int, colleague: User, internal_note: str) -> Idea:
    """Give the case to `colleague`, also where somebody else has it, with a note on its state. They get a mail.

    Raises NotAColleagueError where they could not open it, TransitionNotAllowedError where they have it already or it
    is closed.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status not in Idea.OPEN_STATUSES or idea.taken_by_id == colleague.pk:
            raise TransitionNotAllowedError(idea, Transition.Kind.PASSED_ON)
        _check_colleague(idea, colleague)
        idea.give_to(colleague)
        log = change_idea(idea, by=by, kind=Transition.Kind.PASSED_ON, passed_to=colleague, internal_note=internal_note)
        emails.mail_passed_on(idea, log)
        return idea


@audited
def ask_along(*, idea: Idea, by: User, seen_revision: int, colleague: User, internal_note: str = "") -> Idea:
    """Let `colleague` work on the case too, beside the one who has it. They get a mail.

    Raises NotAColleagueError where they could not open it, TransitionNotAllowedError where they are on it already or it
    is closed.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        is_on_it = idea.taken_by_id == colleague.pk or idea.team_members.filter(user=colleague).exists()
        if idea.status not in Idea.OPEN_STATUSES or is_on_it:
            raise TransitionNotAllowedError(idea, Transition.Kind.ASKED_ALONG)
        _check_colleague(idea, colleague)
        TeamMember.objects.create(idea=idea, user=colleague, added_by=by)
        facts = {"passed_to": colleague, "internal_note": internal_note}
        log = change_idea(idea, by=by, kind=Transition.Kind.ASKED_ALONG, **facts)
        emails.mail_asked_along(idea, log)
        return idea


@audited
def leave_team(*, idea: Idea, by: User, seen_revision: int) -> Idea:
    """Work on the case no more; what is written to those who do is closed from then on."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        count, _by_model = idea.team_members.filter(user=by).delete()
        if not count:
            raise TransitionNotAllowedError(idea, Transition.Kind.LEFT_TEAM)
        change_idea(idea, by=by, kind=Transition.Kind.LEFT_TEAM)
        return idea


def _check_colleague(idea: Idea, colleague: User) -> None:
    roles = Membership.Role.MODERATOR, Membership.Role.LEADER
    if not colleague.is_active or not has_role_at(as_with_factor(colleague), idea.incubator_id, *roles):
        raise NotAColleagueError

"""How colleagues at an incubator share the work."""

from ideas import emails
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import Idea, Transition
from incubators.models import Membership
from incubators.rules import has_role_at
from unlimited.users.models import User


class NotAColleagueError(IdeaError):
    """They do not moderate where the idea is, or do so no more."""


def pass_on_idea(*, idea: Idea, by: User, seen_revision: int, colleague: User, internal_note: str) -> Idea:
    """Give the case to `colleague`, whoever had it, with a word on where it stands. They get a mail.

    Raises NotAColleagueError where they could not open it, TransitionNotAllowedError where they have it already or it
    is closed.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status not in Idea.OPEN_STATUSES or idea.taken_by_id == colleague.pk:
            raise TransitionNotAllowedError(idea, Transition.Kind.PASSED_ON)
        roles = Membership.Role.MODERATOR, Membership.Role.LEADER
        if not colleague.is_active or not has_role_at(colleague, idea.incubator_id, *roles):
            raise NotAColleagueError
        idea.give_to(colleague)
        log = change_idea(idea, by=by, kind=Transition.Kind.PASSED_ON, passed_to=colleague, internal_note=internal_note)
        emails.mail_passed_on(idea, log)
        return idea

"""Who may do what with an idea. National staff see figures, never personal cases: no rule here asks for `is_staff`."""

import rules

from ideas.models import Idea
from incubators.models import Membership
from incubators.rules import has_role_at

Role = Membership.Role


@rules.predicate
def is_author(user, idea: Idea) -> bool:
    return idea.author_id is not None and idea.author_id == user.pk


@rules.predicate
def moderates(user, idea: Idea) -> bool:
    """Works as moderator or leader where the idea was sent. Nobody moderates a draft."""
    return idea.status != Idea.Status.DRAFT and has_role_at(user, idea.incubator_id, Role.MODERATOR, Role.LEADER)


@rules.predicate
def supports_where_taken_in(user, idea: Idea) -> bool:
    """A supporter reads what has been taken in, and decides nothing."""
    return idea.status in Idea.PUBLIC_STATUSES and has_role_at(user, idea.incubator_id, Role.SUPPORTER)


@rules.predicate
def is_editable(user, idea: Idea) -> bool:
    return idea.is_editable_by_author


@rules.predicate
def may_be_withdrawn(user, idea: Idea) -> bool:
    return idea.can_become(Idea.Status.WITHDRAWN)


rules.add_perm("ideas.view_own_idea", is_author)
rules.add_perm("ideas.edit_idea", is_author & is_editable)
rules.add_perm("ideas.withdraw_idea", is_author & may_be_withdrawn)
rules.add_perm("ideas.view_case", moderates | supports_where_taken_in)
rules.add_perm("ideas.moderate_idea", moderates)
rules.add_perm("ideas.hide_idea", moderates)

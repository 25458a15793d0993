"""Who may do what with an idea; who may see one is said by `IdeaQuerySet`.

National staff see figures, never personal cases: no rule here asks for `is_staff`.
"""

import rules

from ideas.models import Appeal, Concern, Idea
from incubators.models import Membership
from incubators.rules import (
    has_role_at,
    incubators_answered_for,
    incubators_led_by,
    is_incubator_staff,
    is_leader,
    memberships_of,
)
from unlimited.users.staff_access import acts_as_staff

Role = Membership.Role


@rules.predicate
def is_author(user, idea: Idea) -> bool:
    """Wrote it."""
    return idea.author_id is not None and idea.author_id == user.pk


@rules.predicate
def moderates(user, idea: Idea) -> bool:
    """Works as moderator or leader where the idea was sent. A draft has no moderator."""
    return idea.status != Idea.Status.DRAFT and has_role_at(user, idea.incubator_id, Role.MODERATOR, Role.LEADER)


@rules.predicate
def may_be_withdrawn(user, idea: Idea) -> bool:
    """Has a status from which its author can withdraw it."""
    return idea.can_become(Idea.Status.WITHDRAWN)


@rules.predicate
def wrote_concern(user, concern: Concern) -> bool:
    """Wrote it, and still works there."""
    return concern.written_by_id == user.pk and has_role_at(user, concern.incubator_id)


@rules.predicate
def leads_concern(user, concern: Concern) -> bool:
    """Leads the incubator where it was written, or the one that has its work since it closed."""
    return concern.incubator_id in incubators_answered_for(user)


@rules.predicate
def leads_an_incubator(user) -> bool:
    """Leads any incubator at all."""
    return bool(incubators_led_by(user))


@rules.predicate
def may_answer_appeal(user, appeal: Appeal) -> bool:
    """Leads the incubator and did not take the decision, or is the nearest there is to that."""
    return acts_as_staff(user) and user in appeal.answerers


@rules.predicate
def is_supporter(user) -> bool:
    """Supports ideas at any incubator at all."""
    return any(Role.SUPPORTER in roles for roles in memberships_of(user).values())


rules.add_perm("ideas.withdraw_idea", is_author & may_be_withdrawn)
rules.add_perm("ideas.view_queue", is_incubator_staff)
rules.add_perm("ideas.moderate_idea", moderates)
rules.add_perm("ideas.answer_appeal", may_answer_appeal)
# Of an incubator: the texts and partners that its answers begin with.
rules.add_perm("ideas.keep_answers", is_leader)
# Of an incubator: what it has for ideas in a year.
rules.add_perm("ideas.keep_budget", is_leader)
rules.add_perm("ideas.view_leader_list", leads_an_incubator)
# Look at the figures of the incubators one leads, and send them.
rules.add_perm("ideas.make_reports", leads_an_incubator)
# Same rule as ConcernQuerySet.visible_to, for one row in hand.
rules.add_perm("ideas.view_concern", wrote_concern | leads_concern)
rules.add_perm("ideas.lead_concern", leads_concern)
rules.add_perm("ideas.support_ideas", is_supporter)

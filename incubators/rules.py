"""Who may do what at an incubator. One read of a person's memberships serves every check of a request."""

from collections import defaultdict

import rules

from incubators.models import Incubator, Membership
from unlimited.users.rules import is_national_staff, register_staff
from unlimited.users.staff_access import acts_as_staff

Role = Membership.Role
_CACHE, _CAME_TO = "_roles_by_incubator", "_successors_by_incubator"


def memberships_of(user) -> dict[int, frozenset[str]]:
    """Return the roles that `user` may act in now, by the id of the incubator: none without the second factor."""
    return roles_held(user) if acts_as_staff(user) else {}


def roles_held(user) -> dict[int, frozenset[str]]:
    """Return the roles `user` has now, by the id of the incubator; read once a user object, so once a request.

    What a person is, not what they may do: for that, ask `memberships_of`.
    """
    if not user.is_authenticated:
        return {}
    if not hasattr(user, _CACHE):
        found = defaultdict(set)
        for incubator_id, role in Membership.objects.current().filter(user=user).values_list("incubator_id", "role"):
            found[incubator_id].add(role)
        setattr(user, _CACHE, {incubator_id: frozenset(roles) for incubator_id, roles in found.items()})
    return getattr(user, _CACHE)


def forget_memberships(user) -> None:
    """Let the next check read anew; for actions that change the memberships of a user object in use."""
    for name in (_CACHE, _CAME_TO):
        if hasattr(user, name):
            delattr(user, name)


def has_role_at(user, incubator_id: int | None, *roles: str) -> bool:
    """Whether `user` works at that incubator now, in one of `roles` where roles are given."""
    held = memberships_of(user).get(incubator_id, frozenset())
    return bool(held & set(roles) if roles else held)


def incubators_led_by(user) -> list[int]:
    """Return the ids of the incubators that `user` leads now."""
    return [incubator_id for incubator_id, roles in memberships_of(user).items() if Role.LEADER in roles]


def incubators_answered_for(user) -> list[int]:
    """Return the ids of the incubators that `user` leads, and of the closed ones whose work came to those.

    Read once a user object, as the memberships are.
    """
    led = incubators_led_by(user)
    if not led:
        return []
    if not hasattr(user, _CAME_TO):
        closed = Incubator.objects.filter(is_active=False, successor__isnull=False)
        setattr(user, _CAME_TO, dict(closed.values_list("pk", "successor")))
    came_to = getattr(user, _CAME_TO)
    return [*led, *(closed for closed in came_to if closed not in led and _last_in_line(closed, came_to) in led)]


def _last_in_line(incubator_id: int, came_to: dict[int, int]) -> int:
    """Return who has the work of a closed incubator now: its successor may have closed since."""
    seen = set()
    while incubator_id in came_to and incubator_id not in seen:
        seen.add(incubator_id)
        incubator_id = came_to[incubator_id]
    return incubator_id


def incubators_moderated_by(user) -> list[int]:
    """Return the ids of the incubators where `user` moderates or leads now."""
    roles = {Role.MODERATOR, Role.LEADER}
    return [incubator_id for incubator_id, held in memberships_of(user).items() if held & roles]


@rules.predicate
def is_leader(user, incubator) -> bool:
    """Leads that incubator now."""
    return incubator is not None and has_role_at(user, incubator.pk, Role.LEADER)


@rules.predicate
def works_at(user, incubator) -> bool:
    """Works there now, in any role."""
    return incubator is not None and has_role_at(user, incubator.pk)


@rules.predicate
def is_incubator_staff(user) -> bool:
    """Works at any incubator at all."""
    return bool(memberships_of(user))


def holds_a_role(user) -> bool:
    """Works at any incubator, with or without the second factor."""
    return bool(roles_held(user))


@rules.predicate
def leads_somewhere(user) -> bool:
    return bool(incubators_led_by(user))


@rules.predicate
def may_confirm_factor(user, person) -> bool:
    """Leads an incubator where `person` works; of leaders and national staff, national staff too. Never oneself."""
    if person is None or person.pk == user.pk:
        return False
    held = roles_held(person)
    is_answering = person.is_staff or any(Role.LEADER in roles for roles in held.values())
    return any(led in held for led in incubators_led_by(user)) or (is_answering and is_national_staff(user))


register_staff(holds_a_role)
rules.add_perm("incubators.confirm_factor", may_confirm_factor)
rules.add_perm("incubators.confirm_factors", leads_somewhere | is_national_staff)
rules.add_perm("incubators.use_desk", is_incubator_staff | is_national_staff)
rules.add_perm("incubators.follow_initiatives", is_national_staff)
rules.add_perm("incubators.edit_incubator", is_leader | is_national_staff)
rules.add_perm("incubators.view_stage", is_leader | is_national_staff)
rules.add_perm("incubators.change_stage", is_national_staff)
rules.add_perm("incubators.show_self", works_at)
rules.add_perm("incubators.be_away", works_at)
rules.add_perm("incubators.close_incubator", is_leader | is_national_staff)
rules.add_perm("incubators.manage_people", is_leader | is_national_staff)

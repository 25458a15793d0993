"""Who may organise: national staff everything, leaders and moderators what belongs to their incubator."""

import rules

from incubators.models import Membership
from incubators.rules import has_role_at, memberships_of
from unlimited.users.rules import is_national_staff

Role = Membership.Role
ORGANISING_ROLES = frozenset({Role.LEADER, Role.MODERATOR})


@rules.predicate
def organises_here(user, event) -> bool:
    """Leads or moderates at the incubator of the event or series."""
    return event is not None and has_role_at(user, event.incubator_id, *ORGANISING_ROLES)


@rules.predicate
def organises_somewhere(user) -> bool:
    """Leads or moderates at any incubator."""
    return any(roles & ORGANISING_ROLES for roles in memberships_of(user).values())


rules.add_perm("events.view_events_desk", is_national_staff | organises_somewhere)
rules.add_perm("events.organise_event", is_national_staff | organises_here)

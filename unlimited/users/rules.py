"""Who counts as staff. Higher apps add their own reason, for this one may not know them.

A reason says what a person is, with or without a second factor; each permission also asks `acts_as_staff`.
"""

from collections.abc import Callable

import rules

from unlimited.users.models import User
from unlimited.users.staff_access import acts_as_staff

_reasons: list[Callable[[User], bool]] = []


def register_staff(reason: Callable[[User], bool]) -> None:
    """Let `reason(user)` make a person staff, such as a current membership. Called in `AppConfig.ready()`."""
    if reason not in _reasons:
        _reasons.append(reason)


@rules.predicate
def is_national_staff(user: User) -> bool:
    """Runs the network: may change incubators and their people, and sees no personal case by that."""
    return user.is_active and user.is_staff and acts_as_staff(user)


@rules.predicate
def is_staff(user: User) -> bool:
    """National staff, or staff by a reason that another app registered, who has shown the second factor."""
    return acts_as_staff(user) and has_staff_role(user)


@rules.predicate
def has_staff_role(user: User) -> bool:
    """Would be staff once they have shown the second factor: whom to show the way to it. Gives nothing else."""
    return user.is_active and (user.is_staff or any(reason(user) for reason in _reasons))


def needs_factor(user: User) -> bool:
    """Whether `user` has a staff role that the session does not let them act in yet."""
    return user.is_authenticated and not acts_as_staff(user) and has_staff_role(user)


rules.add_perm("users.find_desk", has_staff_role)
rules.add_perm("users.run_network", is_national_staff)

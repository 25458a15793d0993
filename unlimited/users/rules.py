"""Who counts as staff. Higher apps add their own reason, for this one may not know them."""

from collections.abc import Callable

import rules

from unlimited.users.models import User

_reasons: list[Callable[[User], bool]] = []


def register_staff(reason: Callable[[User], bool]) -> None:
    """Let `reason(user)` make a person staff, such as a current membership. Called in `AppConfig.ready()`."""
    if reason not in _reasons:
        _reasons.append(reason)


@rules.predicate
def is_national_staff(user: User) -> bool:
    """Runs the network: may change incubators and their people, and sees no personal case by that."""
    return user.is_active and user.is_staff


@rules.predicate
def is_staff(user: User) -> bool:
    """National staff, or staff by a reason that another app registered."""
    return is_national_staff(user) or (user.is_active and any(reason(user) for reason in _reasons))

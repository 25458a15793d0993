"""Staff permissions exist in a session that has shown a second factor, and nowhere else.

`acts_as_staff` is the one question. Each predicate of staff and each QuerySet that reads by role asks it, so that
without the factor a person has what a resident has, at every address. It is answered by the user object: only the
middleware of a request sets it, so that an object loaded anywhere else has no staff permission. A forgotten mark closes
a door and opens none.
"""

import contextlib
import contextvars
import copy
from collections.abc import Iterator

from django.conf import settings

_is_without_session: contextvars.ContextVar[bool] = contextvars.ContextVar("without_session", default=False)


def acts_as_staff(user) -> bool:
    """Return whether `user` may use staff permissions now: their session has shown a factor that still counts."""
    if not settings.REQUIRE_STAFF_MFA:
        return True
    return getattr(user, "has_shown_factor", False) or _is_without_session.get()


def as_with_factor(user):
    """Return a copy of `user` that may use staff permissions: for what another person may do, not for who acts."""
    other = copy.copy(user)
    other.has_shown_factor = True
    return other


@contextlib.contextmanager
def without_session() -> Iterator[None]:
    """Let code of a command act for people who have no session, as the demo does. Never inside a request."""
    token = _is_without_session.set(True)
    try:
        yield
    finally:
        _is_without_session.reset(token)

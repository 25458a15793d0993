"""Who changes rows, in which request, by which action: read by the triggers of the history and by the logs.

The context is set per write statement, as transaction-local settings in front of it: a pooled connection carries
nothing over to the next request.
"""

import dataclasses
import functools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection

# Also raw statements that write by a CTE. What only reads stays as it is.
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH)\b", re.IGNORECASE)
# Tables of the framework, written in most requests and never tracked.
_UNTRACKED = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(cache|django_session|usersessions_usersession)"')
# Facts are put into SQL as a literal: names of routes and actions, ids.
_UNSAFE = re.compile(r"[^\w.:-]", re.ASCII)


def _unknown() -> str:
    return ""


@dataclass
class Origin:
    """One request, task or action. `id` names its row in the history's context table.

    `actor` and `address` (of the network) are asked for only where something is written down.
    """

    request_id: str = ""
    action: str = ""
    actor: Callable[[], str] = _unknown
    address: Callable[[], str] = _unknown
    is_action: bool = False
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def facts(self) -> dict[str, str]:
        """Return what is known, by name; the actor is the uuid of a user."""
        facts = {"actor": self.actor(), "request": self.request_id, "action": self.action}
        return {name: _UNSAFE.sub("_", value) for name, value in facts.items() if value}


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin | None:
    """Return the origin of what runs now, or None outside requests, tasks and actions."""
    return _current.get()


@contextmanager
def begun(origin: Origin) -> Iterator[Origin]:
    """Attribute each write inside to `origin`."""
    is_outermost = _current.get() is None
    token = _current.set(origin)
    try:
        with connection.execute_wrapper(_attribute) if is_outermost else nullcontext():
            yield origin
    finally:
        _current.reset(token)


def audited(action: Callable) -> Callable:
    """Decorate an action: the rows it changes name its actor `by` and the action.

    An action called by another one belongs to the outer one.
    """
    name = f"{action.__module__.partition('.actions')[0].rpartition('.')[2]}.{action.__name__}"

    @functools.wraps(action)
    def run(*args, **kwargs):
        outer = _current.get() or Origin()
        if outer.is_action:
            return action(*args, **kwargs)
        by = kwargs.get("by")
        actor = functools.partial(pseudonym, by) if by is not None else outer.actor
        inner = dataclasses.replace(outer, action=name, actor=actor, is_action=True, id=uuid.uuid4())
        with begun(inner):
            return action(*args, **kwargs)

    run.is_audited = True
    return run


def pseudonym(user) -> str:
    """Return the id under which history and logs know `user`: it leads to a person through the users' table only."""
    return str(user.uuid) if user is not None and user.is_authenticated else ""


def _attribute(execute, sql, params, many, context):
    """Run `sql` with the settings that the triggers read."""
    origin = _current.get()
    if many or origin is None or not _WRITES.match(sql) or _UNTRACKED.match(sql):
        return execute(sql, params, many, context)
    settings = (
        f"SELECT set_config('pghistory.context_id', '{origin.id}', true), "
        f"set_config('pghistory.context_metadata', '{json.dumps(origin.facts())}', true); "
    )
    result = execute(settings + sql, params, many, context)
    cursor = context["cursor"]
    while cursor.nextset():
        pass
    return result

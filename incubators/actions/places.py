"""What an incubator says about itself. Who may do what is said in `rules.py`; the view asks."""

from django.db import transaction

from incubators.models import Incubator
from unlimited.locks import WaitedTooLongError
from unlimited.origin import audited
from unlimited.users.models import User


class Error(Exception):
    """Something about an incubator or its people cannot be done."""


class BusyError(Error, WaitedTooLongError):
    """Somebody else held the incubator for longer than a person should wait. Nothing has changed."""


class ChangedMeanwhileError(Error):
    """Somebody else has changed it since this person read it."""


@audited
def change_facts(*, incubator: Incubator, facts: dict, seen_at: str, by: User) -> Incubator:
    """Save what a leader says about the incubator, unless somebody has changed it since `seen_at`."""
    with transaction.atomic():
        current = lock_incubator(incubator)
        if current.updated_at.isoformat() != seen_at:
            raise ChangedMeanwhileError
        for name, value in facts.items():
            setattr(current, name, value)
        current.save(update_fields=[*facts, "updated_at"])
    return current


def lock_incubator(incubator: Incubator) -> Incubator:
    """Return the row as it is now, locked until the caller's transaction ends."""
    return Incubator.objects.select_for_update(no_key=True, of=("self",)).get(pk=incubator.pk)

"""Whom an incubator says it is for."""

from incubators.actions.places import BusyError, ChangedMeanwhileError, lock_incubator
from incubators.models import Incubator, PostcodeArea
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User


@audited
def state_areas(
    *, incubator: Incubator, neighbourhoods: str, postcodes: list[tuple[str, str]], seen_at: str, by: User
) -> Incubator:
    """Save which neighbourhoods and postcodes it is for, unless somebody has changed the incubator since `seen_at`."""
    with short_wait(BusyError):
        current = lock_incubator(incubator)
        if current.updated_at.isoformat() != seen_at:
            raise ChangedMeanwhileError
        current.neighbourhoods = neighbourhoods
        current.save(update_fields=["neighbourhoods", "updated_at"])
        current.postcode_areas.all().delete()
        PostcodeArea.objects.bulk_create(
            [PostcodeArea(incubator=current, first=first, last=last) for first, last in postcodes]
        )
    return current

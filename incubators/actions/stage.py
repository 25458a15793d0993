"""From pilot to established, and back where need be."""

import datetime as dt

from incubators.actions.places import BusyError, ChangedMeanwhileError, lock_incubator
from incubators.models import ChecklistItem, ChecklistTick, Incubator, StageChange
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User


@audited
def tick_item(*, incubator: Incubator, item: ChecklistItem, is_done: bool, by: User) -> None:
    """Say that an item is in place, or no longer is. Each press says which, so that a second one does nothing."""
    with short_wait(BusyError):
        lock_incubator(incubator)
        if is_done:
            ChecklistTick.objects.get_or_create(incubator=incubator, item=item, defaults={"ticked_by": by})
        else:
            ChecklistTick.objects.filter(incubator=incubator, item=item).delete()


@audited
def change_stage(
    *, incubator: Incubator, to_stage: str, seen_stage: str, decided_on: dt.date, note: str, by: User
) -> StageChange:
    """Bring the incubator to another stage, with a note; unless somebody else has, since `seen_stage` was read."""
    with short_wait(BusyError):
        row = lock_incubator(incubator)
        if row.stage != seen_stage or to_stage == seen_stage:
            raise ChangedMeanwhileError
        row.stage = to_stage
        row.save(update_fields=["stage", "updated_at"])
        return StageChange.objects.create(
            incubator=row, from_stage=seen_stage, to_stage=to_stage, decided_on=decided_on, note=note, by=by
        )

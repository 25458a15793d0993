"""What staff do when they are worried about somebody. It changes nothing about the idea: no log row, no revision."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from ideas.emails import mail_leaders
from ideas.models import Concern, ConcernEntry, Idea
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.security_log import security_event
from unlimited.users.models import User

Kind = ConcernEntry.Kind


class ConcernError(Exception):
    """What can go wrong with a concern."""


class ConcernBusyError(ConcernError):
    """Somebody else held the row for longer than a person should wait."""


class ConcernClosedError(ConcernError):
    """It is closed already."""


@audited
@transaction.atomic
def raise_concern(
    *, idea: Idea, by: User, what: str, token: uuid.UUID, whom: str = "", at: dt.datetime | None = None
) -> Concern:
    """Write a concern down, tell the leaders that there is something on their list, and log who was told already.

    The same `token` twice is one concern.
    """
    facts = {"idea": idea, "incubator": idea.incubator, "what": what}
    concern, is_new = Concern.objects.get_or_create(uuid=token, written_by=by, defaults=facts)
    if is_new:
        if whom:
            concern.entries.create(kind=Kind.TOLD, whom=whom, at=at or timezone.now(), by=by)
        # Where the incubator has closed since, those who have its work read it.
        mail_leaders([concern.incubator.heir.pk], key=str(concern.uuid), but=by)
    return concern


@audited
@transaction.atomic
def note_who_was_told(
    *, concern: Concern, by: User, whom: str, token: uuid.UUID, at: dt.datetime | None = None, note: str = ""
) -> ConcernEntry:
    """Log that somebody was told: the child welfare service, the police, a parent. The same `token` twice is one."""
    facts = {"kind": Kind.TOLD, "whom": whom, "note": note, "at": at or timezone.now()}
    return concern.entries.get_or_create(uuid=token, by=by, defaults=facts)[0]


@audited
@transaction.atomic
def export_concern(*, concern: Concern, by: User, whom: str) -> ConcernEntry:
    """Log that the concern was handed over in writing, and to whom; the document itself is made of the returned row."""
    security_event("concern-handed-over", concern=concern.uuid)
    return concern.entries.create(kind=Kind.EXPORTED, whom=whom, by=by)


@audited
def close_concern(*, concern: Concern, by: User, note: str) -> Concern:
    """Take it off the leader's list, with words on what came of it. It is kept for a while; see `ideas.privacy`."""
    with short_wait(ConcernBusyError):
        concern = Concern.objects.select_for_update(no_key=True, of=("self",)).get(pk=concern.pk)
        if concern.closed_at is not None:
            raise ConcernClosedError
        concern.closed_at, concern.closed_by = timezone.now(), by
        concern.save(update_fields=["closed_at", "closed_by"])
        concern.entries.create(kind=Kind.CLOSED, note=note, at=concern.closed_at, by=by)
        return concern

"""Starting an incubator where there is none: somebody says so, and national staff follow it up."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q, QuerySet
from django.utils import timezone

from incubators import emails
from incubators.actions.people import invite_person
from incubators.actions.places import BusyError, ChangedMeanwhileError
from incubators.actions.promises import Promise, register_promise
from incubators.models import Incubator, Initiative, InitiativeEntry, Membership
from incubators.models.founding import FIRST_CONTACT_DAYS
from incubators.models.places import AFTER_DELAY_DAYS
from incubators.place_names import folded
from incubators.working_days import add_working_days
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User

Status = Initiative.Status


def start_initiative(*, form_token: uuid.UUID, facts: dict) -> Initiative:
    """Keep what somebody wants to start, send the receipt and tell national staff. Idempotent by token."""
    with short_wait(BusyError):
        due = add_working_days(timezone.localdate(), FIRST_CONTACT_DAYS)
        initiative, is_new = Initiative.objects.get_or_create(
            form_token=form_token, defaults={**facts, "answer_due_on": due, "next_contact_on": due}
        )
        if is_new:
            emails.mail_initiative_received(initiative)
            emails.mail_initiative_came(initiative)
    return initiative


@audited
def follow_initiative(
    *,
    initiative: Initiative,
    by: User,
    seen_revision: int,
    status: str,
    owner: User | None,
    next_contact_on: dt.date | None = None,
    note: str = "",
) -> Initiative:
    """Write down what was done, who has it, and when the next contact is; an end says why in `note`.

    Until they have heard from somebody, the next contact is no later than the day they were told.
    """
    with _locked(initiative, seen_revision) as row:
        if status != row.status and not row.can_become(status):
            raise ChangedMeanwhileError
        row.owner = owner
        row.next_contact_on = next_contact_on if status in Initiative.OPEN_STATUSES else None
        if status == Status.NEW:
            row.next_contact_on = min(next_contact_on, row.promised_on)
        _log(row, status, by=by, note=note)
    return row


@audited
def found_incubator(
    *, initiative: Initiative, by: User, seen_revision: int, facts: dict, invites_leader: bool = True
) -> Incubator:
    """Make the incubator, in its pilot stage; the person who wrote is invited to lead it."""
    with _locked(initiative, seen_revision) as row:
        if not row.can_become(Status.FOUNDED):
            raise ChangedMeanwhileError
        incubator = Incubator.objects.create(
            **facts,
            slug=_free_slug(facts["name"]),
            municipality=row.municipality,
            default_language=row.language,
            stage=Incubator.Stage.PILOT,
        )
        row.incubator, row.next_contact_on = incubator, None
        _log(row, Status.FOUNDED, by=by)
        if invites_leader:
            invite_person(incubator=incubator, email=row.email, role=Membership.Role.LEADER, by=by)
    return incubator


def _unanswered(now: dt.datetime) -> QuerySet[Initiative]:
    today = timezone.localdate(now)
    rows = Initiative.objects.unanswered(today).filter(Q(new_due_on=None) | Q(new_due_on__lt=today))
    return rows.select_related("municipality")


def _tell_of_delay(batch: list[Initiative], now: dt.datetime) -> int:
    """Give each of the locked `batch` a new day, and tell them and national staff."""
    promised = [(row, row.promised_on) for row in batch]
    for row in batch:
        row.new_due_on = add_working_days(timezone.localdate(now), AFTER_DELAY_DAYS)
    Initiative.objects.bulk_update(batch, ["new_due_on"])
    emails.mail_initiatives_late(promised)
    emails.mail_network_notice(timezone.localdate(now))
    return len(batch)


register_promise(Promise(name="initiative", model=Initiative, broken=_unanswered, tell=_tell_of_delay))


@contextmanager
def _locked(initiative: Initiative, seen_revision: int) -> Iterator[Initiative]:
    with short_wait(BusyError):
        rows = Initiative.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality")
        row = rows.filter(pk=initiative.pk).first()
        if row is None or row.revision != seen_revision:
            raise ChangedMeanwhileError
        yield row


def _log(initiative: Initiative, status: str, *, by: User, note: str = "") -> None:
    from_status, now = initiative.status, timezone.now()
    initiative.status = status
    if status != Status.NEW and initiative.new_due_on:
        emails.cancel_initiative_late(initiative)
        initiative.new_due_on = None
    initiative.closed_at = None if initiative.is_open else initiative.closed_at or now
    initiative.revision += 1
    initiative.save()
    InitiativeEntry.objects.create(
        initiative=initiative, at=now, by=by, from_status=from_status, to_status=status, note=note
    )


def _free_slug(name: str) -> str:
    """Return the name as an address has it, with a number where that is taken."""
    slug = folded(name).replace(" ", "-")[:40].strip("-") or "inkubator"
    taken = set(Incubator.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(free for n in range(1, len(taken) + 2) if (free := slug if n == 1 else f"{slug}-{n}") not in taken)

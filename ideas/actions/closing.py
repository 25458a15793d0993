"""Closing an incubator: what is open there goes to somebody else, in the same transaction.

Locks: the incubators in the order of their ids, then the ideas in the order of theirs. Whoever sends in a draft holds
the draft and then locks the incubator they chose (`submission.submit_idea`): either they were first, and their idea is
among those that move, or they find it closed, and the national intake reads it. A draft is never among the ideas that
are locked here, so neither waits for the other in a ring.
"""

from django.db.models import F, Q
from django.utils import timezone

from ideas.actions.followers import CaseChange, follow
from ideas.emails import mail_moved
from ideas.models import Appeal, Idea, Transition
from incubators.actions.granting import leads
from incubators.models import Incubator, Invitation
from unlimited.locks import short_wait
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.users.models import User

BATCH = 1000


class Error(Exception):
    """The incubator cannot be closed so."""


class BusyError(Error):
    """Somebody works on one of its ideas just now. Nothing has changed."""


class AlreadyClosedError(Error):
    """Somebody else has closed it."""


class NowhereToGoError(Error):
    """Who should take the open ideas has closed too, or is the same."""


class OwnInheritanceError(Error):
    """Who closes it would come to read its cases: they do not lead it, and work where the cases would go."""


class NeverClosedError(Error):
    """The national intake is there for those who have no other."""


@audited
def close_incubator(*, incubator: Incubator, to: Incubator, words: str, by: User) -> int:
    """Close `incubator` and give its open ideas to `to`; return how many went.

    Whoever waits for the answer to an appeal goes along. Each idea keeps the date it was promised, and its author
    is told; who takes it may ask them once for a later one. Whoever had taken a case there has it no longer. Moving
    is nobody's work on the idea, so that the clock of a silent case goes on (`Idea.staff_acted_at`).
    """
    if incubator.is_national_intake:
        raise NeverClosedError
    with short_wait(BusyError):
        closing, successor = _locked(incubator, to)
        if not closing.is_active:
            raise AlreadyClosedError
        if successor == closing or not successor.is_active:
            raise NowhereToGoError
        if not leads(by, closing) and successor.memberships.current().filter(user=by).exists():
            raise OwnInheritanceError
        count = _move_open_ideas(closing, successor, by=by)
        now = timezone.now()
        closing.invitations.filter(status=Invitation.Status.PENDING).update(
            status=Invitation.Status.WITHDRAWN, closed_at=now
        )
        closing.is_active, closing.closed_at, closing.closed_by = False, now, by
        closing.closing_words, closing.successor = words, successor
        closing.save()
    return count


def _locked(*incubators: Incubator) -> list[Incubator]:
    ids = [incubator.pk for incubator in incubators]
    rows = Incubator.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids]


def _move_open_ideas(closing: Incubator, successor: Incubator, *, by: User) -> int:
    """Move all of them in a few statements, however many they are."""
    appealed = Appeal.objects.open().filter(decision__idea__incubator=closing).values("decision__idea")
    open_ideas = Idea.objects.filter(Q(status__in=Idea.OPEN_STATUSES) | OneOf("pk", appealed), incubator=closing)
    ideas = list(
        open_ideas.select_for_update(no_key=True, of=("self",)).select_related("author", "incubator").order_by("pk")
    )
    now = timezone.now()
    Idea.objects.filter(pk__in=[idea.pk for idea in ideas]).update(
        incubator=successor,
        taken_by=None,
        taken_at=None,
        may_ask_for_later=Q(status=Idea.Status.SUBMITTED, answered_at=None),
        asked_due_on=None,
        revision=F("revision") + 1,
        updated_at=now,
    )
    Transition.objects.bulk_create((_log(idea, successor, by, now) for idea in ideas), batch_size=BATCH)
    follow(CaseChange(ideas, kind=Transition.Kind.MOVED, by=by, at=now))
    mail_moved(ideas, successor)
    return len(ideas)


def _log(idea: Idea, successor: Incubator, by: User, now) -> Transition:
    return Transition(
        idea=idea,
        kind=Transition.Kind.MOVED,
        revision=idea.revision + 1,
        from_status=idea.status,
        to_status=idea.status,
        step=idea.step,
        by=by,
        at=now,
        way_on_kind=Transition.WayOn.INCUBATOR,
        way_on_incubator=successor,
    )

"""Finding a støttespiller for an idea, and what happens until the two part.

Locks: the idea, then the supporter's membership, whose row stands for how many ideas the person has room for.
"""

from contextlib import suppress

from django.db.models import QuerySet
from django.utils import timezone

from ideas import emails
from ideas.actions.followers import ask_to_tell, end_joint_work
from ideas.actions.transitions import (
    IdeaBusyError,
    IdeaError,
    IdeaGoneError,
    TransitionNotAllowedError,
    change_idea,
    locked_idea,
    record_contact,
)
from ideas.models import Idea, SupportRelation, Transition
from incubators.models import Membership
from unlimited.origin import audited
from unlimited.runs.parts import Parts
from unlimited.users.models import User

Kind, Status, EndReason = Transition.Kind, SupportRelation.Status, SupportRelation.EndReason


class NotASupporterError(IdeaError):
    """They are no supporter where the idea is, or no longer."""


class NoRoomError(IdeaError):
    """They have as many ideas as they can already."""


class AskedAlreadyError(IdeaError):
    """Somebody is asked already, or the one who is named has the idea."""


class RefusedBeforeError(IdeaError):
    """They have asked for the idea before, and somebody else said no."""


class SupportOverError(IdeaError):
    """What was asked is answered, or what was at work has ended."""


class NotTheirsToAnswerError(IdeaError):
    """The answer is somebody else's to give."""


@audited
def ask_supporter(
    *, idea: Idea, by: User, seen_revision: int | None, supporter: User, note: str = ""
) -> SupportRelation:
    """Ask `supporter` to take the idea on; who asks for themself has said yes with that, and the author is asked.

    The current supporter keeps the idea until the author has said yes to the new one, so there is no gap.
    Raises NotASupporterError, NoRoomError, AskedAlreadyError, RefusedBeforeError, TransitionNotAllowedError (the idea
    is not taken in).
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if idea.status not in SupportRelation.SUPPORTED:
            raise TransitionNotAllowedError(idea, Kind.SUPPORT_STARTED)
        under_way = list(idea.support_relations.under_way())
        if any(one.is_waiting or one.supporter_id == supporter.pk for one in under_way):
            raise AskedAlreadyError
        if by == supporter and idea.support_relations.refused_to(supporter).exists():
            raise RefusedBeforeError
        relation = SupportRelation(idea=idea, supporter=supporter, asked_by=by, note=note)
        _check_room(relation)
        if by == supporter:
            _offer(relation)
        else:
            relation.save()
            emails.mail_supporter_asked(relation)
        return relation


@audited
def agree_to_support(*, relation: SupportRelation, by: User) -> SupportRelation:
    """Say yes: as the supporter who is asked, or as the author who is offered one. Idempotent."""
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if row.status == Status.ASKED and by.pk == row.supporter_id:
            _check_room(row)
            _offer(row)
        elif row.status == Status.OFFERED and by.pk == idea.author_id:
            _start(row, by=by)
        elif not _said_yes_already(row, by):
            raise _why_not(row)
        return row


@audited
def note_spoken_yes(*, relation: SupportRelation, by: User, words: str) -> SupportRelation:
    """Write down how an author without an account said yes. Where there is an account, its owner answers."""
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if row.status != Status.OFFERED:
            raise SupportOverError
        if idea.author_id is not None:
            raise NotTheirsToAnswerError
        row.spoken_words = words
        _start(row, by=by)
        return row


@audited
def decline_support(*, relation: SupportRelation, by: User, words: str = "") -> SupportRelation:
    """Say no, or take the question back; the words are for the incubator. Idempotent."""
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if row.status == Status.DECLINED and row.ended_by_id == by.pk:
            return row
        if not row.is_waiting:
            raise SupportOverError
        _end(row, Status.DECLINED, by=by, words=words)
        emails.mail_support_declined(row)
        return row


@audited
def end_support(*, relation: SupportRelation, by: User, reason: str, words: str) -> SupportRelation:
    """End what is at work; both sides read the words. Idempotent."""
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if row.status == Status.ENDED and row.ended_by_id == by.pk:
            return row
        if not row.is_active:
            raise SupportOverError
        _end(row, Status.ENDED, by=by, reason=reason, words=words)
        log = change_idea(idea, by=by, kind=Kind.SUPPORT_ENDED, reason=words)
        emails.mail_support_ended(row, log)
        return row


def part_from_who_left() -> int:
    """End what somebody supports, or is asked about, who is no supporter there any more; return how many.

    For the beat: a membership ends on a day that was written down long before, so no one has to act on that day.
    """
    left = SupportRelation.objects.under_way().of_those_who_left().select_related("idea").order_by("pk")
    with Parts("ideas.part_from_who_left") as parts:
        return parts.each("relations", left, _part_unless_busy)


def _part_unless_busy(relation: SupportRelation) -> int:
    """End the relation. An idea that is locked elsewhere waits for the next run."""
    with suppress(IdeaBusyError, IdeaGoneError):
        return _part(relation)
    return 0


def end_support_of(user: User) -> None:
    """End what a person who erases the account supports, or is asked about. The caller holds the ideas' locks."""
    rows = SupportRelation.objects.under_way().filter(supporter=user).select_related("asked_by", "idea__author")
    for row in rows.select_related("idea__incubator").order_by("pk"):
        # Parted first, so that no mail names the person.
        row.supporter = None
        _end_without_supporter(row)


def _part(relation: SupportRelation) -> bool:
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if not row.is_under_way or SupportRelation.objects.of_those_who_work_there().filter(pk=row.pk).exists():
            return False
        _end_without_supporter(row)
        return True


def _end_without_supporter(row: SupportRelation) -> None:
    """End a relation whose supporter is gone; `row.idea` is the locked idea."""
    if row.is_waiting:
        _end(row, Status.DECLINED, by=None)
        emails.mail_support_declined(row)
    else:
        _end(row, Status.ENDED, by=None, reason=EndReason.LEFT)
        emails.mail_support_ended(row, change_idea(row.idea, by=None, kind=Kind.SUPPORT_ENDED))


@audited
def note_contact(*, relation: SupportRelation, by: User) -> SupportRelation:
    """Write down that supporter and author have been in touch today."""
    with locked_idea(relation.idea, seen_revision=None) as idea:
        row = _now(relation, idea)
        if not row.is_active:
            raise SupportOverError
        now = timezone.now()
        record_contact(idea, at=now)
        row.contact_at = now
        return row


def _check_room(relation: SupportRelation) -> None:
    """Lock the membership, look anew, count: two ideas cannot both get the last room of one person."""
    places = Membership.objects.current().filter(role=Membership.Role.SUPPORTER, user__is_active=True)
    place = locked_place(places.filter(user=relation.supporter_id, incubator=relation.idea.incubator_id))
    if place is None:
        raise NotASupporterError
    taken = SupportRelation.objects.taking_room().filter(supporter=relation.supporter_id)
    if taken.filter(idea__incubator=relation.idea.incubator_id).count() >= place.capacity:
        raise NoRoomError


def locked_place(places: QuerySet[Membership]) -> Membership | None:
    """The one membership among `places`, locked."""
    return places.select_for_update(no_key=True, of=("self",)).first()


def _offer(row: SupportRelation) -> None:
    row.status, row.offered_at = Status.OFFERED, timezone.now()
    row.save()
    record_contact(row.idea, at=row.offered_at, supporter=row.supporter)
    emails.mail_supporter_offered(row)
    ask_to_tell([row.idea], row.offered_at)


def _start(row: SupportRelation, *, by: User) -> None:
    """Begin, and end the earlier relation in the same transaction."""
    now = timezone.now()
    for earlier in row.idea.support_relations.active().select_related("supporter"):
        _end(earlier, Status.ENDED, by=by, reason=EndReason.HANDED_OVER)
    row.status, row.started_at, row.contact_at = Status.ACTIVE, now, now
    row.save()
    log = change_idea(row.idea, by=by, kind=Kind.SUPPORT_STARTED, passed_to=row.supporter)
    emails.mail_support_started(row, log)


def _end(row: SupportRelation, status: str, *, by: User | None, reason: str = "", words: str = "") -> None:
    row.status, row.ended_at, row.ended_by = status, timezone.now(), by
    row.end_reason, row.end_words = reason, words
    row.save()
    if status == Status.ENDED:
        end_joint_work([row.idea], by=by, at=row.ended_at)


def _now(relation: SupportRelation, idea: Idea) -> SupportRelation:
    """The row as it is under the idea's lock, with that idea on it."""
    row = SupportRelation.objects.select_related("supporter", "asked_by").filter(pk=relation.pk).first()
    if row is None:
        raise SupportOverError
    row.idea = idea
    return row


def _said_yes_already(row: SupportRelation, by: User) -> bool:
    if by.pk == row.supporter_id:
        return row.status in SupportRelation.TAKING_ROOM
    return by.pk == row.idea.author_id and row.is_active


def _why_not(row: SupportRelation) -> IdeaError:
    return NotTheirsToAnswerError() if row.is_waiting else SupportOverError()

"""The one way an idea changes once it exists: lock its row, compare with what the person saw, set, write the log.

Every action of every area goes through `locked_idea` and `change_idea`, so that none can forget the lock, the revision
or the log row.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.utils import timezone

from ideas.actions.followers import CaseChange, follow
from ideas.emails import cancel_delay
from ideas.models import Idea, Transition
from unlimited.locks import WaitedTooLongError, short_wait
from unlimited.origin import audited


class IdeaError(Exception):
    """What can go wrong when an idea is changed."""


class EditedElsewhereError(IdeaError):
    """The idea has changed since the person read it. `last` is the newest change they have not seen, where logged."""

    def __init__(self, idea: Idea, last: Transition | None):
        super().__init__(f"{idea.uuid} is at revision {idea.revision}")
        self.idea, self.last = idea, last

    def is_of(self, person, kind: str | None) -> bool:
        """A button pressed twice: what `person` asks for now is what they did themselves, and nothing came after."""
        return self.last is not None and self.last.by_id == person.pk and self.last.kind == kind


class TransitionNotAllowedError(IdeaError):
    """Nothing leads from the idea's status to where it was asked to go."""

    def __init__(self, idea: Idea, kind: str):
        super().__init__(f"{kind} is not possible while {idea.uuid} is {idea.status}")
        self.idea, self.kind = idea, kind


class IdeaBusyError(IdeaError, WaitedTooLongError):
    """Somebody else held the row for longer than a person should wait."""


class IdeaGoneError(IdeaError):
    """It is not there any more: deleted, or never there for this person."""


@contextmanager
def locked_idea(idea: Idea, *, seen_revision: int | None) -> Iterator[Idea]:
    """Open a transaction and yield the idea as it is now, locked. None for `seen_revision` asks for no comparison."""
    with short_wait(IdeaBusyError):
        row = (
            Idea.objects.select_for_update(no_key=True, of=("self",))
            .select_related("author", "incubator")
            .filter(pk=idea.pk)
            .first()
        )
        if row is None:
            raise IdeaGoneError
        if row.incubator is None and row.incubator_id is not None:
            # It was moved while this waited for the lock: PostgreSQL reads the idea anew, and not what it joined to it.
            row.refresh_from_db(fields=["incubator"])
        if seen_revision is not None and row.revision != seen_revision:
            unseen = row.transitions.filter(revision__gt=seen_revision)
            raise EditedElsewhereError(row, unseen.select_related("by").order_by("revision").last())
        yield row


@contextmanager
def locked_ideas(*ideas: Idea) -> Iterator[list[Idea]]:
    """Yield several ideas as `locked_idea` does, in the order they were given.

    They are locked in the order of their ids, only here, so that two transactions cannot wait for each other.
    """
    with ExitStack() as locks:
        in_order = sorted({idea.pk: idea for idea in ideas}.items())
        rows = {pk: locks.enter_context(locked_idea(idea, seen_revision=None)) for pk, idea in in_order}
        yield [rows[idea.pk] for idea in ideas]


def keep_promise(idea: Idea) -> None:
    """Let go of the new date that the author was told, once they hear from somebody; the caller saves.

    A case that waits for its answer keeps it until that answer. Word of the delay that has not left yet stays here.
    Call it together with a newer `staff_acted_at`, or where the idea is over: what is let go without either would be
    found broken again, for the day that was told already.
    """
    if idea.new_due_on is None or idea.is_waiting_for_answer:
        return
    cancel_delay(idea)
    idea.new_due_on = None


def record_contact(idea: Idea, *, at: dt.datetime, supporter=None) -> None:
    """Write down that the author of the locked `idea` has heard from those who work with it; save what that changes.

    `supporter` is who was in touch, None for the one who has the idea now. What counts: docs/decisions/contact.md.
    """
    idea.staff_acted_at = max(filter(None, (idea.staff_acted_at, at)))
    keep_promise(idea)
    idea.save(update_fields=["staff_acted_at", "new_due_on"])
    relations = idea.support_relations.active().filter(contact_at__lt=at)
    (relations.filter(supporter=supporter) if supporter else relations).update(contact_at=at)


@audited
def change_idea(
    idea: Idea, *, by, kind: Transition.Kind, to_status: str | None = None, is_erased: bool = False, **log
) -> Transition:  # fmt: skip
    """Set `to_status` (None: it stays) on the locked `idea`, save what the caller set, and write the log row.

    `log` holds the log's own texts: went_well, reason, way_on, internal_note; the step is taken from the idea.
    `is_erased`: the author erases the account (`erasing`). What other areas do then is in `followers.FOLLOWERS`.
    """
    from_status, at = idea.status, timezone.now()
    if to_status is not None:
        log |= _set_status(idea, to_status, kind=kind, at=at)
    if kind not in (*Transition.AUTHOR_KINDS, *Transition.NOBODYS_WORK):
        idea.staff_acted_at = at
        # One rule for both: a promise that is let go without an act of staff would be found broken again.
        if kind not in Transition.INTERNAL_KINDS:
            keep_promise(idea)
    if is_erased or idea.status not in (Idea.Status.SUBMITTED, Idea.Status.ACCEPTED):
        keep_promise(idea)
    if not idea.is_waiting_for_answer:
        # What the author was asked about the date has nothing to be about any more.
        idea.may_ask_for_later, idea.asked_due_on = False, None
    idea.revision += 1
    idea.save()
    follow(CaseChange([idea], kind=kind, by=by, at=at, is_erased=is_erased))
    return Transition.objects.create(
        idea=idea, kind=kind, revision=idea.revision, from_status=from_status, to_status=idea.status, step=idea.step,
        by=by, at=at, **log,
    )  # fmt: skip


def _set_status(idea: Idea, to_status: str, *, kind: Transition.Kind, at: dt.datetime) -> dict:
    """Set it where something leads there; return what the log says of an answer."""
    if not idea.can_become(to_status):
        raise TransitionNotAllowedError(idea, kind)
    idea.status = to_status
    if to_status != Idea.Status.ENDED:
        idea.established_at = None
    if to_status in Idea.ANSWERS and idea.answered_at is None:
        idea.answered_at = at
        return {"due_on": idea.answer_due_on}
    return {}

"""Two cases that are one idea become one: staff propose it, the authors of both say yes, and the first goes into the
second. Whose idea it was writes along in the other from then on.

There is no way to undo it: the two texts have been answered and written on as one since then, and nobody could say
which of it was whose. The way back is to split the idea that goes on (`splitting.split_idea`), with texts of its own.

No circles: what goes into another idea is no goal for a third, and the other way round. Both ideas are locked, in the
order of their ids (`transitions.locked_ideas`), so that two proposals in opposite directions come one after the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F
from django.utils import timezone

from ideas import emails
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError, change_idea, locked_ideas
from ideas.models import CoAuthor, Idea, Merge, Transition
from unlimited.origin import audited
from unlimited.users.models import User

Kind, Status, Side = Transition.Kind, Merge.Status, Merge.Side


class CircularMergeError(IdeaError):
    """The two cannot be merged in their current state; `why` is one of the constants below."""

    SAME, TARGET_IS_MERGED, TARGET_GOES, SOURCE_WAITS, SOURCE_GOES = "same", "merged", "goes", "waits", "proposed"

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class NoRoomError(IdeaError):
    """As many write along in the idea that goes on as can: there is no room for the author of the other."""


class MergeOverError(IdeaError):
    """It is answered, taken back, or has lapsed."""


@audited
def propose_merge(*, source: Idea, target: Idea, by: User, reason: str) -> Merge:
    """Ask both authors whether `source` may go into `target`. Idempotent for the same person.

    The question does not change the cases, so no open page of them becomes stale.
    Raises CircularMergeError, NoRoomError, TransitionNotAllowedError (one of them is closed, or has moved).
    """
    if source.pk == target.pk:
        raise CircularMergeError(CircularMergeError.SAME)
    with locked_ideas(source, target) as (first, second):
        row = Merge.objects.open().filter(source=first, target=second, proposed_by=by).with_ideas().first()
        if row:
            return row
        _check_circle(first, second)
        for seen, now in ((source, first), (target, second)):
            if now.status not in Idea.OPEN_STATUSES or now.incubator_id != seen.incubator_id:
                raise TransitionNotAllowedError(now, Kind.MERGED)
        _check_room(first, second)
        row = Merge.objects.create(source=first, target=second, proposed_by=by, reason=reason)
        emails.mail_merge_asked(row)
        return row


@audited
def agree_to_merge(*, merge: Merge, by: User, words: str = "") -> Merge:
    """Say yes as an author; who wrote both says it once. The last yes merges. Idempotent."""
    with _locked(merge) as row:
        sides = row.sides_of(by)
        if not sides:
            raise NotTheAuthorError
        if all(row.agreed_at(side) for side in sides) and row.status in (Status.PROPOSED, Status.DONE):
            return row
        _say_yes(row, sides, by=by, words=words)
        return row


@audited
def note_spoken_yes(*, merge: Merge, by: User, side: str, words: str) -> Merge:
    """Write down how somebody without an account here said yes. Where there is an account, its owner answers."""
    with _locked(merge) as row:
        if side not in row.sides_without_author:
            raise NotTheAuthorError
        if row.agreed_at(side) and row.status in (Status.PROPOSED, Status.DONE):
            return row
        _say_yes(row, [side], by=by, words=words)
        return row


@audited
def refuse_merge(*, merge: Merge, by: User, words: str = "") -> Merge:
    """Say no as an author: one no is enough. Who proposed it reads the words. Idempotent."""
    with _locked(merge) as row:
        sides = row.sides_of(by)
        if not sides:
            raise NotTheAuthorError
        if row.status == Status.REFUSED:
            return row
        _check_open(row)
        _keep_words(row, sides, words)
        for side in sides:
            setattr(row, f"{side}_agreed_at", None)
        _end(row, Status.REFUSED)
        emails.mail_merge_over(row)
        return row


@audited
def take_merge_back(*, merge: Merge, by: User) -> Merge:
    """Take the question back, as staff. Idempotent."""
    with _locked(merge) as row:
        if row.status == Status.WITHDRAWN:
            return row
        _check_open(row)
        _end(row, Status.WITHDRAWN)
        if row.proposed_by != by:
            emails.mail_merge_over(row)
        return row


@contextmanager
def _locked(merge: Merge) -> Iterator[Merge]:
    """The row as it is under the locks of both ideas, with those on it."""
    with locked_ideas(merge.source, merge.target) as (source, target):
        row = Merge.objects.select_related("proposed_by").filter(pk=merge.pk).first()
        if row is None:
            raise MergeOverError
        row.source, row.target = source, target
        yield row


def _check_open(row: Merge) -> None:
    if not row.is_open:
        raise MergeOverError


def _check_circle(source: Idea, target: Idea) -> None:
    """Under both locks: nothing goes where something leaves, or leaves from where something is to come."""
    around = Merge.objects.open()
    for is_so, why in (
        (target.status == Idea.Status.MERGED, CircularMergeError.TARGET_IS_MERGED),
        (around.filter(source=target).exists(), CircularMergeError.TARGET_GOES),
        (around.filter(target=source).exists(), CircularMergeError.SOURCE_WAITS),
        (around.filter(source=source).exists(), CircularMergeError.SOURCE_GOES),
    ):
        if is_so:
            raise CircularMergeError(why)


def _say_yes(row: Merge, sides: list[str], *, by: User, words: str) -> None:
    _check_open(row)
    _keep_words(row, sides, words)
    for side in sides:
        setattr(row, f"{side}_agreed_at", timezone.now())
    if row.source_agreed_at and row.target_agreed_at:
        _merge(row, by=by)
    else:
        row.save()


def _keep_words(row: Merge, sides: list[str], words: str) -> None:
    for side in sides:
        setattr(row, f"{side}_words", words)


def _end(row: Merge, status: str) -> None:
    row.status, row.ended_at = status, timezone.now()
    row.save()


def _merge(row: Merge, *, by: User) -> None:
    """Put the two together. The first is closed; the second stays as it is, with more people."""
    source, target = row.source, row.target
    _check_room(source, target)
    _end(row, Status.DONE)
    source.merged_into = target
    facts = {"by": by, "reason": row.reason}
    gone = change_idea(source, kind=Kind.MERGED, to_status=Idea.Status.MERGED, other_idea=target, **facts)
    grown = change_idea(target, kind=Kind.GOT_MERGED, other_idea=source, **facts)
    emails.mail_merged(source, target, gone=gone, grown=grown)
    _bring_people(source, target)


def _check_room(source: Idea, target: Idea) -> None:
    """The author of the one needs a place among those who write along in the other."""
    author = source.author
    if author is None or author.pk == target.author_id:
        return
    current = list(target.coauthors.current())
    if len(current) >= CoAuthor.MOST and not any(_is_of(one, author) for one in current):
        raise NoRoomError


def _is_of(row: CoAuthor, user: User) -> bool:
    return row.user_id == user.pk or row.email.lower() == user.email.lower()


def _bring_people(source: Idea, target: Idea) -> None:
    """Let the author of `source`, and who may write in it, write in `target`, those of longest standing first.

    No more than CoAuthor.MOST: who does not fit goes on reading `source`, and its author can ask for them.
    """
    joined = source.coauthors.editors().filter(user__is_active=True).select_related("user").order_by("joined_at", "pk")
    people = [(source.author, True)] if source.author else []
    people += [(row.user, row.wants_mail) for row in joined]
    for person, wants_mail in people:
        current = list(target.coauthors.current())
        row = next((one for one in current if _is_of(one, person)), None)
        if person.pk == target.author_id or (row is None and len(current) >= CoAuthor.MOST):
            continue
        now = timezone.now()
        row = row or CoAuthor(idea=target, email=person.email.lower(), invited_at=now, expires_at=now)
        if row.status != CoAuthor.Status.JOINED:
            row.status, row.user, row.joined_at, row.wants_mail = CoAuthor.Status.JOINED, person, now, wants_mail
        row.role = CoAuthor.Role.EDIT
        row.save()


def withdraw_merged_into(target: Idea) -> None:
    """Withdraw what once went into `target`, which is erased with its author and has no co-author to continue it.

    Its own author still reads it, and is told. The caller holds the locks (`erasing.erase_ideas`).
    """
    gone, now = list(target.merged_here.select_related("author", "incubator")), timezone.now()
    facts = {"merged_into": None, "status": Idea.Status.WITHDRAWN, "revision": F("revision") + 1, "updated_at": now}
    target.merged_here.update(**facts)
    Transition.objects.bulk_create(
        Transition(
            idea=idea,
            kind=Kind.WITHDRAWN,
            revision=idea.revision + 1,
            from_status=idea.status,
            to_status=Idea.Status.WITHDRAWN,
            step=idea.step,
            at=now,
        )
        for idea in gone
    )
    emails.mail_merged_idea_erased(gone)

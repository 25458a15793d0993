"""An author asks others to write along; they join, leave and are taken off, and one may take the idea over."""

from django.utils import timezone

from ideas import emails
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import IdeaError, change_idea, locked_idea
from ideas.models import CoAuthor, Idea, Transition
from unlimited.origin import audited
from unlimited.users.actions import withdraw_consent
from unlimited.users.addresses import with_address
from unlimited.users.models import Consent, User

Status, Role = CoAuthor.Status, CoAuthor.Role


class InvitedAlreadyError(IdeaError):
    """That address is the author's, or is invited or in already."""


class TooManyError(IdeaError):
    """There is no room for more."""


class NotOpenAnyMoreError(IdeaError):
    """The invitation is answered, taken back or too old; or the person is not in any more."""


@audited
def invite_coauthor(*, idea: Idea, by: User, email: str, role: str) -> CoAuthor:
    """Ask the holder of `email` to write along. An expired invitation is sent anew."""
    email = email.strip().lower()
    with locked_idea(idea, seen_revision=None) as idea:
        _check_author(idea, by)
        current = list(idea.coauthors.current())
        row = next((one for one in current if one.email.lower() == email), None)
        if email == by.email.lower() or (row and (row.is_open or row.status == Status.JOINED)):
            raise InvitedAlreadyError
        if row is None and len(current) >= CoAuthor.MOST:
            raise TooManyError
        row = row or CoAuthor(idea=idea, email=email)
        row.role, row.invited_at = role, timezone.now()
        row.expires_at = row.invited_at + CoAuthor.LASTS
        row.save()
        emails.mail_coauthor_invited(row, by)
        return row


@audited
def join_idea(*, coauthor: CoAuthor, by: User) -> CoAuthor:
    """Join as the one who was invited. A second click is the same."""
    if not coauthor.is_for(by):
        raise NotTheAuthorError
    with locked_idea(coauthor.idea, seen_revision=None):
        row = _now(coauthor)
        if row.status == Status.JOINED:
            return row
        if not row.is_open:
            raise NotOpenAnyMoreError
        row.status, row.user, row.joined_at = Status.JOINED, by, timezone.now()
        row.save(update_fields=["status", "user", "joined_at"])
        return row


def decline_to_join(*, coauthor: CoAuthor) -> CoAuthor:
    """Say no for the holder of the link."""
    with locked_idea(coauthor.idea, seen_revision=None):
        row = _now(coauthor)
        return _end(row, Status.DECLINED) if row.status == Status.INVITED else row


@audited
def leave_idea(*, idea: Idea, by: User) -> None:
    """Leave an idea that one writes along in: access ends at once. Idempotent."""
    with locked_idea(idea, seen_revision=None) as idea:
        for row in idea.coauthors.joined().filter(user=by):
            _end(row, Status.LEFT)


@audited
def choose_mails(*, idea: Idea, by: User, wants_mail: bool) -> None:
    """Turn the mails about one idea on or off for somebody who writes along. Idempotent."""
    with locked_idea(idea, seen_revision=None) as idea:
        idea.coauthors.editors().filter(user=by).update(wants_mail=wants_mail)


@audited
def remove_coauthor(*, coauthor: CoAuthor, by: User) -> CoAuthor:
    """Take somebody off, or take an invitation back. They see nothing more at once."""
    with locked_idea(coauthor.idea, seen_revision=None) as idea:
        _check_author(idea, by)
        row = _now(coauthor)
        return _end(row, Status.REMOVED) if row.status in CoAuthor.CURRENT else row


@audited
def hand_over_idea(*, coauthor: CoAuthor, by: User) -> Idea:
    """Make a co-author who may write the author; who was it writes along from then on."""
    with locked_idea(coauthor.idea, seen_revision=None) as idea:
        row = _now(coauthor)
        if idea.author_id == row.user_id and idea.author_id is not None:
            return idea
        _check_author(idea, by)
        if row.status != Status.JOINED or row.role != Role.EDIT:
            raise NotOpenAnyMoreError
        withdraw_consent(user=by, purpose=Consent.Purpose.PUBLISH_IDEA, subject=idea.consent_subject)
        pass_on(idea, row, by=by)
        now = timezone.now()
        facts = {"user": by, "status": Status.JOINED, "joined_at": now, "expires_at": now}
        CoAuthor.objects.create(idea=idea, email=by.email.lower(), role=Role.EDIT, **facts)
        return idea


@audited
def pass_on(idea: Idea, row: CoAuthor, *, by: User | None) -> None:
    """Give the locked `idea` to a co-author. Consent is each person's own: it is not public until they say so."""
    idea.author, idea.may_publish, idea.age_band = row.user, False, ""
    _end(row, Status.LEFT)
    if idea.status == Idea.Status.DRAFT:
        idea.save()
        return
    log = change_idea(idea, by=by, kind=Transition.Kind.HANDED_OVER)
    emails.mail_handed_over(idea, log)


def move_coauthors(*, user: User, old: str, new: str) -> None:
    """Move what a person was invited to, and writes along in, to `new`; mail there what waits for an answer.

    Where both addresses are asked to write along in one idea, the row that has joined stays, else the one of `new`.
    """
    about = Idea.objects.filter(pk__in=with_address(CoAuthor.objects.all(), "email", [old]).values("idea"))
    for idea in about.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        current = with_address(idea.coauthors.current(), "email", [old, new])
        # True sorts last: who has joined, then who is asked at `new`.
        *others, _stays = sorted(current, key=lambda row: (row.status == Status.JOINED, row.email.lower() == new)) or [
            None
        ]
        for row in others:
            _end(row, Status.REMOVED)
        theirs = with_address(idea.coauthors.all(), "email", [old])
        open_now = [row for row in theirs.select_related("idea__incubator", "idea__author") if row.is_open]
        theirs.update(email=new)
        for row in open_now:
            row.email = new
            if row.idea.author is not None:
                emails.mail_coauthor_invited(row, row.idea.author)


def _check_author(idea: Idea, by: User) -> None:
    if idea.author_id is None or idea.author_id != by.pk:
        raise NotTheAuthorError


def _now(coauthor: CoAuthor) -> CoAuthor:
    """The row as it is under the idea's lock."""
    row = CoAuthor.objects.select_related("user").filter(pk=coauthor.pk).first()
    if row is None:
        raise NotOpenAnyMoreError
    return row


def _end(row: CoAuthor, status: str) -> CoAuthor:
    row.status, row.ended_at = status, timezone.now()
    row.save(update_fields=["status", "ended_at"])
    return row

"""For people without e-mail: staff write an idea down, a paper slip opens it, and the person can claim it later."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from ideas import emails
from ideas.actions.slugs import slug_from
from ideas.actions.submission import CONSENT_TEXT, keep_version
from ideas.actions.transitions import IdeaBusyError, IdeaError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.codes import hash_of, new_code
from ideas.models import DeskEntry, Idea, Note, Transition
from incubators.models import Incubator
from incubators.rules import has_role_at
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.actions import give_consent
from unlimited.users.models import Consent, User

# Which words are read aloud before anything is written down; raised when they change.
SPOKEN_TEXT = "spoken-1"
Kind = Transition.Kind


class NotYourIncubatorError(IdeaError):
    """The writer does not work there, or the incubator has closed."""


class SlipOverError(IdeaError):
    """The slip opens nothing any more: the case has its owner, or there is a newer slip."""


@audited
def write_down_idea(
    *,
    incubator: Incubator,
    by: User,
    token: uuid.UUID,
    texts: dict[str, str],
    channel: str,
    person_name: str = "",
    contact: str = "",
    may_publish: bool = False,
    age_band: str = "",
) -> tuple[Idea, str]:
    """Send in what a person has said aloud, with their spoken consent; return it and the code for their slip.

    Idempotent by `token`: the second call returns an empty code, because only its hash is stored.
    """
    with short_wait(IdeaBusyError):
        place = Incubator.objects.select_for_update(no_key=True, of=("self",)).get(pk=incubator.pk)
        if not place.is_active or not has_role_at(by, place.pk):
            raise NotYourIncubatorError
        written = Idea.objects.filter(uuid=token, desk_entry__written_by=by).first()
        if written:
            return written, ""
        idea = Idea(uuid=token, incubator=place, submitted_at=timezone.now(), **texts)
        idea.title = idea.title or Idea.name_from(idea.proposal)
        idea.slug, idea.answer_due_on = slug_from(idea.title), place.answer_due_on(idea.submitted_at)
        idea.age_band = age_band
        idea.may_publish = may_publish and age_band in Idea.AgeBand.of_consenting_age()
        change_idea(idea, by=by, kind=Kind.SUBMITTED, to_status=Idea.Status.SUBMITTED)
        keep_version(idea)
        entry = DeskEntry(idea=idea, channel=channel, person_name=person_name, contact=contact, written_by=by)
        entry.consent_text = SPOKEN_TEXT
        return idea, _give_code(entry)


@audited
def make_new_slip(*, entry: DeskEntry, by: User) -> str:
    """Return a new code; the one before opens nothing any more."""
    with _unclaimed(entry, by_slip=False) as row:
        change_idea(row.idea, by=by, kind=Kind.SLIP_MADE)
        return _give_code(row)


@audited
def note_told(*, idea: Idea, by: User, seen_revision: int, internal_note: str = "") -> Idea:
    """Write down that the person has been told what happened since the last time."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        if not DeskEntry.objects.unclaimed().filter(idea=idea).update(to_tell_since=None):
            raise TransitionNotAllowedError(idea, Kind.TOLD)
        change_idea(idea, by=by, kind=Kind.TOLD, internal_note=internal_note)
        return idea


def open_slip(*, code: str) -> DeskEntry | None:
    """Return what the code opens. None says nothing about why: wrong, old and never there are alike."""
    found = DeskEntry.objects.opened_by_slip().filter(code_hash=hash_of(code))
    return found.select_related("idea").first()


@transaction.atomic
def note_read(*, entry: DeskEntry) -> None:
    """Write down that the slip was opened, for the case's history; staff no longer have to tell the person."""
    row = DeskEntry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
    row.opened_at, row.to_tell_since = [*row.opened_at, timezone.now()][-row.MOST_OPENINGS :], None
    row.save(update_fields=["opened_at", "to_tell_since"])


def write_with_slip(*, entry: DeskEntry, body: str, token: uuid.UUID) -> Note:
    """Send a message to the incubator as the holder of the slip. Idempotent by `token`."""
    with _unclaimed(entry) as row:
        said = Note.objects.filter(uuid=token, idea=row.idea, with_slip=True).first()
        if said:
            return said
        token = uuid.uuid4() if Note.objects.filter(uuid=token).exists() else token
        note = Note.objects.create(uuid=token, idea=row.idea, audience=Note.Audience.AUTHOR, body=body, with_slip=True)
        emails.mail_author_wrote(row.idea, note)
        return note


def withdraw_with_slip(*, entry: DeskEntry, reason: str = "") -> Idea:
    """Withdraw the idea as the holder of the slip."""
    with _unclaimed(entry) as row:
        if row.idea.status != Idea.Status.WITHDRAWN:
            change_idea(row.idea, by=None, kind=Kind.WITHDRAWN, to_status=Idea.Status.WITHDRAWN, reason=reason)
        return row.idea


@audited
def claim_case(*, entry: DeskEntry, by: User) -> Idea:
    """Make `by` the author: mails go to them from then on, and the slip opens nothing any more. Idempotent.

    Raises SlipOverError where somebody else was first.
    """
    with locked_idea(entry.idea, seen_revision=None) as idea:
        row = DeskEntry.objects.get(pk=entry.pk)
        if row.is_claimed and row.claimed_by_id == by.pk:
            return idea
        still_opens = DeskEntry.objects.opened_by_slip().filter(pk=row.pk, code_hash=entry.code_hash)
        if row.is_claimed or not still_opens.exists():
            raise SlipOverError
        row.claimed_at, row.claimed_by, row.to_tell_since = timezone.now(), by, None
        row.code_hash = row.person_name = row.contact = ""
        row.save()
        idea.author = by
        if idea.may_publish:
            what = {"user": by, "purpose": Consent.Purpose.PUBLISH_IDEA, "subject": idea.consent_subject}
            give_consent(**what, text_version=CONSENT_TEXT, source="desk")
        log = change_idea(idea, by=by, kind=Kind.CLAIMED)
        emails.mail_claimed(idea, log)
        return idea


def _give_code(entry: DeskEntry) -> str:
    code = new_code()
    entry.code_hash, entry.code_made_at = hash_of(code), timezone.now()
    entry.save()
    return code


@contextmanager
def _unclaimed(entry: DeskEntry, *, by_slip: bool = True) -> Iterator[DeskEntry]:
    """The entry as it is under the idea's lock. Raises SlipOverError where its code is another, or out of time, by now.

    Staff make a new slip (`by_slip=False`) also for one that is out of time.
    """
    with locked_idea(entry.idea, seen_revision=None) as idea:
        rows = DeskEntry.objects.opened_by_slip() if by_slip else DeskEntry.objects.unclaimed()
        row = rows.filter(pk=entry.pk, code_hash=entry.code_hash).first()
        if row is None:
            raise SlipOverError
        row.idea = idea
        yield row

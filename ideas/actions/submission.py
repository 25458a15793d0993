"""What a resident does with an idea of their own: write it, send it in, answer the incubator, withdraw it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from ideas.actions.redaction import take_out_again
from ideas.actions.slugs import slug_from
from ideas.actions.transitions import (
    EditedElsewhereError,
    IdeaError,
    IdeaGoneError,
    TransitionNotAllowedError,
    change_idea,
    locked_idea,
)
from ideas.emails import (
    cancel_mails_about_idea,
    forget_idea_in_mails,
    mail_author_wrote,
    mail_received,
    mail_sent_in_again,
    mail_withdrawn,
)
from ideas.models import Idea, Note, Transition, Version
from incubators.models import Incubator
from unlimited.origin import audited
from unlimited.users.actions import give_consent, withdraw_consent
from unlimited.users.models import Consent, User

# Which words a consent to publish was given to; raised when they change.
CONSENT_TEXT = "idea-1"
# What may stand empty in a draft, and not in what is sent in.
REQUIRED = ("need", "proposal")


class NotTheAuthorError(IdeaGoneError):
    """The idea is somebody else's."""


class NotOpenError(IdeaError):
    """The idea's status does not allow this."""


class NotCompleteError(IdeaError):
    """Something is missing; `missing` names the fields."""

    def __init__(self, missing: list[str]):
        super().__init__(", ".join(missing))
        self.missing = missing


@dataclass
class Saved:
    """What save_draft did. `conflicts` has, by field, the saved text that was written elsewhere."""

    idea: Idea
    conflicts: dict = field(default_factory=dict)


# --- Writing ----------------------------------------------------------------------------------------------------------


@audited
def start_draft(*, by: User | None, draft_key: str, values: dict | None = None) -> Idea:
    """Return a new draft: of `by` where someone is logged in, else of the browser with the secret of `draft_key`."""
    with transaction.atomic():
        idea = Idea.objects.create(author=by, draft_key="" if by else draft_key)
        return _write(idea, values or {}) if values else idea


@audited
def save_draft(*, idea: Idea, by: User | None, values: dict, seen: dict[str, str] | None = None) -> Saved:
    """Store `values` field by field, and claim the draft for `by`.

    `seen` has the fingerprint each field had when the person began to write. Where the field has got another text
    since (another window, another phone), neither is lost: the stored one stays and comes back as a conflict, the new
    one stays in the person's form. A field that this person did not touch is left as it is.
    """
    with _own_idea(idea, by, or_shared=True) as idea:
        if not idea.is_editable_by_author:
            raise NotOpenError
        conflicts, news = {}, {}
        for name, value in values.items():
            outcome = _weigh(idea, name, value, (seen or {}).get(name))
            if outcome == "conflict":
                conflicts[name] = getattr(idea, name)
            elif outcome == "new":
                news[name] = value
        if by and idea.author_id is None:
            idea.author, idea.draft_key = by, ""
            idea.save(update_fields=["author", "draft_key", "updated_at"])
        return Saved(_write(idea, news) if news else idea, conflicts)


def _weigh(idea: Idea, name: str, value, seen: str | None) -> str:
    """Is `value` new, known already, or in conflict with what was stored since `seen`?"""
    stored, given = idea.fingerprint(name), Idea.fingerprint_of(value)
    if given == stored:
        return "known"
    if seen is None or seen == stored:
        return "new"
    if given == seen:
        return "known"
    # A save whose answer was lost on the way, and then more was typed: the stored text lives on within the new one.
    if isinstance(value, str) and str(getattr(idea, name)) in value:
        return "new"
    return "conflict"


def _write(idea: Idea, values: dict) -> Idea:
    values = dict(values)
    themes = values.pop("themes", None)
    old_picture = idea.picture.name
    for name, value in values.items():
        setattr(idea, name, value)
    if "picture" in values and not idea.picture:
        idea.picture_alt = ""
    idea.revision += 1
    idea.save()
    if themes is not None:
        idea.themes.set(themes)
    # A picture that was sent in once belongs to that version and is kept with it.
    if old_picture not in ("", idea.picture.name) and not idea.versions.filter(texts__picture=old_picture).exists():
        storage = idea.picture.storage
        transaction.on_commit(lambda: storage.delete(old_picture))
    return idea


@audited
def claim_drafts(*, by: User, draft_key: str, uuid: str = "") -> int:
    """Give the drafts of a browser's secret, or only that with `uuid`, to a person; return how many."""
    drafts = Idea.objects.filter(author=None, draft_key=draft_key).exclude(draft_key="")
    if uuid:
        drafts = drafts.filter(uuid=uuid)
    with transaction.atomic():
        return drafts.update(author=by, draft_key="", updated_at=timezone.now())


@audited
def discard_draft(*, idea: Idea, by: User | None) -> None:
    """Delete a draft that was never sent in, with its picture. What was sent in is withdrawn, not deleted."""
    with _own_idea(idea, by) as idea:
        if idea.status != Idea.Status.DRAFT:
            raise NotOpenError
        storage, name = idea.picture.storage, idea.picture.name
        cancel_mails_about_idea(idea)
        forget_idea_in_mails(idea)
        idea.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name))


# --- Sending in -------------------------------------------------------------------------------------------------------


@audited
def submit_idea(
    *,
    idea: Idea,
    by: User,
    may_publish: bool = False,
    age_band: str = "",
    seen_revision: int | None = None,
    selected: Incubator | None = None,
) -> Idea:
    """Send the idea in, for the first time or again after a change request. Idempotent: the same idea comes back.

    Keeps the words as a Version, starts the answer clock and mails the receipt. `seen_revision` is the one that the
    person looked over; `selected` is the incubator that was shown to them as its reader where they chose none.
    """
    with _own_idea(idea, by) as idea:
        if idea.status == Idea.Status.SUBMITTED:
            return idea
        _check_ready(idea, seen_revision)
        is_anew = idea.status != Idea.Status.DRAFT
        idea.author, idea.draft_key = by, ""
        idea.incubator = _reader_of(idea, selected)
        idea.title = idea.title or Idea.name_from(idea.proposal)
        idea.slug = idea.slug or slug_from(idea.title)
        idea.submitted_at, idea.answered_at, idea.new_due_on = timezone.now(), None, None
        idea.answer_due_on = idea.incubator.answer_due_on(idea.submitted_at)
        _set_publishing(idea, may_publish, age_band)
        _note_consent(idea, by)
        log = change_idea(idea, by=by, kind=Transition.Kind.SUBMITTED, to_status=Idea.Status.SUBMITTED)
        keep_version(idea)
        take_out_again(idea)
        mail_received(idea, log)
        if is_anew:
            mail_sent_in_again(idea, log)
        return idea


def _check_ready(idea: Idea, seen_revision: int | None) -> None:
    if not idea.is_editable_by_author:
        raise TransitionNotAllowedError(idea, Transition.Kind.SUBMITTED)
    if seen_revision is not None and seen_revision != idea.revision:
        raise EditedElsewhereError(idea, None)
    missing = [name for name in REQUIRED if not getattr(idea, name).strip()]
    if idea.picture and not idea.picture_alt:
        missing.append("picture_alt")
    if missing:
        raise NotCompleteError(missing)


def _reader_of(idea: Idea, selected: Incubator | None) -> Incubator:
    """The incubator that reads it: the one chosen or selected where it still takes ideas, else the national intake.

    A draft's is locked, so that it cannot close before the idea is there to be moved (`closing.close_incubator`). Who
    has read an idea once goes on reading it.
    """
    if idea.status != Idea.Status.DRAFT:
        return idea.incubator
    chosen_id = idea.incubator_id or (selected.pk if selected else None)
    chosen = Incubator.objects.select_for_update(no_key=True, of=("self",)).filter(pk=chosen_id).first()
    return chosen if chosen and chosen.is_active else Incubator.objects.get(is_national_intake=True)


def keep_version(idea: Idea) -> None:
    """Keep the words of `idea` as they stand now: what is read and decided on."""
    Version.of(idea, number=idea.versions.count() + 1, themes=idea.themes.values_list("slug", flat=True)).save()


# --- Afterwards -------------------------------------------------------------------------------------------------------


@audited
def withdraw_idea(*, idea: Idea, by: User, reason: str = "") -> Idea:
    """Take the author's own idea back. The log keeps it; no answer is expected."""
    with _own_idea(idea, by) as idea:
        if idea.status == Idea.Status.WITHDRAWN:
            return idea
        log = change_idea(idea, by=by, kind=Transition.Kind.WITHDRAWN, to_status=Idea.Status.WITHDRAWN, reason=reason)
        mail_withdrawn(idea, log)
        return idea


@audited
def write_to_incubator(*, idea: Idea, by: User, body: str, token: uuid.UUID | None = None) -> Note:
    """Say something about the author's own idea to the incubator that has it. The same `token` twice is one message."""
    with _own_idea(idea, by, or_shared=True) as idea:
        if idea.status in (Idea.Status.DRAFT, Idea.Status.MERGED):
            raise NotOpenError
        said = Note.objects.filter(uuid=token).first() if token else None
        if said and (said.idea_id, said.author_id) == (idea.pk, by.pk):
            return said
        token = uuid.uuid4() if said else token or uuid.uuid4()
        note = Note.objects.create(uuid=token, idea=idea, audience=Note.Audience.AUTHOR, author=by, body=body)
        mail_author_wrote(idea, note)
        return note


@audited
def change_publishing(*, idea: Idea, by: User, may_publish: bool, age_band: str = "") -> Idea:
    """Give or take back the consent to publish. Taking it back works at any time and at once."""
    with _own_idea(idea, by) as idea:
        if idea.status == Idea.Status.DRAFT:
            raise NotOpenError
        _set_publishing(idea, may_publish, age_band or idea.age_band)
        _note_consent(idea, by)
        idea.save(update_fields=["age_band", "may_publish", "updated_at"])
        return idea


def stop_publishing(*, idea: Idea) -> None:
    """Take the idea off the public pages because its author's consent is gone. Runs where the consent is withdrawn."""
    Idea.objects.filter(pk=idea.pk).update(may_publish=False, updated_at=timezone.now())


def _set_publishing(idea: Idea, may_publish: bool, age_band: str) -> None:
    idea.age_band = age_band
    idea.may_publish = may_publish and age_band in Idea.AgeBand.of_consenting_age()


def _note_consent(idea: Idea, by: User) -> None:
    """Keep the consent as a row of its own; a young person's yes is none."""
    what = {"user": by, "purpose": Consent.Purpose.PUBLISH_IDEA, "subject": idea.consent_subject}
    if idea.may_publish:
        give_consent(**what, text_version=CONSENT_TEXT, source="ideas")
    else:
        withdraw_consent(**what)


@contextmanager
def _own_idea(idea: Idea, by: User | None, *, or_shared: bool = False) -> Iterator[Idea]:
    """The row as it is now, locked until the block ends. Raises NotTheAuthorError for anybody else's idea.

    `or_shared`: those who write along may do it too.
    """
    with locked_idea(idea, seen_revision=None) as row:
        is_browsers = row.author_id is None and row.status == Idea.Status.DRAFT
        is_mine = is_browsers or (by is not None and row.author_id == by.pk)
        if not is_mine and not (or_shared and by and row.coauthors.editors().filter(user=by).exists()):
            raise NotTheAuthorError
        yield row

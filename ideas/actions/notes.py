"""What is said about an idea: staff to the author, and to each other."""

import uuid
from collections.abc import Iterable

from django.utils import timezone

from ideas import emails
from ideas.actions.followers import ask_to_tell
from ideas.actions.transitions import IdeaError, locked_idea, record_contact
from ideas.models import Idea, Note
from unlimited.origin import audited
from unlimited.users.models import User
from unlimited.users.staff_access import as_with_factor


class NoteGoneError(IdeaError):
    """What they answer is not there, or not for them to read."""


class NotForThemError(IdeaError):
    """`people` were to be told of a note that they may not read."""

    def __init__(self, people: list[User]):
        super().__init__(f"{len(people)} may not read it")
        self.people = people


@audited
def add_note(
    *,
    idea: Idea,
    by: User,
    body: str,
    audience: str = Note.Audience.STAFF,
    mentioned: Iterable[User] = (),
    token: uuid.UUID | None = None,
) -> Note:
    """Write something that only those of `audience` at the incubator read. The same `token` twice is one note.

    Those `mentioned` get a mail. Raises NotForThemError, and writes nothing, where one of them may not read it.
    """
    with locked_idea(idea, seen_revision=None) as idea:
        note, is_new = _say_once(idea, by, token, audience=audience, body=body)
        if is_new:
            _mention(note, idea, mentioned)
        return note


@audited
def write_to_author(*, idea: Idea, by: User, body: str, token: uuid.UUID | None = None) -> Note:
    """Write something to the author, who gets a mail about it. The same `token` twice is one message."""
    with locked_idea(idea, seen_revision=None) as idea:
        note, is_new = _say_once(idea, by, token, audience=Note.Audience.AUTHOR, body=body)
        if is_new:
            _tell_author(idea, note)
        return note


@audited
def reply_to_note(
    *,
    idea: Idea,
    by: User,
    reply_to: uuid.UUID,
    body: str,
    mentioned: Iterable[User] = (),
    token: uuid.UUID | None = None,
) -> Note:
    """Answer what was said, before those who read that; an answer to an answer has the same parent.

    Raises NoteGoneError where `by` may not read it, NotForThemError as `add_note` does.
    """
    with locked_idea(idea, seen_revision=None) as idea:
        parent = Note.objects.visible_to(by, idea).select_related("reply_to").filter(uuid=reply_to).first()
        if parent is None:
            raise NoteGoneError
        facts = {"reply_to": parent.reply_to or parent, "audience": parent.audience, "body": body}
        note, is_new = _say_once(idea, by, token, **facts)
        if is_new and note.audience == Note.Audience.AUTHOR:
            _tell_author(idea, note)
        if is_new:
            _mention(note, idea, mentioned)
        return note


def _mention(note: Note, idea: Idea, people: Iterable[User]) -> None:
    """Tell each of `people` but the writer, once all of them turn out to be readers of the note."""
    people = [person for person in people if person != note.author]
    readers = [person for person in people if person.is_active and _reads(person, note, idea)]
    if len(readers) < len(people):
        raise NotForThemError([person for person in people if person not in readers])
    note.mentioned.set(readers)
    emails.mail_mentioned(idea, note, readers)


def _reads(person: User, note: Note, idea: Idea) -> bool:
    return Note.objects.visible_to(as_with_factor(person), idea).filter(pk=note.pk).exists()


def _tell_author(idea: Idea, note: Note) -> None:
    now = timezone.now()
    record_contact(idea, at=now, supporter=note.author)
    ask_to_tell([idea], now)
    emails.mail_message(idea, note)


def _say_once(idea: Idea, by: User, token: uuid.UUID | None, **facts) -> tuple[Note, bool]:
    """Return the note, and whether it is new. A token that somebody else's note has is none."""
    said = Note.objects.filter(uuid=token).first() if token else None
    if said and (said.idea_id, said.author_id) == (idea.pk, by.pk):
        return said, False
    token = uuid.uuid4() if said else token or uuid.uuid4()
    return idea.notes.create(uuid=token, author=by, **facts), True

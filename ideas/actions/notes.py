"""What is said about an idea: staff to the author, and to each other."""

import uuid

from django.utils import timezone

from ideas import emails
from ideas.actions.transitions import keep_promise, locked_idea
from ideas.models import Idea, Note
from unlimited.users.models import User


def add_note(*, idea: Idea, by: User, body: str, token: uuid.UUID | None = None) -> Note:
    """Write something that only the incubator's staff read. The same `token` twice is one note."""
    with locked_idea(idea, seen_revision=None) as idea:
        return _say_once(idea, by, Note.Audience.STAFF, body, token)[0]


def write_to_author(*, idea: Idea, by: User, body: str, token: uuid.UUID | None = None) -> Note:
    """Write something to the author, who gets a mail about it. The same `token` twice is one message."""
    with locked_idea(idea, seen_revision=None) as idea:
        note, is_new = _say_once(idea, by, Note.Audience.AUTHOR, body, token)
        if is_new:
            idea.staff_acted_at = timezone.now()
            keep_promise(idea)
            idea.save(update_fields=["staff_acted_at", "new_due_on"])
            emails.mail_message(idea, note)
        return note


def _say_once(idea: Idea, by: User, audience: Note.Audience, body: str, token: uuid.UUID | None) -> tuple[Note, bool]:
    texts = {"audience": audience, "body": body}
    return idea.notes.get_or_create(uuid=token or uuid.uuid4(), author=by, defaults=texts)

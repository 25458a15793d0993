"""Messages between author and incubator, and colleagues named in a note."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import promised_on, tell_colleagues, to_author
from ideas.emails.words import words_of_note
from ideas.models import Idea, Note
from ideas.models.sharing import readers_of_news
from unlimited.mail.kinds import MailKind, register
from unlimited.users.models import User

MESSAGE = register(MailKind("idea-message", _("Message from the incubator")))
AUTHOR_WROTE = register(MailKind("case-author-wrote", _("An author has written to you")))
NOTE_MENTION = register(MailKind("note-mention", _("A colleague has named you in a note")))


def mail_message(idea: Idea, note: Note) -> None:
    facts = {"answer_due_on": promised_on(idea), **words_of_note(note, idea)}
    to_author(MESSAGE, idea, key=f"{MESSAGE.name}:{note.uuid}", **facts)


def mail_author_wrote(idea: Idea, note: Note) -> None:
    """Tell those who are on the case that the author, or who writes along, has said something."""
    tell_colleagues(AUTHOR_WROTE, idea, readers_of_news(idea), but=note.author, key=str(note.uuid))


def mail_mentioned(idea: Idea, note: Note, people: Iterable[User]) -> None:
    """Tell `people` that a note names them: the way to it, and nothing of what it says."""
    tell_colleagues(NOTE_MENTION, idea, people, but=note.author, key=str(note.uuid), at=f"#notat-{note.uuid}")

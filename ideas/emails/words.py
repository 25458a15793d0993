"""What staff wrote to an author: their words and their name, in the mail that tells of them.

Mails about stories, concerns, and what is taken off the public pages have no words: the reason may quote a concern.
"""

from django.utils import timezone

from ideas.emails.recipients import typed_about
from ideas.models import Idea, Note, Transition
from unlimited.mail.subjects import Named, named
from unlimited.users.emails import subject_of
from unlimited.users.models import User


def words_of(log: Transition, idea: Idea) -> dict[str, Named]:
    """Return what was written to the author with a change of the idea. Staff may send a link: `…_of_staff`."""
    return _facts(log.by, idea, went_well=log.went_well, words=log.reason, way_on=log.way_on)


def words_of_note(note: Note, idea: Idea) -> dict[str, Named]:
    return _facts(note.author, idea, words=note.body)


def _facts(by: User | None, idea: Idea, *, words: str = "", went_well: str = "", way_on: str = "") -> dict[str, Named]:
    return {
        "writer": writer_name(by),
        "went_well_of_staff": typed_about(went_well, idea),
        "words_of_staff": typed_about(words, idea),
        "way_on_of_staff": typed_about(way_on, idea),
    }


def writer_name(by: User | None) -> Named:
    """Return the name of who wrote; nothing for somebody without one, whose address is not the author's to know."""
    return named(by.name, subject_of(by)) if by and by.name else named("")


def hears_by(idea: Idea) -> str:
    """Return the day by which staff act on an idea that is taken in: once it has passed, its author is told."""
    return timezone.localdate(timezone.now() + idea.quiet_after()).isoformat()

"""An idea moves to another incubator: by itself, or because its own closes."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import letter, promised_on, tell_author, tell_coauthors
from ideas.emails.words import words_of
from ideas.models import Idea, Transition
from incubators.models import Incubator
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register

MOVED = register(MailKind("idea-moved", _("An idea is moved to another incubator")))
LATER_ASKED = register(MailKind("later-date-asked", _("An incubator asks for a later date")))


def mail_moved(ideas: Iterable[Idea], successor: Incubator) -> None:
    """Tell each author who has the idea now, and those who write along, once for each time it moves."""
    keys = [(idea, f"{MOVED.name}:{idea.uuid}:v{idea.revision + 1}") for idea in ideas]
    enqueue_many(
        letter(
            MOVED,
            idea,
            key=key,
            successor=successor.name,
            answer_due_on=promised_on(idea),
            is_closed=True,
        )
        for idea, key in keys
        if idea.author is not None and idea.author.is_active
    )
    tell_coauthors(keys)


def mail_moved_on(idea: Idea, log: Transition, earlier: Incubator) -> None:
    """Tell the author who has the idea now, and that the date stands."""
    facts = {"incubator": earlier.name, "successor": log.way_on_incubator.name}
    tell_author(MOVED, idea, log, **facts, answer_due_on=promised_on(idea), is_closed=False)


def mail_later_asked(idea: Idea, log: Transition) -> None:
    """Ask the author about a later date: they answer on the idea's page."""
    dates = {"answer_due_on": promised_on(idea), "asked_due_on": log.asked_due_on.isoformat()}
    tell_author(LATER_ASKED, idea, log, **dates, **words_of(log, idea))

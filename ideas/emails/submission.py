"""Receipts of what the author did; and word to the incubator that an idea is sent in again."""

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, tell_colleagues
from ideas.models import Idea, Transition
from ideas.models.sharing import readers_of_news
from unlimited.mail.kinds import MailKind, register

RECEIVED = register(MailKind("idea-received", _("Receipt for an idea")))
CLAIMED = register(MailKind("idea-claimed", _("Receipt for an idea that you made yours")))
WITHDRAWN = register(MailKind("idea-withdrawn", _("Receipt for a withdrawal")))
SENT_IN_AGAIN = register(MailKind("case-sent-in-again", _("An idea is sent in again")))


def mail_received(idea: Idea, log: Transition) -> None:
    """The receipt, once for each time the idea is sent in."""
    facts = {"answer_due_on": idea.answer_due_on.isoformat(), "emergency_words": idea.incubator.emergency_words}
    tell_author(RECEIVED, idea, log, **facts)


def mail_claimed(idea: Idea, log: Transition) -> None:
    tell_author(CLAIMED, idea, log)


def mail_withdrawn(idea: Idea, log: Transition) -> None:
    tell_author(WITHDRAWN, idea, log)


def mail_sent_in_again(idea: Idea, log: Transition) -> None:
    """Tell those who are on the case that the author has changed the idea and waits for an answer."""
    tell_colleagues(SENT_IN_AGAIN, idea, readers_of_news(idea), but=log.by, key=f"{idea.uuid}:v{log.revision}")

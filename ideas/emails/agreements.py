"""Agreements at each step: proposed to the author, answered, due to be ended by a talk; and what the talk came to."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, title_of, to_author
from ideas.models import Agreement, Idea, Transition
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

PROPOSED = register(MailKind("agreement-proposed", _("An agreement to answer")))
ANSWERED = register(MailKind("agreement-answered", _("Answer to an agreement")))
TALK_OVERDUE = register(MailKind("agreement-talk-overdue", _("How did the talk go?")))
STAYS = register(MailKind("idea-stays", _("An idea takes more time")))
ESTABLISHED = register(MailKind("idea-established", _("An idea stands on its own feet")))


def mail_agreement_proposed(agreement: Agreement) -> None:
    """Ask the author; the link leads to the agreement."""
    idea = agreement.idea
    language = idea.author.language if idea.author else idea.language
    url = absolute("ideas:my_agreements", language, idea.uuid)
    to_author(PROPOSED, idea, key=f"{PROPOSED.name}:{agreement.uuid}", url=url)


def mail_agreement_answered(agreement: Agreement, *, by: User) -> None:
    """Tell who proposed it and who supports the idea, without `by`; and the author, where staff took it back."""
    readers = {agreement.proposed_by, agreement.supporter} - {None, by}
    _tell_staff(ANSWERED, [(agreement, reader) for reader in sorted(readers, key=lambda reader: reader.pk)])
    if not agreement.is_agreed and agreement.idea.author not in (None, by):
        url = absolute("ideas:my_agreements", agreement.idea.author.language, agreement.idea.uuid)
        facts = {"is_agreed": False, "is_author": True, "url": url}
        to_author(ANSWERED, agreement.idea, key=f"{ANSWERED.name}:{agreement.uuid}", **facts)


def mail_talks_overdue(agreements: Iterable[Agreement]) -> None:
    """Ask each supporter to write how the talk went. One INSERT for all."""
    _tell_staff(TALK_OVERDUE, [(row, row.supporter) for row in agreements if row.supporter is not None])


def mail_stays(idea: Idea, log: Transition) -> None:
    tell_author(STAYS, idea, log)


def mail_established(idea: Idea, log: Transition) -> None:
    tell_author(ESTABLISHED, idea, log)


def _tell_staff(kind: MailKind, rows: list[tuple[Agreement, User]]) -> None:
    enqueue_many(
        {
            "kind": kind.name,
            "key": f"{kind.name}:{row.uuid}:{reader.uuid}",
            "to": reader.email,
            "language": reader.language,
            "snapshot": {
                "title": title_of(row.idea),
                "incubator": row.idea.incubator.name,
                **replies_to(row.idea.incubator),
                "talk_on": row.talk_on.isoformat(),
                "is_agreed": row.is_agreed,
                "is_author": False,
                "url": absolute("ideas:agreements", reader.language, row.idea.uuid),
            },
        }
        for row, reader in rows
        if reader.is_active
    )

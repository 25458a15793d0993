"""A supporter is asked, offered, at work and gone."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import log_key, tell_author, tell_coauthors, title_of, to_author
from ideas.models import SupportRelation, Transition
from incubators.contacts import replies_to
from unlimited.mail.actions import enqueue, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.emails import name_of
from unlimited.users.models import User

SUPPORTER_ASKED = register(MailKind("supporter-asked", _("You are asked to support an idea")))
SUPPORTER_OFFERED = register(MailKind("supporter-offered", _("A supporter for your idea")))
SUPPORT_DECLINED = register(MailKind("support-declined", _("Someone said no to working together")))
SUPPORT_STARTED = register(MailKind("support-started", _("You work together from now on")))
SUPPORT_ENDED = register(MailKind("support-ended", _("The work with a supporter has ended")))
SUPPORT_OVER = register(MailKind("support-over", _("An idea that you support is over or has moved")))


def mail_supporter_asked(relation: SupportRelation) -> None:
    _to_staff(SUPPORTER_ASKED, relation, relation.supporter)


def mail_supporter_offered(relation: SupportRelation) -> None:
    key = f"{SUPPORTER_OFFERED.name}:{relation.uuid}"
    to_author(SUPPORTER_OFFERED, relation.idea, key=key, supporter=name_of(relation.supporter))


def mail_support_declined(relation: SupportRelation) -> None:
    """Tell those who wait for the answer: who asked, and the supporter who had said yes."""
    # Without `ended_by` the supporter has left, and gets no more mail about the incubator.
    had_said_yes = relation.offered_at and relation.ended_by is not None
    waiting = {relation.asked_by, relation.supporter if had_said_yes else None} - {None, relation.ended_by}
    for reader in waiting:
        _to_staff(SUPPORT_DECLINED, relation, reader)


def mail_support_started(relation: SupportRelation, log: Transition) -> None:
    tell_author(SUPPORT_STARTED, relation.idea, log, supporter=name_of(relation.supporter), is_author=True)
    _to_staff(SUPPORT_STARTED, relation, relation.supporter, supporter="", is_author=False)


def mail_support_ended(relation: SupportRelation, log: Transition) -> None:
    """Tell both but the one who ended it, or who has left; and those who write along."""
    if relation.ended_by != relation.idea.author:
        tell_author(SUPPORT_ENDED, relation.idea, log, supporter=name_of(relation.supporter), is_author=True)
    else:
        tell_coauthors([(relation.idea, log_key(SUPPORT_ENDED, relation.idea, log))])
    has_left = relation.end_reason == SupportRelation.EndReason.LEFT
    if relation.supporter not in (None, relation.ended_by) and not has_left:
        _to_staff(SUPPORT_ENDED, relation, relation.supporter, supporter="", is_author=False)


def mail_support_over(relations: Iterable[SupportRelation], *, by: User | None, is_erased: bool = False) -> None:
    """Tell the supporters of ideas that are over or have moved; the authors are told of that by mails of their own.

    `is_erased`: the author has erased the account.
    """
    enqueue_many(
        {
            "kind": SUPPORT_OVER.name,
            "key": f"{SUPPORT_OVER.name}:{row.uuid}",
            "to": row.supporter.email,
            "language": row.supporter.language,
            "snapshot": {
                "title": title_of(row.idea),
                "incubator": row.idea.incubator.name,
                **replies_to(row.idea.incubator),
                "is_erased": is_erased,
                "url": absolute("ideas:supported", row.supporter.language),
            },
        }
        for row in relations
        if row.supporter not in (None, by) and row.supporter.is_active
    )


def _to_staff(kind: MailKind, relation: SupportRelation, reader: User, **facts) -> None:
    idea, language = relation.idea, reader.language
    url = absolute("ideas:support", language, idea.uuid)
    if reader == relation.supporter and not relation.is_under_way:
        url = absolute("ideas:supported", language)  # the case is closed to who supported it
    snapshot = {"title": title_of(idea), "incubator": idea.incubator.name, **replies_to(idea.incubator)}
    snapshot |= {"url": url, **facts}
    key = f"{kind.name}:{relation.uuid}:{reader.uuid}"
    if reader.is_active:
        enqueue(kind=kind.name, key=key, to=reader.email, language=language, snapshot=snapshot)

"""Appeals: a receipt, word to who may answer it, and the answer."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import letter, news_key, tell_author, tell_coauthors, title_of
from ideas.emails.words import words_of
from ideas.models import Appeal, Delay, Idea, Transition
from ideas.models.appeal import answerers_of
from incubators.contacts import replies_to
from unlimited.mail.actions import cancel_mails, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.users.models import User

APPEAL_RECEIVED = register(MailKind("appeal-received", _("Receipt for an appeal")))
APPEAL_WAITS = register(MailKind("appeal-waits", _("An appeal waits for an answer")))
APPEAL_LATE = register(MailKind("appeal-late", _("The answer to an appeal is late")))
APPEAL_ANSWERED = register(MailKind("appeal-answered", _("Answer to an appeal")))


def mail_appeal_received(appeal: Appeal, log: Transition, *, closed: str) -> None:
    """The receipt. `closed` names the incubator that has closed since it decided; empty where it goes on."""
    tell_author(APPEAL_RECEIVED, appeal.idea, log, answer_due_on=appeal.due_on.isoformat(), closed=closed)


def mail_appeal_waits(appeal: Appeal) -> None:
    """Tell each who may answer it."""
    enqueue_many(_waits(appeal, reader, key=f"{appeal.uuid}:{reader.uuid}") for reader in appeal.answerers)


def mail_appeals_late(delays: Iterable[Delay]) -> None:
    """Tell each author the new date, and those who may answer that this is what is promised now. In two INSERTs."""
    delays = [delay for delay in delays if delay.kind == Delay.Kind.APPEAL]
    enqueue_many(
        letter(
            APPEAL_LATE,
            delay.appeal.idea,
            key=_late_key(delay.appeal, delay.new_due_on),
            promised_on=delay.promised_on.isoformat(),
            new_due_on=delay.new_due_on.isoformat(),
        )
        for delay in delays
    )
    tell_coauthors((delay.appeal.idea, _late_key(delay.appeal, delay.new_due_on)) for delay in delays)
    readers = answerers_of([delay.appeal for delay in delays])
    enqueue_many(
        _waits(delay.appeal, reader, key=f"{delay.appeal.uuid}:{reader.uuid}:{delay.new_due_on.isoformat()}")
        for delay in delays
        for reader in readers[delay.appeal]
    )


def cancel_appeal_late(appeal: Appeal) -> None:
    """Take back word of a delay that has not left: the appeal is closed now."""
    if appeal.new_due_on:
        key = _late_key(appeal, appeal.new_due_on)
        cancel_mails(keys=[key, *(news_key(row, key) for row in appeal.idea.coauthors.joined())])


def _late_key(appeal: Appeal, new_due_on: dt.date) -> str:
    return f"{APPEAL_LATE.name}:{appeal.uuid}:{new_due_on.isoformat()}"


def _waits(appeal: Appeal, reader: User, *, key: str) -> dict:
    snapshot = {
        "title": title_of(appeal.idea),
        "incubator": appeal.idea.incubator.name,
        **replies_to(appeal.idea.incubator),
        "answer_due_on": (appeal.new_due_on or appeal.due_on).isoformat(),
        "url": absolute("ideas:appeal", reader.language, appeal.uuid),
    }
    about = {"to": reader.email, "language": reader.language, "snapshot": snapshot}
    return {"kind": APPEAL_WAITS.name, "key": f"{APPEAL_WAITS.name}:{key}", **about}


def mail_appeal_answered(appeal: Appeal, idea: Idea, log: Transition) -> None:
    facts = {"is_granted": appeal.status == Appeal.Status.GRANTED}
    if idea.is_waiting_for_answer:
        facts["answer_due_on"] = idea.answer_due_on.isoformat()
    tell_author(APPEAL_ANSWERED, idea, log, **{"answer_due_on": "", **facts}, **words_of(log, idea))

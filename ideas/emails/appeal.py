"""Appeals: a receipt, word to who may answer it, and the answer."""

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, title_of
from ideas.models import Appeal, Idea, Transition
from unlimited.mail.actions import enqueue
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute

APPEAL_RECEIVED = register(MailKind("appeal-received", _("Receipt for an appeal")))
APPEAL_WAITS = register(MailKind("appeal-waits", _("An appeal waits for an answer")))
APPEAL_ANSWERED = register(MailKind("appeal-answered", _("Answer to an appeal")))


def mail_appeal_received(appeal: Appeal, log: Transition) -> None:
    tell_author(APPEAL_RECEIVED, appeal.idea, log, answer_due_on=appeal.due_on.isoformat())


def mail_appeal_waits(appeal: Appeal) -> None:
    """Tell each who may answer it."""
    for reader in appeal.answerers:
        snapshot = {
            "title": title_of(appeal.idea),
            "incubator": appeal.idea.incubator.name,
            "answer_due_on": appeal.due_on.isoformat(),
            "url": absolute("ideas:appeal", reader.language, appeal.uuid),
        }
        key = f"{APPEAL_WAITS.name}:{appeal.uuid}:{reader.uuid}"
        enqueue(kind=APPEAL_WAITS.name, key=key, to=reader.email, language=reader.language, snapshot=snapshot)


def mail_appeal_answered(appeal: Appeal, idea: Idea, log: Transition) -> None:
    facts = {"is_granted": appeal.status == Appeal.Status.GRANTED}
    if idea.is_waiting_for_answer:
        facts["answer_due_on"] = idea.answer_due_on.isoformat()
    tell_author(APPEAL_ANSWERED, idea, log, **{"answer_due_on": "", **facts})

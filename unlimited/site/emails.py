"""The mails that the site itself sends."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from unlimited.mail.actions import cancel_mails, enqueue, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User

FEEDBACK = register(MailKind("accessibility-feedback", _("Word about accessibility"), is_listed=True))
FEEDBACK_RECEIVED = register(MailKind("feedback-received", _("Receipt for word about accessibility"), is_listed=True))
FEEDBACK_LATE = register(MailKind("feedback-late", _("An answer about accessibility is late"), is_listed=True))


def mail_feedback(feedback: AccessibilityFeedback) -> None:
    """Tell national staff that somebody could not use something. What was written stays behind the log-in."""
    enqueue_many(
        {
            "kind": FEEDBACK.name,
            "key": f"accessibility-feedback:{feedback.uuid}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            "snapshot": {"url": absolute("site:feedback", person.language)},
        }
        for person in User.objects.filter(is_staff=True, is_active=True)
    )


def mail_feedback_received(feedback: AccessibilityFeedback) -> None:
    """The receipt, with the day by which they have an answer. What was written stays inside."""
    enqueue(
        kind=FEEDBACK_RECEIVED.name,
        key=f"{FEEDBACK_RECEIVED.name}:{feedback.uuid}",
        to=feedback.email,
        language=feedback.language,
        snapshot={
            "answer_due_on": feedback.answer_due_on.isoformat(),
            "url": absolute("site:accessibility", feedback.language),
        },
    )


def mail_feedback_late(promised: Iterable[tuple[AccessibilityFeedback, dt.date]]) -> None:
    """Tell each that the day they were told has passed, and the new one. One INSERT for all."""
    enqueue_many(
        {
            "kind": FEEDBACK_LATE.name,
            "key": _late_key(row),
            "to": row.email,
            "language": row.language,
            "snapshot": {
                "promised_on": day.isoformat(),
                "new_due_on": row.new_due_on.isoformat(),
                "url": absolute("site:accessibility", row.language),
            },
        }
        for row, day in promised
    )


def cancel_feedback_late(feedback: AccessibilityFeedback) -> None:
    """Take back word of a delay that has not left: somebody has seen to it."""
    if feedback.new_due_on:
        cancel_mails(keys=[_late_key(feedback)])


def _late_key(feedback: AccessibilityFeedback) -> str:
    return f"{FEEDBACK_LATE.name}:{feedback.uuid}:{feedback.new_due_on.isoformat()}"

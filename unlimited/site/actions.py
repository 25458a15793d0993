"""What can be done on the site's own pages."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from incubators.actions.promises import Promise, register_promise
from incubators.emails import mail_network_notice
from incubators.working_days import add_working_days
from unlimited.origin import audited
from unlimited.site.emails import cancel_feedback_late, mail_feedback, mail_feedback_late, mail_feedback_received
from unlimited.site.models import ANSWER_DAYS, AccessibilityFeedback
from unlimited.users.models import User


@transaction.atomic
def give_feedback(
    *, text: str, page: str = "", email: str = "", language: str = settings.LANGUAGE_CODE
) -> AccessibilityFeedback:
    """Keep what somebody says about accessibility, and tell national staff. With an address they have a receipt."""
    due = answer_due_on() if email else None
    feedback = AccessibilityFeedback.objects.create(
        text=text, page=page, email=email, language=language, answer_due_on=due
    )  # fmt: skip
    if email:
        mail_feedback_received(feedback)
    mail_feedback(feedback)
    return feedback


@audited
@transaction.atomic
def handle_feedback(*, by: User, feedback: AccessibilityFeedback) -> AccessibilityFeedback:
    """Note that `by` has handled it. A later call changes nothing."""
    feedback = AccessibilityFeedback.objects.select_for_update(no_key=True, of=("self",)).get(pk=feedback.pk)
    if feedback.handled_at is None:
        feedback.handled_at, feedback.handled_by = timezone.now(), by
        feedback.save(update_fields=["handled_at", "handled_by"])
        cancel_feedback_late(feedback)
    return feedback


def answer_due_on() -> dt.date:
    """Return the day by which who writes today has an answer."""
    return add_working_days(timezone.localdate(), ANSWER_DAYS)


def _unanswered(now: dt.datetime) -> QuerySet[AccessibilityFeedback]:
    today = timezone.localdate(now)
    return AccessibilityFeedback.objects.overdue(today).filter(Q(new_due_on=None) | Q(new_due_on__lt=today))


def _tell_of_delay(batch: list[AccessibilityFeedback], now: dt.datetime) -> int:
    """Give each of the locked `batch` a new day, and tell them and national staff."""
    promised = [(row, row.new_due_on or row.answer_due_on) for row in batch]
    for row in batch:
        row.new_due_on = add_working_days(timezone.localdate(now), ANSWER_DAYS)
    AccessibilityFeedback.objects.bulk_update(batch, ["new_due_on"])
    mail_feedback_late(promised)
    mail_network_notice(timezone.localdate(now))
    return len(batch)


register_promise(
    Promise(name="accessibility feedback", model=AccessibilityFeedback, broken=_unanswered, tell=_tell_of_delay)
)

"""What can be done on the site's own pages."""

from django.db import transaction
from django.utils import timezone

from unlimited.origin import audited
from unlimited.site.emails import mail_feedback
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User


@transaction.atomic
def give_feedback(*, text: str, page: str = "", email: str = "") -> AccessibilityFeedback:
    """Keep what somebody says about accessibility, and tell national staff."""
    feedback = AccessibilityFeedback.objects.create(text=text, page=page, email=email)
    mail_feedback(feedback)
    return feedback


@audited
@transaction.atomic
def handle_feedback(*, by: User, feedback: AccessibilityFeedback) -> AccessibilityFeedback:
    """Note that `by` has seen to it. The first one stands."""
    feedback = AccessibilityFeedback.objects.select_for_update(no_key=True, of=("self",)).get(pk=feedback.pk)
    if feedback.handled_at is None:
        feedback.handled_at, feedback.handled_by = timezone.now(), by
        feedback.save(update_fields=["handled_at", "handled_by"])
    return feedback

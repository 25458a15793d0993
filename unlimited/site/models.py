"""What people tell us about the site itself."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So many working days after somebody has written with an address, they have an answer.
ANSWER_DAYS = 5


class AccessibilityFeedbackQuerySet(models.QuerySet):
    def waiting(self):
        """Those not handled: who waits for an answer first, by the day they were told; then the newest."""
        return self.filter(handled_at=None).order_by(F("answer_due_on").asc(nulls_last=True), "-created_at", "pk")

    def overdue(self, on: dt.date | None = None):
        """Not handled by the day that the receipt named. Without an address there is no one to answer."""
        return self.filter(handled_at=None, answer_due_on__lt=on or timezone.localdate()).exclude(email="")


class AccessibilityFeedback(models.Model):
    """Something on the site that somebody could not use. Read by national staff; kept a year."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.CharField(_("Which page is it about?"), max_length=300, blank=True)
    text = models.TextField(_("What was difficult?"), max_length=4000)
    email = models.EmailField(_("Your e-mail"), blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    answer_due_on = models.DateField(
        null=True, blank=True, help_text="The day that the receipt named; empty where no answer is wanted."
    )
    new_due_on = models.DateField(null=True, blank=True, help_text="What was told when that day had passed.")
    created_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handled_feedback"
    )

    objects = AccessibilityFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("word about accessibility")
        verbose_name_plural = _("words about accessibility")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something"),
            models.CheckConstraint(
                condition=Q(handled_by=None) | Q(handled_at__isnull=False), name="feedback_handled_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.page or self.text[:60]

    @property
    def is_overdue(self) -> bool:
        """Same rule as AccessibilityFeedbackQuerySet.overdue, for one row in hand."""
        is_waiting = self.handled_at is None and self.answer_due_on is not None and self.email != ""
        return is_waiting and self.answer_due_on < timezone.localdate()

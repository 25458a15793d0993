"""What people tell us about the site itself."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AccessibilityFeedback(models.Model):
    """Something on the site that somebody could not use. Read by national staff; kept a year."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.CharField(_("Which page is it about?"), max_length=300, blank=True)
    text = models.TextField(_("What was difficult?"), max_length=4000)
    email = models.EmailField(_("Your e-mail"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handled_feedback"
    )

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

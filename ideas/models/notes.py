"""What is said about an idea, and who may read it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea


class Note(models.Model):
    """Something said about an idea. Its audience is stored on it, so that no page has to guess who may read it."""

    class Audience(models.TextChoices):
        AUTHOR = "author", _("The author and the incubator")
        STAFF = "staff", _("Only the incubator's staff")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="notes", db_index=False)
    audience = models.CharField(max_length=20, choices=Audience)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="idea_notes"
    )
    body = models.TextField(_("Text"), max_length=4000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="note_not_empty")]
        indexes = [models.Index(fields=["idea", "created_at"], name="note_by_idea")]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.body[:40]}"

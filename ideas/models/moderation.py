"""What is done with an idea after it is sent in: each change of status, and each thing said."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea


class Transition(models.Model):
    """One change of an idea's status or step: the log, written in the same transaction as the change. Append only."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="transitions")
    from_status = models.CharField(max_length=20, choices=Idea.Status)
    to_status = models.CharField(max_length=20, choices=Idea.Status)
    step = models.CharField(max_length=10, choices=Idea.Step, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="idea_transitions"
    )
    at = models.DateTimeField(default=timezone.now)
    went_well = models.TextField(_("What was good"), max_length=2000, blank=True)
    reason = models.TextField(_("Reason"), max_length=4000, blank=True, help_text="The author reads this.")
    way_on = models.TextField(_("A way on"), max_length=2000, blank=True, help_text="The author reads this.")
    internal_note = models.TextField(_("Note to colleagues"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_status="declined") | (~Q(reason="") & ~Q(way_on="")),
                name="transition_no_has_reason_and_way_on",
            ),
            models.CheckConstraint(
                condition=~Q(to_status__in=["changes_requested", "paused", "ended"]) | ~Q(reason=""),
                name="transition_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["idea", "at"], name="transition_by_idea")]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"


class Note(models.Model):
    """Something said about an idea. Its audience is stored on it, so that no page has to guess who may read it."""

    class Audience(models.TextChoices):
        AUTHOR = "author", _("The author and the incubator")
        STAFF = "staff", _("Only the incubator's staff")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="notes")
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

"""Trials in practice: what was tried, with whom, what happened, what was learnt."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.sides import Side
from ideas.models.submission import Idea
from unlimited.history import tracked


class TrialQuerySet(models.QuerySet):
    def summed(self) -> dict:
        """Return how many there are, and the sums of what was written down; None where no number was written."""
        sums = {f"{name}_sum": Sum(name) for name in (*Trial.TOOK_PART, "kroner")}
        written = {f"{name}_written": Count(name) for name in (*Trial.TOOK_PART, "kroner")}
        return self.aggregate(count=Count("pk"), **sums, **written)


@tracked("idea side written_by first_on last_on asked tried decided kroner picture_agreed revision")
class Trial(models.Model):
    """One thing that was tried (*Vi prøvde*). Three fields are enough; an unknown number is NULL, not 0."""

    # How people from the target group took part, from least to most.
    TOOK_PART = ("asked", "tried", "decided")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="trials", db_index=False)
    side = models.CharField(max_length=10, choices=Side, help_text="Who wrote it down first.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="trials_written"
    )
    hypothesis = models.CharField(max_length=300)
    happened = models.TextField(max_length=2000)
    learnt = models.TextField(max_length=2000)
    change = models.TextField(max_length=2000, blank=True)
    place = models.CharField(max_length=120, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    asked = models.PositiveIntegerField(null=True, blank=True)
    tried = models.PositiveIntegerField(null=True, blank=True)
    decided = models.PositiveIntegerField(null=True, blank=True)
    kroner = models.PositiveIntegerField(null=True, blank=True)
    picture = models.ImageField(upload_to="trials/", blank=True)
    picture_alt = models.CharField(max_length=200, blank=True)
    picture_agreed = models.BooleanField(
        default=False, help_text="Everyone whom one can recognise has said yes to its use in the pilot report."
    )
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(hypothesis="") & ~Q(happened="") & ~Q(learnt=""), name="trial_has_its_three_fields"
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(first_on__isnull=False, last_on__gte=F("first_on")),
                name="trial_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(picture="") | Q(picture_agreed=True) & ~Q(picture_alt=""), name="trial_picture_is_agreed_to"
            ),
        ]
        indexes = [models.Index(fields=["idea", "created_at"], name="trial_by_idea")]

    def __str__(self) -> str:
        return self.hypothesis

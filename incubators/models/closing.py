"""Days on which an incubator is closed."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models.places import Incubator
from unlimited.history import tracked

# A summer, and no longer: who is closed for good says so in another way.
LONGEST_PERIOD = dt.timedelta(days=92)
# How long before it everyone is told.
TOLD_BEFORE = dt.timedelta(days=30)


class ClosedPeriodQuerySet(models.QuerySet):
    def not_over(self):
        return self.filter(ends_on__gte=timezone.localdate())


@tracked("incubator starts_on ends_on")
class ClosedPeriod(models.Model):
    """A day or some days on which nobody answers. They are no working days for what is promised from now on.

    A promise already given is a date on the idea (`Idea.answer_due_on`), so that adding or removing a period never
    moves it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="closed_periods")
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    words = models.CharField(_("Why"), max_length=200, blank=True)

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="closed_period_ends_after_start"),
            models.CheckConstraint(
                condition=Q(ends_on__lte=F("starts_on") + LONGEST_PERIOD), name="closed_period_at_most_a_summer"
            ),
            models.UniqueConstraint(fields=["incubator", "starts_on", "ends_on"], name="closed_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incubator}: {self.starts_on}–{self.ends_on}"

    @property
    def is_near(self) -> bool:
        """Whether it is now, or soon enough to be told."""
        return self.starts_on <= timezone.localdate() + TOLD_BEFORE

    @property
    def is_one_day(self) -> bool:
        return self.starts_on == self.ends_on

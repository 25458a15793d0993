"""How the latest runs of each scheduled task went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaskRunQuerySet(models.QuerySet):
    def failing(self):
        """Tasks whose latest runs have failed, at least FAILING_AFTER in a row."""
        return self.filter(failures_in_a_row__gte=TaskRun.FAILING_AFTER)


class TaskRun(models.Model):
    """One row per scheduled task: its latest success, its latest failure, and the failures since that success.

    The row holds no personal data: of an error it keeps the class name only.
    """

    # One failure repairs itself: each run looks for all that is due. Two mean that a person has to look.
    FAILING_AFTER = 2

    task = models.CharField(max_length=100, unique=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    error_class = models.CharField(max_length=200, blank=True, help_text="Class names of the latest failure's errors.")

    objects = TaskRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of a scheduled task")
        verbose_name_plural = _("runs of scheduled tasks")
        ordering = ["task"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failures_in_a_row=0) | (Q(failed_at__isnull=False) & ~Q(error_class="")),
                name="task_run_failure_has_time_and_class",
            ),
        ]

    def __str__(self) -> str:
        return self.task

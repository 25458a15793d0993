"""Who was given a public incubator's case, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea


class CaseExport(models.Model):
    """One time that a case was handed out. Append only: what has left the house is not taken back."""

    class Form(models.TextChoices):
        PDF = "pdf", _("To read and print (PDF)")
        JSON = "json", _("For machines (JSON)")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="exports")
    form = models.CharField(_("Form"), max_length=10, choices=Form)
    asked_by = models.CharField(_("Who asked for it?"), max_length=200)
    has_author = models.BooleanField(_("Name the author"), default=False)
    passages_left_out = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="case_exports"
    )

    class Meta:
        verbose_name = _("case handed out")
        verbose_name_plural = _("cases handed out")
        ordering = ["-made_at", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(asked_by=""), name="case_export_says_who_asked")]

    def __str__(self) -> str:
        return f"{self.idea} → {self.asked_by}"

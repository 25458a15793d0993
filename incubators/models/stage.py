"""From pilot to established: what is to be in place at each stage, and each step of the way, dated."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models.places import Incubator
from unlimited.content.languages import in_our_language
from unlimited.history import tracked


class ChecklistItem(models.Model):
    """Something that should be in place at a stage. National staff edit the list; names are kept in each language."""

    slug = models.SlugField(unique=True)
    stage = models.CharField(_("Stage"), max_length=20, choices=Incubator.Stage)
    name_nb = models.CharField(_("Name in Bokmål"), max_length=200)
    name_nn = models.CharField(_("Name in Nynorsk"), max_length=200)
    name_en = models.CharField(_("Name in English"), max_length=200)
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("item of a stage's checklist")
        verbose_name_plural = _("items of the stages' checklists")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_our_language(nb=self.name_nb, nn=self.name_nn, en=self.name_en)


@tracked("incubator item ticked_at ticked_by")
class ChecklistTick(models.Model):
    """An item is in place at an incubator. Taken away again where it no longer is."""

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="ticks")
    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="ticks")
    ticked_at = models.DateTimeField(default=timezone.now)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="checklist_ticks"
    )

    class Meta:
        verbose_name = _("tick in a checklist")
        verbose_name_plural = _("ticks in checklists")
        constraints = [models.UniqueConstraint(fields=["incubator", "item"], name="tick_once_per_incubator")]

    def __str__(self) -> str:
        return f"{self.incubator}: {self.item}"


class StageChange(models.Model):
    """An incubator came to another stage, onwards or back: the log. Append only."""

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="stage_changes")
    from_stage = models.CharField(max_length=20, choices=Incubator.Stage)
    to_stage = models.CharField(max_length=20, choices=Incubator.Stage)
    decided_on = models.DateField(_("Decided on"), default=timezone.localdate)
    note = models.TextField(_("Note"), max_length=4000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="stage_changes"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of stage")
        verbose_name_plural = _("changes of stage")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_stage=F("to_stage")), name="stage_change_changes"),
            models.CheckConstraint(condition=~Q(note=""), name="stage_change_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.incubator}: {self.get_to_stage_display()}"

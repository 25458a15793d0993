"""The five hallmarks of a social entrepreneur as a sheet to talk about: each side fills it in apart."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.sides import Side
from ideas.models.submission import Idea
from unlimited.history import tracked


class TalkSheetQuerySet(models.QuerySet):
    def open(self):
        """One side at least has not answered."""
        return self.filter(closed_at=None)

    def waiting_on(self, side: Side, ideas):
        """Of `ideas`: the other side has answered, and this one has not."""
        has, has_not = ("supporter_at", "author_at") if side == Side.AUTHOR else ("author_at", "supporter_at")
        rows = self.open().filter(idea__in=ideas, **{f"{has}__isnull": False, has_not: None})
        return rows.select_related("idea").order_by(has, "pk")

    def closed(self):
        """Both have answered: both may read both."""
        return self.exclude(closed_at=None)


@tracked("idea opened_at author_at supporter_at closed_at")
class TalkSheet(models.Model):
    """One round of the five hallmarks, to be talked about. Nothing is counted, and nothing depends on it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="talk_sheets", db_index=False)
    opened_at = models.DateTimeField(default=timezone.now)
    author_at = models.DateTimeField(null=True, blank=True, help_text="When the author's side answered last.")
    supporter_at = models.DateTimeField(null=True, blank=True, help_text="When the supporter answered last.")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When both had answered.")

    objects = TalkSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk sheet")
        verbose_name_plural = _("talk sheets")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea"], condition=Q(closed_at=None), name="talk_sheet_one_open_per_idea"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(author_at__isnull=False, supporter_at__isnull=False),
                name="talk_sheet_closed_by_both",
            ),
        ]
        indexes = [models.Index(fields=["idea", "-opened_at"], name="talk_sheet_by_idea")]

    def __str__(self) -> str:
        return f"{self.idea} · {self.opened_at:%Y-%m-%d}"

    def answered_at(self, side: Side):
        """When this side answered last; None where it has not."""
        return self.author_at if side == Side.AUTHOR else self.supporter_at


class HallmarkAnswerQuerySet(models.QuerySet):
    def readable_by(self, side: Side):
        """What one side of the two may read: its own answers, and the other's once both have answered."""
        return self.filter(Q(side=side) | Q(sheet__closed_at__isnull=False))


class HallmarkAnswer(models.Model):
    """What one side says of one hallmark. Source of the five: Nordic Council of Ministers, 2015."""

    class Hallmark(models.TextChoices):
        PURPOSE = "purpose", _("It has a social purpose, and covers a need that nobody else does")
        NEW = "new", _("It brings new ideas and solutions")
        INVOLVES = "involves", _("Those it is for, those who work with it and others take part")
        LASTS = "lasts", _("It is driven by what it does for people, and by a way to pay for it that lasts")
        COOPERATES = "cooperates", _("It works together with others, across fields")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NOT_YET = "not_yet", _("Not yet")
        HELP = "help", _("We need help")

    sheet = models.ForeignKey(TalkSheet, models.CASCADE, related_name="answers")
    side = models.CharField(max_length=10, choices=Side)
    hallmark = models.CharField(max_length=20, choices=Hallmark)
    answer = models.CharField(max_length=10, choices=Answer)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="hallmark_answers"
    )

    objects = HallmarkAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer about a hallmark")
        verbose_name_plural = _("answers about hallmarks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "side", "hallmark"], name="hallmark_answered_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=["author", "supporter"]), name="hallmark_answer_has_side"),
        ]

    def __str__(self) -> str:
        return f"{self.get_hallmark_display()}: {self.get_answer_display()}"

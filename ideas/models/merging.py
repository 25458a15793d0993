"""Two cases that are one idea: staff propose that the first goes into the second, and the authors of both say yes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from unlimited.history import tracked


class MergeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=Merge.Status.PROPOSED)

    def about(self, *ideas: Idea):
        """Those in which one of `ideas` has a part, whichever."""
        return self.filter(Q(source__in=ideas) | Q(target__in=ideas))

    def with_ideas(self):
        # Each side for itself: of one join of them all, PostgreSQL would choose the order by statistics.
        ideas = Idea.objects.select_related("incubator", "author")
        sides = (models.Prefetch(side, ideas) for side in Merge.Side.values)
        return self.select_related("proposed_by").prefetch_related(*sides)


@tracked("source target proposed_by status source_agreed_at target_agreed_at ended_at")
class Merge(models.Model):
    """One proposal that `source` goes into `target`, and its outcome."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("The authors are asked")
        DONE = "done", _("Merged")
        REFUSED = "refused", _("An author said no")
        WITHDRAWN = "withdrawn", _("Taken back")
        LAPSED = "lapsed", _("One of the ideas was closed, moved or handed over before both had answered")

    class Side(models.TextChoices):
        SOURCE = "source", _("The idea that goes into the other")
        TARGET = "target", _("The idea that goes on")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Idea, models.CASCADE, related_name="merges_away", db_index=False)
    target = models.ForeignKey(Idea, models.CASCADE, related_name="merges_here", db_index=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="merges_proposed"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(_("Reason"), max_length=4000, help_text="Both authors read this.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    source_agreed_at = models.DateTimeField(null=True, blank=True)
    target_agreed_at = models.DateTimeField(null=True, blank=True)
    source_words = models.CharField(
        max_length=400, blank=True, help_text="What the author said with the answer, or how they said yes to staff."
    )
    target_words = models.CharField(max_length=400, blank=True, help_text="The same of the other author.")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_is_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_reason"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(status="proposed"), name="merge_one_open_per_source"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", ended_at=None) | (~Q(status="proposed") & Q(ended_at__isnull=False)),
                name="merge_ended_at_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(source_agreed_at__isnull=False, target_agreed_at__isnull=False),
                name="merge_done_by_two_yes",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(source_agreed_at=None) | Q(target_agreed_at=None),
                name="merge_open_lacks_a_yes",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "-proposed_at"], name="merge_by_source"),
            models.Index(fields=["target", "-proposed_at"], name="merge_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_done(self) -> bool:
        return self.status == self.Status.DONE

    def idea_of(self, side: str) -> Idea:
        return self.source if side == self.Side.SOURCE else self.target

    def side_of(self, idea: Idea) -> str:
        return self.Side.SOURCE if idea.pk == self.source_id else self.Side.TARGET

    def agreed_at(self, side: str):
        return self.source_agreed_at if side == self.Side.SOURCE else self.target_agreed_at

    def sides_of(self, user) -> list[str]:
        """The sides on which `user` is the author: none, one, or both."""
        return [side for side in self.Side.values if user.pk and self.idea_of(side).author_id == user.pk]

    @property
    def sides_without_author(self) -> list[str]:
        """Those where nobody can answer here, so that staff write down what was said to them."""
        return [side for side in self.Side.values if self.idea_of(side).author_id is None]

    @property
    def unanswered_without_author(self) -> list[tuple[str, Idea]]:
        """Those of them whose yes is not written down yet, with their ideas."""
        return [(side, self.idea_of(side)) for side in self.sides_without_author if not self.agreed_at(side)]

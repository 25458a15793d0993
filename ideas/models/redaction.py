"""Passages taken out of what everyone reads, because they tell of somebody who has not said yes to it."""

import re
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from unlimited.history import tracked

# The replacement in the text. The same in all languages, and read aloud as something left out.
MARK = "[…]"
# The author's words that are shown to others; choices and the language hold no name.
FIELDS = ("title", "need", "proposal", "audience", "joiners", "help_details", "neighbourhood", "picture_alt")


class RedactionQuerySet(models.QuerySet):
    """Redactions by whether they hold."""

    def active(self):
        return self.filter(lifted_at=None)


@tracked("idea redacted_at redacted_by lifted_at lifted_by")
class Redaction(models.Model):
    """One passage that a moderator took out of an idea's text, at every occurrence.

    The idea's own fields carry MARK instead, so that no page, search, feed or card can forget to leave it out; the
    version that was sent in keeps the author's words.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="redactions", db_index=False)
    passage = models.CharField(_("Passage"), max_length=500)
    reason = models.TextField(_("Reason"), max_length=2000)
    redacted_at = models.DateTimeField(default=timezone.now)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="redactions"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="lifted_redactions"
    )

    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage taken out")
        verbose_name_plural = _("passages taken out")
        ordering = ["redacted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "passage"], condition=Q(lifted_at=None), name="redaction_once_per_passage"
            ),
            models.CheckConstraint(condition=~Q(passage=""), name="redaction_has_passage"),
            models.CheckConstraint(condition=~Q(reason=""), name="redaction_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(lifted_at__isnull=False), name="redaction_lifted_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.passage


def take_out(text: str, passages: Iterable[str]) -> str:
    """Return `text` with MARK for each of `passages`: whole words only, however the lines between them break.

    The longest goes first: who takes out both *Kari* and *Kari Nilsen* leaves no *Nilsen* behind.
    """
    for passage in sorted(passages, key=len, reverse=True):
        text = _pattern(passage).sub(MARK, text)
    return text


def stands_in(passage: str, texts: Iterable[str]) -> bool:
    """Whether `passage` is in one of `texts` as whole words."""
    pattern = _pattern(passage)
    return any(pattern.search(text) for text in texts)


def _pattern(passage: str) -> re.Pattern:
    words = r"\s+".join(re.escape(word) for word in passage.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)

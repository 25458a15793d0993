"""Concern for somebody: what staff have seen, and who was told. Apart from the case, and from everything about it."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from incubators.models import Incubator
from incubators.rules import incubators_answered_for, memberships_of


class ConcernQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that `user` wrote and still works beside, and those at incubators that `user` answers for.

        That is where they lead, and what closed and left its work to those. No other way in.
        Does not ask for `is_staff` or `is_superuser`: national staff see no concern.
        """
        mine = Q(written_by=user, incubator__in=list(memberships_of(user)))
        return self.filter(mine | Q(incubator__in=incubators_answered_for(user)))

    def open(self):
        return self.filter(closed_at=None)


class Concern(models.Model):
    """Staff are worried about somebody, in an idea or around it.

    It is no part of the case: no history, note, export or search knows of it. It outlives the idea, for whoever puts
    somebody in danger may also have the author's telephone; how long is said in `ideas.privacy`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.PROTECT, related_name="concerns")
    idea = models.ForeignKey(Idea, models.SET_NULL, null=True, blank=True, related_name="concerns")
    what = models.TextField(_("What worries you?"), max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="concerns_written"
    )
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="concerns_closed"
    )

    objects = ConcernQuerySet.as_manager()

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="concern_has_words"),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False), name="concern_closed_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        """Says nothing: it may be read where the concern may not."""
        return str(_("concern"))


class ConcernEntry(models.Model):
    """Something done about a concern: somebody was told, it was handed to an authority, it was closed. Append only."""

    class Kind(models.TextChoices):
        TOLD = "told", _("Told")
        EXPORTED = "exported", _("Handed over in writing")
        CLOSED = "closed", _("Closed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    concern = models.ForeignKey(Concern, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    whom = models.CharField(_("Whom?"), max_length=200, blank=True)
    note = models.TextField(_("What was said or done"), max_length=2000, blank=True)
    at = models.DateTimeField(_("When?"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="concern_entries"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("entry about a concern")
        verbose_name_plural = _("entries about concerns")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="closed") | ~Q(whom=""), name="concern_entry_says_whom"),
            models.CheckConstraint(condition=~Q(kind="closed") | ~Q(note=""), name="concern_entry_closing_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


def concerns_kept_long_enough(now: dt.datetime, *, closed_for: dt.timedelta, at_most: dt.timedelta):
    """Return the concerns closed for so long, and those that are open but too old."""
    return Concern.objects.filter(Q(closed_at__lt=now - closed_for) | Q(created_at__lt=now - at_most))

"""What staff wrote down for somebody without e-mail: spoken consent, how to reach them, and the slip that opens it."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.codes import SLIP
from ideas.models.moderation import Transition
from ideas.models.submission import Idea
from unlimited.history import tracked


class DeskEntryQuerySet(models.QuerySet):
    def unclaimed(self):
        """Those whose person has no account here, or has not made the case theirs."""
        return self.filter(claimed_at=None)

    def opened_by_slip(self, now: dt.datetime | None = None):
        """Those whose slip opens the case: while that is open, and for 90 days after its end or a later new slip."""
        ends = Transition.objects.filter(idea=OuterRef("idea")).exclude(to_status__in=Idea.OPEN_STATUSES)
        ends = ends.exclude(from_status=F("to_status")).order_by("-at").values("at")[:1]
        last = Greatest(Coalesce(Subquery(ends), "idea__updated_at"), "code_made_at")
        in_time = Q(idea__status__in=Idea.OPEN_STATUSES) | Q(last__gt=(now or timezone.now()) - SLIP.lasts)
        return self.unclaimed().alias(last=last).filter(in_time)

    def to_tell(self):
        """There is news that no mail can carry to the person, and staff have not told them."""
        return self.unclaimed().filter(to_tell_since__isnull=False)


@tracked("idea channel written_by code_made_at to_tell_since claimed_at claimed_by")
class DeskEntry(models.Model):
    """One idea told at the desk or on the telephone. The idea has no author until the person claims it."""

    class Channel(models.TextChoices):
        DESK = "desk", _("At the desk")
        TELEPHONE = "telephone", _("On the telephone")

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="desk_entry")
    channel = models.CharField(_("Where were you told?"), max_length=10, choices=Channel)
    person_name = models.CharField(_("What may we call them?"), max_length=80, blank=True)
    contact = models.CharField(_("How do we reach them?"), max_length=200, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="desk_entries"
    )
    consented_at = models.DateTimeField(default=timezone.now)
    consent_text = models.CharField(max_length=20, help_text="Which words were read aloud and said yes to.")
    code_hash = models.CharField(max_length=64, blank=True, help_text="Of the code on the slip that is good now.")
    code_made_at = models.DateTimeField(null=True, blank=True)
    opened_at = ArrayField(
        models.DateTimeField(), default=list, blank=True, help_text="When the slip was opened: the latest times."
    )
    to_tell_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when the person has something to hear that no mail tells them."
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="claimed_entries"
    )

    MOST_OPENINGS = 50

    objects = DeskEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry at the desk")
        verbose_name_plural = _("entries at the desk")
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], condition=~Q(code_hash=""), name="desk_entry_code_unique"),
            models.CheckConstraint(
                condition=Q(claimed_at=None) | Q(code_hash="", person_name="", contact="", to_tell_since=None),
                name="desk_entry_claimed_is_only_theirs",
            ),
            models.CheckConstraint(condition=~Q(consent_text=""), name="desk_entry_has_consent"),
        ]
        indexes = [
            models.Index(fields=["to_tell_since"], name="desk_entry_to_tell", condition=Q(to_tell_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.person_name or str(_("Somebody without e-mail"))

    @property
    def is_claimed(self) -> bool:
        return self.claimed_at is not None

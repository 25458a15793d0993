"""Who of the staff has opened a case, by day: append-only, read by the case's author and its leaders."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from incubators.models import Membership
from incubators.rules import memberships_of

MOST = 50
# The highest counts where somebody has several.
_BY_RANK = (Membership.Role.LEADER, Membership.Role.MODERATOR, Membership.Role.SUPPORTER)


class CaseOpeningQuerySet(models.QuerySet):
    def note(self, user, idea: Idea) -> None:
        """Write down that `user` opens the case today: one INSERT, which does nothing the second time that day."""
        held = memberships_of(user).get(idea.incubator_id, frozenset())
        role = next((role for role in _BY_RANK if role in held), None)
        if role and idea.author_id != user.pk:
            self.bulk_create(
                [CaseOpening(idea=idea, reader=user, role=role, day=timezone.localdate())], ignore_conflicts=True
            )

    def latest(self):
        """Newest first, with the readers' names."""
        return self.select_related("reader").order_by("-day", "-pk")


class CaseOpening(models.Model):
    """One reader opened one case on one day, in the role they had there then."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="openings", db_index=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases_opened"
    )
    role = models.CharField(max_length=20, choices=Membership.Role)
    day = models.DateField()

    objects = CaseOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of a case")
        verbose_name_plural = _("openings of cases")
        constraints = [models.UniqueConstraint(fields=["idea", "reader", "day"], name="case_opening_once_a_day")]
        indexes = [models.Index(fields=["day"], name="case_opening_age")]

    def __str__(self) -> str:
        return f"{self.reader or _('Someone who has left')} · {self.day}"


def openings_of(idea: Idea) -> list[CaseOpening]:
    """Return the latest openings of a case, as its author and its leaders read them."""
    return list(idea.openings.latest()[:MOST])

"""People who are asked to work at an incubator."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models.places import Incubator, Membership
from unlimited.history import tracked
from unlimited.links import register_link, row_token

INVITATION_LINK = register_link(
    "incubators.invitation",
    lasts=dt.timedelta(days=90),
    revoked_by="taking the invitation back; another address of its owner. It can be accepted for 14 days",
)


class ShownPersonQuerySet(models.QuerySet):
    def consents_to(self, consent):
        """The one row that a consent is about."""
        return self.filter(user=consent.user_id, incubator=consent.subject.removeprefix("incubator:"))


@tracked("user incubator")
class ShownPerson(models.Model):
    """Somebody who works at an incubator and wants to be seen on its page. Only there while their consent is.

    Name and role are read where they stand, so that neither is shown after it has changed or ended.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shown_at")
    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="shown_people")
    words = models.CharField(_("A few words about you"), max_length=300, blank=True)

    objects = ShownPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person shown at an incubator")
        verbose_name_plural = _("people shown at incubators")
        constraints = [models.UniqueConstraint(fields=["user", "incubator"], name="person_shown_once_per_incubator")]

    def __str__(self) -> str:
        return f"{self.user} · {self.incubator}"


@tracked("incubator role status invited_by expires_at closed_at")
class Invitation(models.Model):
    """An invitation to work at an incubator, by mail. `expired` is a fact about time, so it is not stored."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-mail"))
    role = models.CharField(_("Role"), max_length=20, choices=Membership.Role)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="sent_invitations"
    )
    is_first_leader = models.BooleanField(
        default=False, help_text="From national staff, to an incubator without a leader: lapses once there is one."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    # How long the link of an invitation is open.
    LASTS = dt.timedelta(days=14)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "incubator",
                "role",
                condition=Q(status="pending"),
                name="invitation_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", closed_at=None) | (~Q(status="pending") & Q(closed_at__isnull=False)),
                name="invitation_closed_at_with_status",
            ),
            models.CheckConstraint(
                condition=Q(is_first_leader=False) | Q(role="leader"), name="invitation_first_leader_is_leader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.incubator}"

    @property
    def is_pending(self) -> bool:
        """Neither answered nor withdrawn; perhaps expired."""
        return self.status == self.Status.PENDING

    @property
    def is_expired(self) -> bool:
        return self.is_pending and self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.is_pending and not self.is_expired

    @property
    def token(self) -> str:
        """What the link in the mail carries: shows that its holder got that mail, and is good for nothing else."""
        return row_token(INVITATION_LINK, self.uuid, self.email.lower())

    @property
    def is_link_over(self) -> bool:
        """Whether the link shows nothing any more. Until then it says what became of the invitation."""
        return self.expires_at + INVITATION_LINK.lasts - self.LASTS <= timezone.now()

    def is_for(self, user) -> bool:
        return user.is_authenticated and user.email.lower() == self.email.lower()

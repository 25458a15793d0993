"""Those who write an idea together with its author: invited by mail, with a role, until they leave or are removed."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from unlimited.history import tracked
from unlimited.links import register_link, row_token

COAUTHOR_LINK = register_link(
    "ideas.coauthor",
    lasts=dt.timedelta(days=90),
    revoked_by="taking the invitation back; another address of its owner. It can be accepted for 14 days",
)


class CoAuthorQuerySet(models.QuerySet):
    def joined(self):
        return self.filter(status=CoAuthor.Status.JOINED)

    def current(self):
        """Those who are in, and those who are asked."""
        return self.filter(status__in=CoAuthor.CURRENT)

    def editors(self):
        return self.joined().filter(role=CoAuthor.Role.EDIT)

    def told_of_news(self):
        """Those who write along and have not turned the mails off."""
        return self.editors().filter(wants_mail=True, user__is_active=True)


@tracked("idea role status user wants_mail expires_at joined_at ended_at")
class CoAuthor(models.Model):
    """One person beside the author. Ended, not deleted, so that an old link can say what happened."""

    class Role(models.TextChoices):
        EDIT = "edit", _("May write in it")
        READ = "read", _("May read it")

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        JOINED = "joined", _("Writes along")
        DECLINED = "declined", _("Said no")
        LEFT = "left", _("Has left")
        REMOVED = "removed", _("Taken off")

    CURRENT = (Status.INVITED, Status.JOINED)
    # How long the link of an invitation is open, and how many there can be beside the author.
    LASTS = dt.timedelta(days=14)
    MOST = 10

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="coauthors", db_index=False)
    email = models.EmailField(_("E-mail"))
    role = models.CharField(_("What may they do?"), max_length=10, choices=Role, default=Role.EDIT)
    status = models.CharField(max_length=10, choices=Status, default=Status.INVITED)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="coauthorships"
    )
    wants_mail = models.BooleanField(default=True, help_text="Gets a mail when something happens with the idea.")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CoAuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), "idea", condition=Q(status__in=["invited", "joined"]), name="coauthor_once_per_idea"
            ),
            models.CheckConstraint(
                condition=~Q(status="joined") | (Q(user__isnull=False) & Q(joined_at__isnull=False)),
                name="coauthor_joined_is_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["invited", "joined"], ended_at=None)
                | (~Q(status__in=["invited", "joined"]) & Q(ended_at__isnull=False)),
                name="coauthor_ended_at_with_status",
            ),
        ]
        indexes = [models.Index(fields=["idea", "status"], name="coauthor_by_idea")]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.email

    @property
    def is_open(self) -> bool:
        """An invitation that can be answered."""
        return self.status == self.Status.INVITED and self.expires_at > timezone.now()

    @property
    def token(self) -> str:
        """What the link in the mail carries: shows that its holder got that mail, and is good for nothing else."""
        return row_token(COAUTHOR_LINK, self.uuid, self.email.lower())

    @property
    def is_link_over(self) -> bool:
        """Whether the link shows nothing any more. Until then it says what became of the invitation."""
        return self.expires_at + COAUTHOR_LINK.lasts - self.LASTS <= timezone.now()

    def is_for(self, user) -> bool:
        return user.is_authenticated and user.email.lower() == self.email.lower()

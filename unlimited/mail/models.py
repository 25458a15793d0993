"""The outbox: one row per mail and recipient, committed together with the change that it tells of."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unlimited.lookups import Found
from unlimited.mail import kinds
from unlimited.mail.answers import explain


class OutgoingMailQuerySet(models.QuerySet):
    """Mails as the senders and the staff look for them."""

    def newest_first(self):
        return self.order_by("-pk")

    def listed(self):
        """Mails that are not about a case. A kind that no app declares any more counts as one about a case."""
        return self.filter(kind__in=kinds.listed())

    def about_cases(self):
        return self.exclude(kind__in=kinds.listed())

    def troubled(self):
        """Mails that wait, or may not have arrived."""
        return self.filter(status__in=(*OutgoingMail.UNFINISHED, *OutgoingMail.REPEATABLE))

    def to(self, beginning: str):
        """Mails whose recipient begins with `beginning`, in small letters or large."""
        return self.alias(folded=Lower("recipient")).filter(folded__startswith=beginning.lower())

    def about(self, subjects):
        """Mails whose snapshot names one of `subjects` (`mail.subjects`)."""
        return self.filter(subjects__has_any_keys=list(subjects))

    def unfinished(self):
        return self.filter(status__in=OutgoingMail.UNFINISHED)

    def due(self, now):
        """Queued mails whose time has come, most urgent first.

        Of those with one `order_key`, only the earliest that has not left yet.
        """
        # Without naming the empty key here, PostgreSQL would not see that the index `mail_in_order` has all there is.
        ordered = OutgoingMail.objects.unfinished().exclude(order_key="")
        earlier = ordered.filter(order_key=OuterRef("order_key"), pk__lt=OuterRef("pk"))
        return (
            self.filter(status=OutgoingMail.Status.QUEUED, next_attempt_at__lte=now)
            .filter(Q(order_key="") | ~Found(earlier))
            .order_by("priority", "due_at", "pk")
        )

    def abandoned(self, now):
        """Mails whose sender has not come back within its lease: it was killed, or lost the database."""
        return self.filter(status=OutgoingMail.Status.SENDING, lease_until__lt=now)


class OutgoingMail(models.Model):
    """A mail to one recipient: what it is about, and its status. Its words are made when it is delivered."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not delivered")
        UNCERTAIN = "uncertain", _("Perhaps sent")
        CANCELLED = "cancelled", _("Cancelled")
        SUPPRESSED = "suppressed", _("Held back")

    UNFINISHED = (Status.QUEUED, Status.SENDING)
    REPEATABLE = (Status.FAILED, Status.UNCERTAIN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=60)
    key = models.CharField(max_length=400, help_text="What it tells of: a repeat with this key does nothing.")
    recipient = models.CharField(_("Recipient"), max_length=320)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    snapshot = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    subjects = models.JSONField(
        default=dict, blank=True, help_text="Whom and what the snapshot names, each with where; see mail/subjects.py."
    )
    is_secret = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField()
    order_key = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=200)
    status = models.CharField(_("Status"), max_length=12, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Set once the account has given up this address: the next owner of the address has no part in the mail.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="earlier_mails", db_index=False
    )

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            # Not `unique=True`: that would add an index for LIKE to each, which no query uses.
            models.UniqueConstraint(fields=["key"], name="mail_key_unique"),
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_unique"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(message_id=""), name="mail_key_and_message_id"),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at=None)),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "sending"], finished_at=None)
                | Q(status__in=["sent", "failed", "uncertain", "cancelled", "suppressed"], finished_at__isnull=False),
                name="mail_finished_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(status="sending", lease_until__isnull=False) & ~Q(claimed_by=""))
                | (~Q(status="sending") & Q(lease_until=None, claimed_by="")),
                name="mail_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["failed", "uncertain"]) | ~Q(last_error=""), name="mail_failure_has_error"
            ),
            models.CheckConstraint(
                condition=Q(is_secret=False) | Q(finished_at=None) | Q(snapshot={}), name="mail_secret_wiped"
            ),
            models.CheckConstraint(condition=Q(subjects={}) | ~Q(snapshot={}), name="mail_subjects_of_snapshot"),
            models.CheckConstraint(
                condition=Q(is_secret=False) | Q(expires_at__isnull=False), name="mail_secret_expires"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("due_at")), name="mail_expires_after_due"
            ),
        ]
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], condition=Q(status="queued"), name="mail_to_send"),
            models.Index(fields=["lease_until"], condition=Q(status="sending"), name="mail_in_hand"),
            models.Index(
                fields=["order_key", "id"],
                condition=Q(status__in=["queued", "sending"]) & ~Q(order_key=""),
                name="mail_in_order",
            ),
            models.Index(fields=["finished_at"], condition=~Q(snapshot={}), name="mail_to_wipe"),
            GinIndex(fields=["subjects"], name="mail_by_subject"),
            models.Index(fields=["status", "-id"], name="mail_by_status"),
            models.Index(fields=["kind", "-id"], name="mail_by_kind"),
            models.Index(fields=["owner"], condition=Q(owner__isnull=False), name="mail_by_owner"),
            models.Index(OpClass(Lower("recipient"), "text_pattern_ops"), name="mail_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def kind_label(self) -> str:
        return kinds.label_of(self.kind)

    @property
    def explanation(self) -> str:
        """What the server last said, in plain words."""
        return explain(self.last_error)

    @property
    def is_repeatable(self) -> bool:
        """Whether staff may send it again: never a code, never what has run out or been forgotten."""
        has_time = self.expires_at is None or self.expires_at > timezone.now()
        return self.status in self.REPEATABLE and not self.is_secret and has_time and self.snapshot != {}


class Suppression(models.Model):
    """An address that takes no mail: it bounced for good, or its owner said so. Codes somebody asks for still go."""

    address = models.EmailField(max_length=320)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("address that takes no mail")
        verbose_name_plural = _("addresses that take no mail")
        constraints = [models.UniqueConstraint(Lower("address"), name="suppression_address_unique")]

    def __str__(self) -> str:
        return self.address

"""People who want to start a neighbourhood incubator where there is none, and how Norge Unlimited follows them up."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.models.places import Incubator, Municipality
from unlimited.history import tracked

# So many working days after somebody has written, they have heard from us.
FIRST_CONTACT_DAYS = 5


class InitiativeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=Initiative.OPEN_STATUSES)

    def closed(self):
        return self.exclude(status__in=Initiative.OPEN_STATUSES)

    def overdue(self, on=None):
        """Those whom somebody should have talked with before the day `on`, today where none is named."""
        on = on or timezone.localdate()
        return self.open().filter(Q(next_contact_on__lt=on) | Q(status=Initiative.Status.NEW, answer_due_on__lt=on))

    def unanswered(self, on=None):
        """Those who have no answer by the day that the receipt named."""
        promised = self.filter(status=Initiative.Status.NEW).alias(
            promised=Coalesce("answer_due_on", "next_contact_on")
        )
        return promised.filter(promised__lt=on or timezone.localdate())


@tracked("municipality status owner next_contact_on incubator revision closed_at")
class Initiative(models.Model):
    """Somebody wants to start an incubator. No account is needed; an open one always has a day of next contact.

    The people behind it leave our database a year after it was closed (`incubators/privacy.py`).
    """

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        TALKING = "talking", _("We are talking")
        FOUNDED = "founded", _("Became an incubator")
        ENDED = "ended", _("Ended")

    OPEN_STATUSES = (Status.NEW, Status.CONTACTED, Status.TALKING)
    TRANSITIONS = {
        Status.NEW: {Status.CONTACTED, Status.TALKING, Status.FOUNDED, Status.ENDED},
        Status.CONTACTED: {Status.TALKING, Status.FOUNDED, Status.ENDED},
        Status.TALKING: {Status.CONTACTED, Status.FOUNDED, Status.ENDED},
        # They may come back.
        Status.ENDED: {Status.CONTACTED, Status.TALKING},
        Status.FOUNDED: set(),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(unique=True, editable=False, help_text="A double press is one initiative.")
    who = models.CharField(_("Who are you?"), max_length=200)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="initiatives", verbose_name=_("Municipality")
    )
    why = models.TextField(_("Why there?"), max_length=4000)
    email = models.EmailField(_("E-mail"))
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    status = models.CharField(_("Status"), max_length=20, choices=Status, default=Status.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="initiatives"
    )
    answer_due_on = models.DateField(
        null=True, blank=True, help_text="The day that the receipt named: they hear from us by then."
    )
    new_due_on = models.DateField(
        null=True, blank=True, help_text="What they were told when that day had passed, until they hear from us."
    )
    next_contact_on = models.DateField(_("Next contact"), null=True, blank=True)
    incubator = models.OneToOneField(
        Incubator, models.PROTECT, null=True, blank=True, related_name="initiative", verbose_name=_("Incubator")
    )
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["next_contact_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["new", "contacted", "talking"], next_contact_on__isnull=False, closed_at=None)
                | Q(status__in=["founded", "ended"], next_contact_on=None, closed_at__isnull=False),
                name="initiative_open_has_next_contact",
            ),
            models.CheckConstraint(
                condition=Q(status="founded", incubator__isnull=False) | (~Q(status="founded") & Q(incubator=None)),
                name="initiative_founded_has_incubator",
            ),
            models.CheckConstraint(condition=~Q(who="") & ~Q(why=""), name="initiative_says_who_and_why"),
        ]
        indexes = [
            models.Index(
                fields=["next_contact_on", "id"],
                name="initiative_next_contact",
                condition=Q(status__in=["new", "contacted", "talking"]),
            ),
            models.Index(fields=["closed_at", "id"], name="initiative_closed", condition=Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN_STATUSES

    @property
    def promised_on(self) -> dt.date | None:
        """The day by which they were last told to hear from us, while they have not."""
        return (self.new_due_on or self._first_promise) if self.status == self.Status.NEW else None

    @property
    def _first_promise(self) -> dt.date:
        """Rows of before have no day of their own: it was that of the next contact."""
        return self.answer_due_on or self.next_contact_on

    @property
    def is_unanswered(self) -> bool:
        """Same rule as InitiativeQuerySet.unanswered, for one row in hand."""
        return self.status == self.Status.NEW and self._first_promise < timezone.localdate()

    @property
    def is_overdue(self) -> bool:
        return self.is_open and (self.next_contact_on < timezone.localdate() or self.is_unanswered)

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.status]


class InitiativeEntry(models.Model):
    """One thing that was done about an initiative: the log. Append only; an end has a reason."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="entries")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="initiative_entries"
    )
    from_status = models.CharField(max_length=20, choices=Initiative.Status)
    to_status = models.CharField(max_length=20, choices=Initiative.Status)
    note = models.TextField(_("Note"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("entry about an initiative")
        verbose_name_plural = _("entries about initiatives")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(to_status="ended") | ~Q(note=""), name="initiative_end_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.get_to_status_display()}"

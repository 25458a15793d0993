"""Reports to the municipality: figures of one incubator or district in a period, frozen when they are sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.stories import Story
from incubators.models import Incubator, Municipality, MunicipalPartner
from incubators.rules import incubators_led_by
from unlimited.history import tracked
from unlimited.lookups import Found
from unlimited.users.rules import is_national_staff


class ReportQuerySet(models.QuerySet):
    def about(self, incubators):
        """Of these incubators, or of a district that one of them is in."""
        districts = Incubator.objects.filter(pk__in=incubators, district=models.OuterRef("district"))
        in_district = Found(districts.filter(municipality=models.OuterRef("municipality")))
        return self.filter(Q(incubator__in=incubators) | Q(in_district, incubator=None))

    def readable_by(self, user):
        """Those of incubators that `user` leads, or reads for the municipality. National staff read all: no persons."""
        if is_national_staff(user):
            return self
        partners = MunicipalPartner.objects.current().of(user)
        return self.about([*incubators_led_by(user), *partners.values_list("incubator", flat=True)])

    def of_same(self, report: "Report"):
        """All versions of `report`."""
        about = ("incubator", "municipality", "district", "starts_on", "ends_on")
        return self.filter(**{name: getattr(report, name) for name in about})


@tracked("incubator municipality starts_on ends_on version frozen_at frozen_by")
class Report(models.Model):
    """What was sent, and stays as it was: figures without persons, under five hidden. A mended one is a next version.

    Stories are rows of their own, since they leave when somebody in them takes back their yes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incubator = models.ForeignKey(Incubator, models.PROTECT, null=True, blank=True, related_name="reports")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="reports", help_text="Of the incubator, or of the district."
    )
    district = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    version = models.PositiveSmallIntegerField(default=1)
    figures = models.JSONField()
    words = models.TextField(max_length=4000, blank=True, help_text="The leader's own words, above the figures.")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="reports_frozen"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to the municipality")
        verbose_name_plural = _("reports to the municipality")
        ordering = ["-ends_on", "-frozen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "starts_on", "ends_on", "version"],
                condition=Q(incubator__isnull=False),
                name="report_one_of_each_version",
            ),
            models.UniqueConstraint(
                fields=["municipality", "district", "starts_on", "ends_on", "version"],
                condition=Q(incubator=None),
                name="report_of_district_one_of_each_version",
            ),
            models.CheckConstraint(
                condition=Q(incubator__isnull=False) | ~Q(district=""), name="report_is_of_incubator_or_district"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="report_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.starts_on}–{self.ends_on} ({self.version})"

    def get_absolute_url(self) -> str:
        return reverse("ideas:report", args=[self.uuid])

    def incubators(self) -> models.QuerySet[Incubator]:
        """Whose figures it has: one's, or those of all in the district, closed ones too."""
        if self.incubator_id:
            return Incubator.objects.filter(pk=self.incubator_id)
        return Incubator.objects.filter(municipality=self.municipality_id, district=self.district)

    @property
    def scope(self) -> str:
        """The name of what it is about. Read with `select_related("incubator", "municipality")` in lists."""
        return self.incubator.name if self.incubator else f"{self.district}, {self.municipality}"


class ReportStory(models.Model):
    """A story in a report, as it was worded then. Its words go when a yes does; that it stood there is kept."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="stories")
    story = models.ForeignKey(Story, models.SET_NULL, null=True, blank=True, related_name="in_reports")
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(max_length=6000, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    taken_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("story in a report")
        verbose_name_plural = _("stories in reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "story"], name="report_story_once"),
            models.CheckConstraint(
                condition=Q(taken_out_at=None) & ~Q(title="") | Q(taken_out_at__isnull=False, title="", body=""),
                name="report_story_taken_out_has_no_words",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("A story that was taken out"))

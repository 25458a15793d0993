"""What an idea changes for whom: indicators with a goal, and how much of it there was at each step and long after."""

import datetime as dt
import uuid
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Abs, RowNumber
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.coauthors import CoAuthor
from ideas.models.moderation import Transition
from ideas.models.sides import Side
from ideas.models.submission import Idea
from unlimited.history import tracked
from unlimited.lookups import Found, OneOf
from unlimited.users.models import User


class MonthsAfter(Func):
    """A moment so many calendar months after another; where that month is shorter, on its last day."""

    arity = 2
    arg_joiner = " + make_interval(months => "
    template = "(%(expressions)s))"
    output_field = models.DateTimeField()


class IndicatorQuerySet(models.QuerySet):
    def in_use(self):
        """Those that are measured on; what was measured by the others is kept."""
        return self.filter(retired_at=None)

    def asked_by(self, asked: "MeasurementRequest"):
        """What `asked` asks for: in use, and written before the moment that it asks about."""
        asked_about = MonthsAfter(Value(asked.since), Value(asked.months))
        return self.in_use().filter(idea=asked.idea_id, created_at__lt=asked_about)


@tracked("idea place baseline baseline_on goal written_by revision retired_at")
class Indicator(models.Model):
    """One thing that is counted, for whom, from where to where. An idea has one to five of them in use.

    `place` is what holds the five: two cannot have the same place, and there is no sixth.
    """

    MOST = 5

    class Movement(models.TextChoices):
        """How a number compares to the goal, from the baseline."""

        REACHED = "reached", _("The goal is reached")
        CLOSER = "closer", _("Closer to the goal")
        UNCHANGED = "unchanged", _("As before")
        FURTHER = "further", _("Further from the goal")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="indicators", db_index=False)
    place = models.PositiveSmallIntegerField()
    target_group = models.CharField(max_length=120)
    question = models.CharField(max_length=200, help_text="As it is asked in the mail, such as: How many come?")
    unit = models.CharField(max_length=40)
    baseline = models.DecimalField(max_digits=12, decimal_places=2)
    baseline_on = models.DateField(default=timezone.localdate)
    goal = models.DecimalField(max_digits=12, decimal_places=2)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="indicators_written"
    )
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="From then on it is not measured.")

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=5), name="indicator_place_1_to_5"),
            models.UniqueConstraint(
                fields=["idea", "place"], condition=Q(retired_at=None), name="indicator_one_in_each_place"
            ),
            models.CheckConstraint(
                condition=~Q(target_group="") & ~Q(question="") & ~Q(unit=""), name="indicator_says_what_for_whom"
            ),
        ]
        indexes = [models.Index(fields=["idea", "place"], name="indicator_by_idea")]

    def __str__(self) -> str:
        return self.question

    @property
    def last(self) -> "Measurement | None":
        """The newest number."""
        return self.measurements.order_by("-measured_on", "-pk").first()

    def movement(self, value: Decimal) -> str:
        """Return the Movement that `value` is; the rule of `MeasurementQuerySet.with_movement`, for one number."""
        if value >= self.goal if self.goal >= self.baseline else value <= self.goal:
            return self.Movement.REACHED
        if value == self.baseline:
            return self.Movement.UNCHANGED
        is_closer = abs(self.goal - value) < abs(self.goal - self.baseline)
        return self.Movement.CLOSER if is_closer else self.Movement.FURTHER


class MeasurementRequestQuerySet(models.QuerySet):
    def waiting(self, now: dt.datetime | None = None):
        """The newest question of each idea, while its link works and something that it asks for is not answered."""
        newer = MeasurementRequest.objects.filter(idea=OuterRef("idea"), asked_at__gt=OuterRef("asked_at"))
        answer = Measurement.objects.filter(request=OuterRef(OuterRef("pk")), indicator=OuterRef("pk"))
        asked_about = MonthsAfter(OuterRef("since"), OuterRef("months"))
        asks_for = Indicator.objects.in_use().filter(idea=OuterRef("idea"), created_at__lt=asked_about)
        lasting = self.filter(asked_at__gt=(now or timezone.now()) - MeasurementRequest.LASTS)
        return lasting.filter(~Found(newer), Found(asks_for.filter(~Found(answer))))


class MeasurementRequest(models.Model):
    """A question sent to the author by a link: how many is it now? Once for each step change, and at times after it.

    One mail for all indicators of an idea; its page asks one thing at a time. What is answered is a Measurement.
    """

    # So many months after the idea has changed its step, or is established, or has ended.
    MONTHS = (0, 6, 12, 24)
    # Where those begin to count.
    COUNTED_FROM = (
        Transition.Kind.ACCEPTED, Transition.Kind.STEP_CHANGED, Transition.Kind.ESTABLISHED, Transition.Kind.ENDED,
    )  # fmt: skip
    # How long after it was asked the link takes an answer.
    LASTS = dt.timedelta(days=90)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="measurement_requests", db_index=False)
    since = models.DateTimeField(help_text="When the idea changed its step.")
    months = models.PositiveSmallIntegerField(help_text="After that.")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = MeasurementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about an effect")
        verbose_name_plural = _("questions about effects")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "since", "months"], name="measurement_asked_once"),
            models.CheckConstraint(condition=Q(months__in=[0, 6, 12, 24]), name="measurement_asked_at_its_months"),
        ]

    def __str__(self) -> str:
        return f"{self.idea} · {self.months}"

    @property
    def expires_at(self) -> dt.datetime:
        return self.asked_at + self.LASTS

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def asks_again_after(self) -> int | None:
        """How many months after the same step it is asked next; None where this was the last time."""
        return next((months for months in self.MONTHS if months > self.months), None)

    def is_open_to(self, person: UUID) -> bool:
        """Whether who got its link may still answer: they write the idea, and it is or was taken in."""
        if self.idea.status not in Idea.PUBLIC_STATUSES:
            return False
        if self.idea.author is not None and self.idea.author.uuid == person:
            return True
        return CoAuthor.objects.editors().filter(idea=self.idea_id, user__uuid=person).exists()


def occasions_due(now: dt.datetime) -> QuerySet[Transition]:
    """The latest step change of each idea whose author is to be asked, each with its `months`.

    That is the newest of `MeasurementRequest.MONTHS` that has passed: a missed question is skipped.
    Indicators written afterwards are left out, and no moment is asked about twice.
    """
    changes = Transition.objects.filter(kind__in=MeasurementRequest.COUNTED_FROM)
    authors = User.objects.filter(pk=OuterRef("author"), is_active=True)
    written = Idea.objects.filter(Found(authors), status__in=Idea.PUBLIC_STATUSES)
    is_later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    later = changes.filter(is_later, idea=OuterRef("idea"))
    passed = [
        When(LessThanOrEqual(MonthsAfter(F("at"), Value(months)), Value(now)), then=Value(months))
        for months in sorted(MeasurementRequest.MONTHS, reverse=True)
    ]
    asked_about = MonthsAfter(OuterRef("at"), OuterRef("months"))
    asked = {"idea": OuterRef("idea"), "since": OuterRef("at"), "months": OuterRef("months")}
    return (
        changes.filter(OneOf("idea", written.values("pk")), at__lte=now)
        .annotate(months=Case(*passed, output_field=models.PositiveSmallIntegerField()))
        .filter(
            ~Found(later),
            Found(Indicator.objects.in_use().filter(idea=OuterRef("idea"), created_at__lt=asked_about)),
            ~Found(MeasurementRequest.objects.filter(**asked)),
        )
    )


class MeasurementQuerySet(models.QuerySet):
    def newest_within(self, first: dt.date, last: dt.date):
        """Of each indicator, the newest of these days."""
        inside = {"measured_on__range": (first, last)}
        newest = Measurement.objects.filter(indicator=OuterRef("indicator"), **inside).order_by("-measured_on", "-id")
        return self.filter(pk=Subquery(newest.values("pk")[:1]), **inside)

    def newest_of_each(self, most: int):
        """Of each indicator the newest so many, oldest first."""
        newest_first = [F("measured_on").desc(), F("pk").desc()]
        numbered = self.annotate(nth=Window(RowNumber(), partition_by="indicator", order_by=newest_first))
        return numbered.filter(nth__lte=most).order_by("measured_on", "pk")

    def with_movement(self):
        """Each with its `movement`: the rule of `Indicator.movement`, for many."""
        up, down = Q(indicator__goal__gte=F("indicator__baseline")), Q(indicator__goal__lt=F("indicator__baseline"))
        reached = up & Q(value__gte=F("indicator__goal")) | down & Q(value__lte=F("indicator__goal"))
        left = Abs(F("indicator__goal") - F("value"))
        way = Abs(F("indicator__goal") - F("indicator__baseline"))
        return self.alias(left=left, way=way).annotate(
            movement=Case(
                When(reached, then=Value(Indicator.Movement.REACHED)),
                When(value=F("indicator__baseline"), then=Value(Indicator.Movement.UNCHANGED)),
                When(left__lt=F("way"), then=Value(Indicator.Movement.CLOSER)),
                default=Value(Indicator.Movement.FURTHER),
                output_field=models.CharField(),
            )
        )


class Measurement(models.Model):
    """One number for an indicator, on a day. Never changed: a better number is a new row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="measurements", db_index=False)
    request = models.ForeignKey(
        MeasurementRequest, models.CASCADE, null=True, blank=True, related_name="measurements", db_index=False,
        help_text="The question that it answers; none where one of the two wrote it on the page.",
    )  # fmt: skip
    value = models.DecimalField(max_digits=12, decimal_places=2)
    words = models.CharField(max_length=300, blank=True)
    measured_on = models.DateField(default=timezone.localdate)
    step = models.CharField(max_length=10, choices=Idea.Step, help_text="Of the idea, when it was measured.")
    side = models.CharField(max_length=10, choices=Side)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="measurements_written"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["measured_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "indicator"], condition=Q(request__isnull=False), name="measurement_link_used_once"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "measured_on", "id"], name="measurement_by_indicator")]

    def __str__(self) -> str:
        return f"{self.value:f}"

"""Promises about an idea: those that were broken, and how many were kept."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.appeal import Appeal
from ideas.models.moderation import Transition
from ideas.models.submission import Idea
from incubators.models import ClosedPeriod
from incubators.working_days import working_days_between
from unlimited.lookups import OneOf


class Delay(models.Model):
    """One broken promise, and the new date that was told. One for each day promised, so one mail each.

    An author without e-mail gets no mail: their slip says it, and staff have them on the list of people to tell.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", _("The answer is late")
        SILENCE = "silence", _("Nobody has done anything for a while")
        CONTACT = "contact", _("The supporter has not been in touch for a while")
        APPEAL = "appeal", _("The answer to an appeal is late")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="delays", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    appeal = models.ForeignKey(
        Appeal, models.CASCADE, null=True, blank=True, related_name="delays", db_index=False, help_text="Of its answer."
    )
    promised_on = models.DateField()
    new_due_on = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")
        ordering = ["told_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "kind", "promised_on"], condition=Q(appeal=None), name="delay_told_once"
            ),
            models.UniqueConstraint(fields=["appeal", "promised_on"], name="delay_of_appeal_told_once"),
            models.CheckConstraint(
                condition=Q(kind="appeal", appeal__isnull=False) | (~Q(kind="appeal") & Q(appeal=None)),
                name="delay_names_its_appeal",
            ),
            models.CheckConstraint(condition=Q(new_due_on__gt=F("promised_on")), name="delay_new_date_is_later"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.promised_on} → {self.new_due_on}"


def with_closed_days(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Fetch along with each idea when its incubator is closed from now on: those days are no time left to answer in."""
    periods = ClosedPeriod.objects.filter(incubator=OuterRef("incubator"), ends_on__gte=timezone.localdate())
    return ideas.annotate(closed_days=ArraySubquery(periods.values_list(JSONObject(first="starts_on", last="ends_on"))))


def working_days_left(idea: Idea) -> int:
    """Return on how many days from tomorrow the answer can be given in time. The idea is of `with_closed_days`."""
    days = dt.date.fromisoformat
    closed = [(days(period["first"]), days(period["last"])) for period in idea.closed_days]
    return working_days_between(timezone.localdate(), idea.answer_due_on, closed)


@dataclass(frozen=True)
class Month:
    """What was promised for one month, and how many promises were kept."""

    first: dt.date
    kept: int = 0
    late: int = 0
    waiting: int = 0

    @property
    def promised(self) -> int:
        return self.kept + self.late + self.waiting

    @property
    def kept_percent(self) -> int:
        return 100 * self.kept // self.promised


def months_of_promises(incubators: list[int], *, today: dt.date | None = None, most: int = 12) -> list[Month]:
    """Return the latest months in which an answer was promised by the incubators with these ids, newest first.

    A promise belongs to the month it fell due in, whenever the answer came; one that still waits counts as broken. What
    was withdrawn before its day is no broken promise.
    """
    today = today or timezone.localdate()
    since = _months_before(today, most - 1)
    of_theirs = OneOf("idea", Idea.objects.filter(incubator__in=incubators).values("pk"))
    answers = Transition.objects.filter(of_theirs, due_on__gte=since, due_on__lte=today)
    counts = {row["month"]: row for row in _by_month(answers, "due_on", kept=Count("pk", filter=_ANSWERED_IN_TIME))}
    late = Idea.objects.filter(incubator__in=incubators).overdue(today).filter(answer_due_on__gte=since)
    waiting = {row["month"]: row["number"] for row in _by_month(late, "answer_due_on")}
    return [
        Month(first, kept=row["kept"], late=row["number"] - row["kept"], waiting=waiting.get(first, 0))
        for first in sorted(counts.keys() | waiting.keys(), reverse=True)
        for row in [counts.get(first, {"number": 0, "kept": 0})]
    ]


_ANSWERED_IN_TIME = Q(at__date__lte=F("due_on"))


def _by_month(rows: QuerySet, field: str, **more) -> QuerySet:
    rows = rows.order_by().annotate(month=TruncMonth(field)).values("month")
    return rows.annotate(number=Count("pk"), **more)


def _months_before(day: dt.date, number: int) -> dt.date:
    """Return the first day of the month so many months before that of `day`."""
    months = day.year * 12 + day.month - 1 - number
    return dt.date(months // 12, months % 12 + 1, 1)

"""What author and incubator agree on for a while at each step, and the money that the incubator has for it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.sides import Side
from ideas.models.submission import Idea
from incubators.models import Incubator
from unlimited.history import tracked

# Of one incubator, on the leader's page: one more than is shown.
MOST_TO_SETTLE = 26
NO_IDEA = {"title": "", "idea": None}


@tracked("incubator year kroner given")
class Budget(models.Model):
    """What an incubator can give to ideas in a calendar year, in whole kroner.

    `given` is the sum of what its agreements and grants hold. Triggers keep it so, whatever changes or deletes a row;
    actions read it under this row's lock.
    """

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="budgets", db_index=False)
    year = models.PositiveSmallIntegerField()
    kroner = models.PositiveIntegerField()
    given = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["incubator", "year"], name="budget_one_per_year"),
            models.CheckConstraint(condition=Q(given__lte=F("kroner")), name="budget_not_overdrawn"),
            models.CheckConstraint(condition=Q(year__gte=2020, year__lte=2100), name="budget_year"),
        ]

    def __str__(self) -> str:
        return f"{self.incubator} {self.year}"

    @property
    def left(self) -> int:
        return self.kroner - self.given


def with_money(incubators: models.QuerySet, year: int) -> models.QuerySet:
    """Fetch along with each incubator its budget of `year`: `kroner`, None where it has none, `given` and `spent`."""
    budgets = Budget.objects.filter(incubator=OuterRef("pk"), year=year)
    of_year = {"budget__incubator": OuterRef("pk"), "budget__year": year}
    spent = [
        rows.filter(**of_year).order_by().values("budget").annotate(total=Sum("spent")).values("total")
        for rows in (Agreement.objects.filter(status="ended"), Grant.objects.all())
    ]
    return incubators.annotate(
        kroner=Subquery(budgets.values("kroner")),
        given=Subquery(budgets.values("given")),
        left=F("kroner") - F("given"),
        spent=Coalesce(Subquery(spent[0]), 0) + Coalesce(Subquery(spent[1]), 0),
    )


class AgreementQuerySet(models.QuerySet):
    """Agreements by what is to happen with them."""

    def unsettled(self):
        """Overtaken before the talk: the money was given, and how much was spent is not known yet."""
        return self.filter(status=Agreement.Status.ENDED, spent=None, kroner__gt=0, budget__isnull=False)

    def open(self):
        """Proposed to the author, or agreed on and not ended."""
        return self.filter(status__in=Agreement.OPEN)

    def proposed(self):
        return self.filter(status=Agreement.Status.PROPOSED)

    def agreed(self):
        return self.filter(status=Agreement.Status.AGREED)

    def waiting_on(self, side: Side, ideas):
        """Of `ideas`: what the author is to answer, or the supporter to end once the day of the talk has come."""
        waiting = self.proposed() if side == Side.AUTHOR else self.agreed().filter(talk_on__lte=timezone.localdate())
        return waiting.filter(idea__in=ideas).select_related("idea").order_by("talk_on", "pk")

    def talk_overdue(self, today: dt.date):
        """The day of the talk that ends it has passed without notes on it."""
        return self.agreed().filter(talk_on__lt=today)

    def to_remind_of(self, today: dt.date):
        """The day of the talk has passed, and no reminder is sent yet."""
        return self.talk_overdue(today).filter(reminded_at=None)


@tracked(
    "idea step supporter status starts_on ends_on talk_on kroner spent budget proposed_by answered_at outcome "
    "ended_at ended_by"
)
class Agreement(models.Model):
    """A short agreement for one step: what to find out, from when to when, what the incubator gives, when to talk.

    Its money is held from the day it is proposed, so that what the author says yes to is there.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("The author is asked")
        AGREED = "agreed", _("Agreed on")
        DECLINED = "declined", _("Came to nothing")
        ENDED = "ended", _("Ended")

    class Outcome(models.TextChoices):
        """All are honourable: to know that something does not work is worth as much as that it does."""

        UP = "up", _("Up to the next step")
        STAY = "stay", _("More time at this step")
        BACK = "back", _("Back to the step before")
        PAUSE = "pause", _("A pause")
        LEARNT = "learnt", _("Learnt, and ended")
        ESTABLISHED = "established", _("It stands on its own feet")
        OVERTAKEN = "overtaken", _("The work with the idea ended before the talk")

    OPEN = (Status.PROPOSED, Status.AGREED)
    # What the two can come to; the last follows from something else.
    CHOSEN_OUTCOMES = tuple(Outcome)[:-1]
    # In their order.
    STEPS = tuple(Idea.Step)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="agreements", db_index=False)
    step = models.CharField(max_length=10, choices=Idea.Step)
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="agreements_as_supporter"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    find_out = models.TextField(max_length=2000)
    starts_on = models.DateField()
    ends_on = models.DateField()
    talk_on = models.DateField(help_text="The talk that ends it.")
    kroner = models.PositiveIntegerField(default=0)
    spent = models.PositiveIntegerField(null=True, blank=True, help_text="Of `kroner`, once it has ended.")
    budget = models.ForeignKey(Budget, models.PROTECT, null=True, blank=True, related_name="agreements")
    room = models.CharField(max_length=400, blank=True)
    guidance = models.CharField(max_length=400, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="agreements_proposed"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_words = models.CharField(
        max_length=400, blank=True, help_text="Why not; or how an author without an account said yes."
    )
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    learnt = models.TextField(max_length=2000, blank=True, help_text="What they found out; both sides read it.")
    onwards = models.TextField(max_length=2000, blank=True, help_text="What happens from there; both sides read it.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="agreements_ended"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea"], condition=Q(status__in=["proposed", "agreed"]), name="agreement_one_open_per_idea"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), talk_on__gte=F("starts_on")), name="agreement_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(find_out=""), name="agreement_says_what_to_find_out"),
            models.CheckConstraint(condition=Q(kroner=0) | Q(budget__isnull=False), name="agreement_money_has_budget"),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) & ~Q(outcome="")
                | ~Q(status="ended") & Q(ended_at=None, outcome="", spent=None),
                name="agreement_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", answered_at=None) | ~Q(status="proposed") & Q(answered_at__isnull=False),
                name="agreement_answered_at_with_status",
            ),
            models.CheckConstraint(condition=Q(spent=None) | Q(spent__lte=F("kroner")), name="agreement_spent_is_held"),
        ]
        indexes = [
            models.Index(fields=["idea", "-proposed_at"], name="agreement_by_idea"),
            models.Index(fields=["talk_on"], name="agreement_talks", condition=Q(status="agreed", reminded_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.get_status_display()}"

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_agreed(self) -> bool:
        return self.status == self.Status.AGREED

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def outcomes(self) -> list[str]:
        """Those that lead somewhere from the idea's step: only what was done can stand on its own feet."""
        at = self.STEPS.index(self.idea.step)
        not_here = {self.Outcome.BACK, self.Outcome.ESTABLISHED} if at == 0 else set()
        if at == len(self.STEPS) - 1:
            not_here.add(self.Outcome.UP)
        return [outcome for outcome in self.CHOSEN_OUTCOMES if outcome not in not_here]

    def step_after(self, outcome: str) -> str:
        """The idea's step once the talk came to `outcome`."""
        by = {self.Outcome.UP: 1, self.Outcome.BACK: -1}.get(outcome, 0)
        return self.STEPS[self.STEPS.index(self.idea.step) + by]


class GrantQuerySet(models.QuerySet):
    def unsettled(self):
        """How much was spent is not known yet."""
        return self.filter(spent=None)


@tracked("budget step kroner spent ended_at")
class Grant(models.Model):
    """Money given by an agreement that does not exist any more: it names no person and no idea.

    A trigger writes the row when an agreement with money is deleted, so that a budget stays the sum of its rows.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="grants")
    step = models.CharField(max_length=10, choices=Idea.Step, blank=True)
    kroner = models.PositiveIntegerField()
    spent = models.PositiveIntegerField(null=True, blank=True, help_text="Of `kroner`, once the leader has said it.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When the author agreed to it.")
    ended_at = models.DateTimeField(default=timezone.now)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("money given to an idea that is deleted")
        verbose_name_plural = _("money given to ideas that are deleted")
        ordering = ["-ended_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kroner__gt=0), name="grant_is_money"),
            models.CheckConstraint(condition=Q(spent=None) | Q(spent__lte=F("kroner")), name="grant_spent_is_held"),
        ]

    def __str__(self) -> str:
        return f"{self.budget}: {self.kroner} kr"


def with_money_to_settle(incubators: models.QuerySet) -> models.QuerySet:
    """Fetch along with each incubator the money of its budgets whose spending nobody has stated, oldest first."""
    facts = {"uuid": "uuid", "kroner": "kroner", "ended_at": "ended_at"}
    of_idea = facts | {"title": "idea__title", "idea": "idea__uuid"}
    rows = {"of_agreements": (Agreement, of_idea), "of_grants": (Grant, facts)}
    return incubators.annotate(
        **{
            name: ArraySubquery(
                model.objects.unsettled()
                .filter(budget__incubator=OuterRef("pk"))
                .order_by("ended_at")
                .values_list(JSONObject(**columns), flat=True)[:MOST_TO_SETTLE]
            )
            for name, (model, columns) in rows.items()
        }
    )


def money_to_settle(incubators: Iterable[Incubator]) -> list[dict]:
    """Return what `with_money_to_settle` has found, oldest first; `idea` is None where it does not exist any more."""
    rows = [
        NO_IDEA | row | {"incubator": one.name, "ended_at": dt.datetime.fromisoformat(row["ended_at"])}
        for one in incubators
        for row in [*one.of_agreements, *one.of_grants]
    ]
    return sorted(rows, key=lambda row: (row["ended_at"], row["uuid"]))

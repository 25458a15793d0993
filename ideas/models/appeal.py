"""An author's appeal against a decision about their idea: once for each decision, answered by somebody else."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.moderation import Transition
from ideas.models.submission import Idea
from incubators.models import Membership
from unlimited.history import tracked
from unlimited.lookups import Found, OneOf
from unlimited.users.models import User

Kind, Status = Transition.Kind, Idea.Status
# Each decision that can be appealed, and the status in which it stands. Hiding and taking words out stand beside it;
# the last words taken out stand for all that are out.
STANDS_WHILE = {
    Kind.DECLINED: Status.DECLINED,
    Kind.ENDED: Status.ENDED,
    Kind.PAUSED: Status.PAUSED,
    Kind.CHANGES_REQUESTED: Status.CHANGES_REQUESTED,
    Kind.HIDDEN: None,
    Kind.REDACTED: None,
}


def stands(decision: Transition, idea: Idea) -> bool:
    """Whether a decision of a kind that can be appealed still holds for `idea`, if it is the newest of its kind."""
    if decision.kind == Kind.HIDDEN:
        return idea.is_hidden
    if decision.kind == Kind.REDACTED:
        return bool(idea.active_redactions)
    return decision.kind in STANDS_WHILE and idea.status == STANDS_WHILE[decision.kind]


def decisions_that_stand(idea: Idea, log: Iterable[Transition]) -> list[Transition]:
    """Return of an idea's `log`, oldest first, the decisions that hold now and can be, or were, appealed."""
    newest = {change.kind: change for change in log if change.kind in STANDS_WHILE}
    return [change for change in newest.values() if stands(change, idea)]


class AppealQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=Appeal.Status.OPEN)

    def overdue(self, on: dt.date | None = None):
        return self.open().filter(due_on__lt=on or timezone.localdate())

    def awaited(self):
        """Open, and somebody waits who can be told: the author of the idea."""
        # One look-up after the other: a join of four tables is slow while statistics say that they are empty.
        idea = Transition.objects.filter(pk=OuterRef("decision")).values("idea")[:1]
        author = Idea.objects.filter(pk=OuterRef("its_idea")).values("author")[:1]
        rows = self.open().alias(its_idea=Subquery(idea)).alias(its_author=Subquery(author))
        return rows.filter(Found(User.objects.filter(pk=OuterRef("its_author"), is_active=True)))

    def readable_by(self, user):
        """Appeals at incubators where `user` moderates now: who answers them is said by `answerers`."""
        return self.filter(OneOf("decision__idea", Idea.objects.submitted_to(user).values("pk")))

    def with_case(self):
        ideas = models.Prefetch("decision__idea", Idea.objects.select_related("incubator", "author"))
        return self.select_related("author", "decision__by").prefetch_related(ideas)


@tracked("decision author due_on status answered_at answered_by")
class Appeal(models.Model):
    """What an author says against one decision, and what they are answered.

    `lapsed`: the decision is no longer in force for another reason, so there is nothing left to answer.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("The decision stands")
        LAPSED = "lapsed", _("Closed: the decision no longer stands")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField(Transition, models.CASCADE, related_name="appeal")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="appeals")
    reason = models.TextField(_("Why should it be decided otherwise?"), max_length=4000)
    created_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    new_due_on = models.DateField(null=True, blank=True, help_text="What was told when `due_on` had passed.")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="answered_appeals"
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_has_reason"),
            models.CheckConstraint(
                condition=Q(status="open", answered_at=None) | (~Q(status="open") & Q(answered_at__isnull=False)),
                name="appeal_answered_at_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["granted", "refused"]) | ~Q(answer=""), name="appeal_answer_has_words"
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="appeal_open", condition=Q(status="open"))]

    def __str__(self) -> str:
        return f"{self.decision}: {self.get_status_display()}"

    @property
    def idea(self) -> Idea:
        return self.decision.idea

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def answerers(self) -> list[User]:
        """Who may answer: the leaders, moderators where there is none, without who took the decision if others are."""
        return answerers_of([self])[self]


def answerers_of(appeals: Iterable[Appeal]) -> dict[Appeal, list[User]]:
    """Return who may answer each of `appeals`. One question for all; the appeals are of `with_case`."""
    roles = (Membership.Role.LEADER, Membership.Role.MODERATOR)
    places = {appeal.idea.incubator_id for appeal in appeals}
    rows = Membership.objects.current().filter(incubator__in=places, role__in=roles, user__is_active=True)
    rows = list(rows.select_related("user").order_by("user_id"))
    return {
        appeal: _answerers(appeal, [row for row in rows if row.incubator_id == appeal.idea.incubator_id])
        for appeal in appeals
    }


def _answerers(appeal: Appeal, here: list[Membership]) -> list[User]:
    leaders = {row.user for row in here if row.role == Membership.Role.LEADER} or {row.user for row in here}
    others = {user for user in leaders if user.pk != appeal.decision.by_id}
    return sorted(others or leaders, key=lambda user: user.pk)

"""Who works on a case beside the one who has it, and who gets news about it."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from incubators.models import Membership
from unlimited.history import tracked
from unlimited.lookups import Found
from unlimited.users.models import User

Role = Membership.Role


class TeamMemberQuerySet(models.QuerySet):
    def current(self):
        """Those who still moderate where the case is: a row of old opens nothing."""
        roles = Membership.objects.current().filter(role__in=[Role.MODERATOR, Role.LEADER])
        roles = roles.filter(incubator=OuterRef("idea__incubator"), user=OuterRef("user"))
        return self.filter(Found(roles), user__is_active=True)

    def people(self):
        """Uuid and name of each, in the order in which they came."""
        name = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=models.TextField())
        return self.order_by("added_at", "pk").values_list(JSONObject(uuid="user__uuid", name=name), flat=True)


@tracked("idea user added_by added_at")
class TeamMember(models.Model):
    """Somebody who was asked along on a case, until they leave it. The log says who asked whom, and when."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="team_members", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="team_memberships")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="people_asked_along"
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("person who works along on a case")
        verbose_name_plural = _("people who work along on cases")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="team_member_once_per_idea")]

    def __str__(self) -> str:
        return f"{self.user} · {self.idea}"


def with_team(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Fetch each idea's `team` along with it."""
    return ideas.annotate(team=ArraySubquery(TeamMember.objects.current().filter(idea=OuterRef("pk")).people()))


def with_absence(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Fetch along with each idea until when the one who has it is away, as `holder_away_until`."""
    away = Membership.objects.current().filter(absent_until__gte=timezone.localdate())
    away = away.filter(incubator=OuterRef("incubator"), user=OuterRef("taken_by")).order_by("-absent_until")
    return ideas.annotate(holder_away_until=Subquery(away.values("absent_until")[:1]))


def readers_of_news(idea: Idea) -> list[User]:
    """Who is told what the author says or does: who has the case and the team; where there is nobody, the leaders.

    Where nobody leads, all who moderate. Only those who work there now; who is away only where all are.
    """
    here = Membership.objects.current().filter(
        incubator=idea.incubator_id, role__in=[Role.MODERATOR, Role.LEADER], user__is_active=True
    )
    rows = list(here.select_related("user").order_by("user_id"))
    on_it = {idea.taken_by_id, *idea.team_members.values_list("user_id", flat=True)}
    away = {row.user_id for row in rows if row.away_until}
    present = [row for row in rows if row.user_id not in away]
    found = (
        [row for row in present if row.user_id in on_it]
        or [row for row in present if row.role == Role.LEADER]
        or present
        or [row for row in rows if row.user_id in on_it]
        or rows
    )
    return list(dict.fromkeys(row.user for row in found))

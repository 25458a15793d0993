"""Who supports an idea once it is taken in: one støttespiller at a time, and both sides have said yes."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from incubators.models import Membership
from unlimited.history import tracked
from unlimited.lookups import Found, OneOf
from unlimited.users.staff_access import acts_as_staff


def _works_there(incubator: OuterRef | None = None) -> Found:
    """Whether the supporter is one where the idea is: at `incubator`, if another outer row says which that is."""
    of_idea = Idea.objects.filter(pk=OuterRef(OuterRef("idea"))).values("incubator")[:1]
    places = Membership.objects.current().filter(role=Membership.Role.SUPPORTER, user__is_active=True)
    return Found(places.filter(incubator=incubator or Subquery(of_idea), user=OuterRef("supporter")))


class SupportRelationQuerySet(models.QuerySet):
    """Support relations by who waits, and for how long."""

    def under_way(self):
        """Asked about, offered, or at work: what has not ended."""
        return self.filter(status__in=SupportRelation.UNDER_WAY)

    def open_to_supporter(self):
        """Those whose supporter may open the case. A wish of their own opens it only once the author has said yes."""
        return self.under_way().exclude(status=SupportRelation.Status.OFFERED, asked_by=F("supporter"))

    def refused_to(self, supporter):
        """Where `supporter` was asked about or wanted the idea, and somebody else said no."""
        declined = self.filter(supporter=supporter, status=SupportRelation.Status.DECLINED, ended_by__isnull=False)
        return declined.exclude(ended_by=supporter)

    def active(self):
        return self.filter(status=SupportRelation.Status.ACTIVE)

    def offered_or_active(self):
        """What the author knows of: whom they are offered and whom they have."""
        return self.taking_room().select_related("supporter")

    def taking_room(self):
        """Those that a supporter has said yes to: they count against how many ideas the person can have."""
        return self.filter(status__in=SupportRelation.TAKING_ROOM)

    def of_supporter(self, user):
        """Where `user` is asked or supports, at incubators where they may act as a supporter now."""
        if not acts_as_staff(user):
            return self.none()
        places = Membership.objects.current().filter(user=user, role=Membership.Role.SUPPORTER).values("incubator")
        return self.filter(OneOf("idea__incubator", places), supporter=user)

    def of_those_who_work_there(self, incubator: OuterRef | None = None):
        """Those whose supporter is one now, where the idea is: a former supporter cannot open it."""
        return self.filter(_works_there(incubator))

    def of_those_who_left(self):
        """Those whose supporter is none any more, where the idea is."""
        return self.filter(~_works_there())

    def waiting(self):
        """Asked or offered, and not answered."""
        return self.filter(status__in=SupportRelation.WAITING)

    def unanswered(self, now: dt.datetime | None = None):
        """Who is asked, the supporter or then the author, has not answered for ANSWERED_WITHIN."""
        since = (now or timezone.now()) - SupportRelation.ANSWERED_WITHIN
        return self.waiting().annotate(waits_since=Coalesce("offered_at", "asked_at")).filter(waits_since__lt=since)

    def without_contact(self, now: dt.datetime | None = None):
        """At work and not on hold, and supporter and author have not been in touch for SUPPORT_SILENCE_DAYS."""
        since = (now or timezone.now()) - SupportRelation.silent_after()
        accepted = Idea.objects.filter(pk=OuterRef("idea"), status=Idea.Status.ACCEPTED)
        return self.active().filter(Found(accepted), contact_at__lt=since)


@tracked("idea supporter status asked_by offered_at started_at contact_at ended_at ended_by end_reason")
class SupportRelation(models.Model):
    """One person's support of one idea: asked for, offered to the author, at work, ended. Never deleted by staff.

    The supporter is asked first and the author second, so that the author is not offered a person who then says no.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("The supporter is asked")
        OFFERED = "offered", _("The author is asked")
        ACTIVE = "active", _("At work together")
        DECLINED = "declined", _("One of them said no")
        ENDED = "ended", _("Ended")

    class EndReason(models.TextChoices):
        FINISHED = "finished", _("What we wanted to do together is done")
        HANDED_OVER = "handed_over", _("Handed over to a colleague")
        NO_TIME = "no_time", _("There is no time for it any more")
        NO_FIT = "no_fit", _("Someone else is a better match")
        LEFT = "left", _("The supporter no longer works here")
        MOVED = "moved", _("The idea has moved to another incubator")
        CLOSED = "closed", _("The work with the idea is over")

    TRANSITIONS = {
        Status.ASKED: {Status.OFFERED, Status.DECLINED},
        Status.OFFERED: {Status.ACTIVE, Status.DECLINED},
        Status.ACTIVE: {Status.ENDED},
        Status.DECLINED: set(),
        Status.ENDED: set(),
    }
    WAITING = (Status.ASKED, Status.OFFERED)
    TAKING_ROOM = (Status.OFFERED, Status.ACTIVE)
    UNDER_WAY = (*WAITING, Status.ACTIVE)
    # Who has been asked for longer is reminded by a person: somebody else may have to be asked.
    ANSWERED_WITHIN = dt.timedelta(days=7)
    # The idea's own statuses in which somebody supports it.
    SUPPORTED = (Idea.Status.ACCEPTED, Idea.Status.PAUSED)
    # What a person can choose; the others follow from something else.
    REASONS_TO_CHOOSE = (EndReason.FINISHED, EndReason.NO_TIME, EndReason.NO_FIT)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="support_relations", db_index=False)
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="support_relations"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="supporters_asked"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(
        _("Where does it stand?"), max_length=4000, blank=True, help_text="To the supporter, read by staff only."
    )
    offered_at = models.DateTimeField(null=True, blank=True, help_text="The supporter said yes.")
    started_at = models.DateTimeField(null=True, blank=True, help_text="The author said yes.")
    spoken_words = models.CharField(
        max_length=400, blank=True, help_text="How an author without an account said yes, as staff wrote it down."
    )
    contact_at = models.DateTimeField(null=True, blank=True, help_text="When the two last were in touch.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="support_relations_ended"
    )
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    end_words = models.TextField(max_length=2000, blank=True, help_text="Both sides read this.")

    objects = SupportRelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("support relation")
        verbose_name_plural = _("support relations")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea"], condition=Q(status="active"), name="support_one_active_per_idea"),
            models.UniqueConstraint(
                fields=["idea"], condition=Q(status__in=["asked", "offered"]), name="support_one_waiting_per_idea"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["offered", "active", "ended"]) | Q(offered_at__isnull=False),
                name="support_supporter_said_yes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["active", "ended"]) | Q(started_at__isnull=False, contact_at__isnull=False),
                name="support_author_said_yes",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["declined", "ended"], ended_at__isnull=False)
                | Q(status__in=["asked", "offered", "active"], ended_at=None),
                name="support_ended_at_with_status",
            ),
            models.CheckConstraint(
                condition=Q(status="ended") & ~Q(end_reason="") | ~Q(status="ended") & Q(end_reason=""),
                name="support_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["idea", "-asked_at"], name="support_by_idea"),
            models.Index(F("contact_at"), name="support_by_contact", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return f"{self.supporter or _('Someone who has left')} · {self.get_status_display()}"

    @staticmethod
    def silent_after() -> dt.timedelta:
        return dt.timedelta(days=settings.SUPPORT_SILENCE_DAYS)

    @property
    def is_waiting(self) -> bool:
        return self.status in self.WAITING

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_own_wish(self) -> bool:
        """Whether the supporter has asked for the idea, and waits for the author."""
        return self.status == self.Status.OFFERED and self.asked_by_id == self.supporter_id

    @property
    def is_silent(self) -> bool:
        """Whether the two have not been in touch for too long."""
        return self.is_active and self.contact_at < timezone.now() - self.silent_after()

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.status]


def with_caseload(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Fetch along with each supporter `ideas_now`, how many they have said yes to there, and `silent_now` of them."""
    ideas = Idea.objects.filter(incubator=OuterRef(OuterRef("incubator")))
    here = SupportRelation.objects.filter(OneOf("idea", ideas.values("pk")), supporter=OuterRef("user"))
    return memberships.annotate(
        ideas_now=Coalesce(_number_of(here.taking_room()), 0),
        silent_now=Coalesce(_number_of(here.without_contact()), 0),
    )


def _number_of(relations: QuerySet) -> Subquery:
    return Subquery(relations.order_by().values("supporter").annotate(number=Count("pk")).values("number"))

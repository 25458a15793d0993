"""Meetings of author and supporter, what is written down about them, and what each is to do next."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.coauthors import CoAuthor
from ideas.models.sides import Side
from ideas.models.submission import Idea
from ideas.models.support import SupportRelation
from incubators.models import Membership
from incubators.rules import memberships_of
from unlimited.history import tracked


class MeetingQuerySet(models.QuerySet):
    """Meetings by what is to happen with them."""

    def proposed(self):
        return self.filter(status=Meeting.Status.PROPOSED)

    def waiting_on(self, side: Side, ideas):
        """Proposed by the other side of `ideas`, and not answered."""
        rows = self.proposed().filter(proposed_by_side=side.other, idea__in=ideas)
        return rows.select_related("idea").order_by("created_at")

    def not_over(self, now: dt.datetime | None = None):
        """Proposed, or booked for a time that has not come."""
        return self.filter(
            Q(status=Meeting.Status.PROPOSED)
            | Q(status=Meeting.Status.BOOKED, starts_at__gt=now or timezone.now())
        )  # fmt: skip

    def booked_ahead(self, now: dt.datetime | None = None):
        """Those that take place, the next one first."""
        booked = self.filter(status=Meeting.Status.BOOKED, starts_at__gt=now or timezone.now())
        return booked.select_related("supporter").order_by("starts_at", "pk")

    def ahead(self, now: dt.datetime | None = None):
        """Booked for a time that has not come, or proposed with one at least among its times."""
        now = now or timezone.now()
        has_time = Q(times__0__gt=now) | Q(times__1__gt=now) | Q(times__2__gt=now)
        return self.not_over(now).filter(Q(status=Meeting.Status.BOOKED) | has_time)

    def to_remind_of(self, now: dt.datetime):
        """Within REMINDED_BEFORE, booked before that, and no reminder is sent yet."""
        soon = self.filter(status=Meeting.Status.BOOKED, reminded_at=None, starts_at__gt=now)
        return soon.filter(
            starts_at__lte=now + Meeting.REMINDED_BEFORE, booked_at__lt=F("starts_at") - Meeting.REMINDED_BEFORE
        )


@tracked("idea supporter status proposed_by_side minutes starts_at booked_at called_off_at called_off_by")
class Meeting(models.Model):
    """A talk of author and supporter: one side proposes times, the other chooses one, either can call it off.

    A meeting that is to be at another time goes back to being proposed; each booking has a calendar entry of its own.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Times are proposed")
        BOOKED = "booked", _("Booked")
        CALLED_OFF = "called_off", _("Called off")

    REMINDED_BEFORE = dt.timedelta(hours=24)
    MOST_TIMES = 3

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="meetings", db_index=False)
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="meetings_as_supporter"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_by_side = models.CharField(max_length=10, choices=Side)
    about = models.CharField(max_length=200, blank=True)
    times = ArrayField(models.DateTimeField(), help_text="Those to choose among, the earliest first.")
    minutes = models.PositiveSmallIntegerField(default=60)
    venue = models.CharField(max_length=200, blank=True)
    video_link = models.URLField(max_length=300, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    bookings = models.PositiveSmallIntegerField(default=0, help_text="How often a time was chosen.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="meetings_called_off"
    )
    called_off_words = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea"], condition=Q(status="proposed"), name="meeting_one_proposed_per_idea"
            ),
            models.CheckConstraint(
                condition=Q(status="booked", starts_at__isnull=False, booked_at__isnull=False) | ~Q(status="booked"),
                name="meeting_booked_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(starts_at=None, booked_at=None),
                name="meeting_proposed_has_no_time",
            ),
            models.CheckConstraint(
                condition=Q(status="called_off", called_off_at__isnull=False)
                | ~Q(status="called_off") & Q(called_off_at=None),
                name="meeting_called_off_at_with_status",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=15, minutes__lte=480), name="meeting_length"),
            models.CheckConstraint(condition=~Q(venue="") | ~Q(video_link=""), name="meeting_is_somewhere"),
            models.CheckConstraint(condition=Q(times__len__gte=1, times__len__lte=3), name="meeting_has_times"),
        ]
        indexes = [
            models.Index(fields=["idea", "-created_at"], name="meeting_by_idea"),
            models.Index(
                fields=["starts_at"], name="meeting_to_remind", condition=Q(status="booked", reminded_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.about or str(_("Meeting"))

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def times_ahead(self) -> list[dt.datetime]:
        """Those that can still be chosen."""
        return [time for time in self.times if time > timezone.now()]

    @property
    def is_called_off(self) -> bool:
        return self.status == self.Status.CALLED_OFF

    @property
    def is_ahead(self) -> bool:
        return self.status == self.Status.BOOKED and self.starts_at > timezone.now()

    @property
    def is_past(self) -> bool:
        return self.status == self.Status.BOOKED and not self.is_ahead

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def location(self) -> str:
        """Where it is, in a line: the venue goes before the link."""
        return self.venue or self.video_link

    def calendar_uid(self, user) -> str:
        """iCalendar's UID: of this booking, and of one of the two."""
        return f"{self.uuid}.{self.bookings}.{user.uuid}"


class MeetingNoteQuerySet(models.QuerySet):
    def visible_to(self, user, idea: Idea):
        """What `user` may read of the notes from meetings about `idea`. Every page, file and mail asks here.

        What is shared: those who write the idea or read along, its supporter, moderators and leaders of the
        incubator. What is a supporter's own: that person alone, while they support the idea.
        """
        if not (user and user.is_authenticated):
            return self.none()
        supports = SupportRelation.objects.of_supporter(user).active().filter(idea=idea)
        own = Q(audience=MeetingNote.Audience.OWN, author=user) & Exists(supports)
        writes = Q(meeting__idea__author=user) | Exists(CoAuthor.objects.joined().filter(idea=idea, user=user))
        shared = Q(audience=MeetingNote.Audience.SHARED)
        if not _moderates(user, idea):
            shared &= writes | Exists(supports)
        return self.filter(own | shared, meeting__idea=idea)

    def shared(self):
        """What is handed out with the case."""
        return self.filter(audience=MeetingNote.Audience.SHARED)


def _moderates(user, idea: Idea) -> bool:
    roles = memberships_of(user).get(idea.incubator_id, frozenset()) - {Membership.Role.SUPPORTER}
    return idea.is_case_of(user, roles)


@tracked("meeting audience author revision updated_at")
class MeetingNote(models.Model):
    """What was written down at a meeting. Its audience is stored on it: there is one shared note, and one's own."""

    class Audience(models.TextChoices):
        SHARED = "shared", _("The author, the supporter and the incubator")
        OWN = "own", _("Only the supporter who wrote it")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes")
    audience = models.CharField(max_length=10, choices=Audience)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="meeting_notes"
    )
    body = models.TextField(max_length=8000, blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = MeetingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note from a meeting")
        verbose_name_plural = _("notes from meetings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(audience="shared"), name="meeting_note_one_shared"),
            models.UniqueConstraint(
                fields=["meeting", "author"], condition=Q(audience="own"), name="meeting_note_one_own"
            ),
            models.CheckConstraint(condition=Q(audience__in=["shared", "own"]), name="meeting_note_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.body[:40]}"


class NextStepQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=NextStep.Status.OPEN)

    def waiting_on(self, side: Side, ideas):
        """Open steps that this side of `ideas` is to take, the one due first before the others."""
        return self.open().filter(side=side, idea__in=ideas).select_related("idea").order_by("due_on", "pk")

    def overdue(self, today: dt.date):
        return self.open().filter(due_on__lt=today, idea__status__in=SupportRelation.SUPPORTED)

    def with_supporter(self):
        """Fetch who supports the idea now, as `supporter_id`; nobody where they work there no more."""
        now = SupportRelation.objects.active().of_those_who_work_there().filter(idea=OuterRef("idea"))
        return self.annotate(supporter_id=models.Subquery(now.values("supporter")[:1]))


@tracked("idea side due_on status created_by ended_at ended_by")
class NextStep(models.Model):
    """What one of the two is to do by a day. It belongs to a side, so that it outlives a change of supporter."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not needed any more")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="next_steps", db_index=False)
    side = models.CharField(max_length=10, choices=Side)
    what = models.CharField(max_length=200)
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="next_steps_written"
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="next_steps_ended"
    )

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="next_step_not_empty"),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | ~Q(status="open") & Q(ended_at__isnull=False),
                name="next_step_ended_at_with_status",
            ),
        ]
        indexes = [
            models.Index(fields=["idea", "due_on"], name="next_step_by_idea"),
            models.Index(fields=["due_on"], name="next_step_open", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

"""What belongs to one event: who speaks, what happens when, what there is to read, and messages to those who come."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.programme import Event
from unlimited.history import tracked


@tracked("event has_picture_consent")
class Speaker(models.Model):
    """Somebody who speaks at an event. A picture is shown only where the person has agreed to it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="speakers")
    name = models.CharField(_("Name"), max_length=120)
    organisation = models.CharField(_("Organisation"), max_length=150, blank=True)
    about = models.TextField(_("About the speaker"), max_length=1000, blank=True)
    picture = models.ImageField(_("Picture"), upload_to="speakers/", blank=True)
    picture_alt = models.CharField(_("What the picture shows"), max_length=200, blank=True)
    has_picture_consent = models.BooleanField(_("The person has agreed to the picture"), default=False)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | Q(has_picture_consent=True), name="speaker_picture_needs_consent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked("event starts_at ends_at")
class Session(models.Model):
    """One item of an event's programme."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    title = models.CharField(_("Title"), max_length=150)
    summary = models.TextField(_("What it is about"), max_length=2000, blank=True)
    room = models.CharField(_("Room"), max_length=80, blank=True)
    speakers = models.ManyToManyField(Speaker, blank=True, related_name="sessions", verbose_name=_("Speakers"))
    has_speakers_to_come = models.BooleanField(_("More speakers to come"), default=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked("event position")
class Material(models.Model):
    """Something to read after the event: a link, or a file of ours."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="materials")
    title = models.CharField(_("Title"), max_length=150)
    url = models.URLField(_("Link"), max_length=500, blank=True)
    file = models.FileField(_("File (PDF)"), upload_to="materials/", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("material")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file="")), name="material_link_or_file"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Announcement(models.Model):
    """A message that the organiser sent to all who come."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="announcements")
    subject = models.CharField(_("Subject"), max_length=120)
    body = models.TextField(_("Message"), max_length=5000)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="announcements")
    recipients = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return self.subject

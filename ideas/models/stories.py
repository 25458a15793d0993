"""Stories of what an idea has changed, and the yes of everyone in them: for what, until when, and where they stand."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.submission import Idea
from unlimited.history import tracked
from unlimited.links import register_link, row_token
from unlimited.lookups import Found

STORY_LINK = register_link(
    "ideas.story",
    lasts=dt.timedelta(days=365),
    revoked_by="*Create a new link* on its page; the person's erasure; another address of its owner. "
    "It lasts longer while a yes stands, which can always be taken back by it",
)


class Purpose(models.TextChoices):
    """What a story can be used for. Each person in it says yes to each of these apart."""

    WEB = "web", _("On this website")
    REPORT = "report", _("In reports to the municipality")
    CONFERENCE = "conference", _("At conferences")
    PRESS = "press", _("In newspapers, radio and television")


class StoryQuerySet(models.QuerySet):
    def agreed_for(self, purpose: str, on=None):
        """Stories that everyone in them has said yes to for `purpose`, as they are worded now, on the day `on`."""
        yes = StoryConsent.objects.valid(on).filter(
            person=OuterRef("pk"), purpose=purpose, story_revision=OuterRef(OuterRef("revision"))
        )
        people = StoryPerson.objects.filter(story=OuterRef("pk"))
        return self.filter(Found(people), ~Found(people.filter(~Found(yes))))


@tracked("idea language written_by revision")
class Story(models.Model):
    """What somebody tells of what came of an idea. Shown nowhere before everyone in it has said yes to it there.

    `revision` rises with each change of the words: a yes is to the words that were read.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="stories")
    title = models.CharField(max_length=120)
    body = models.TextField(max_length=6000)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="stories_written"
    )
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="story_has_words")]

    def __str__(self) -> str:
        return self.title


@tracked("story asked_at asked_revision")
class StoryPerson(models.Model):
    """Somebody in a story. The row stays when the person leaves: a story that lacks their yes is shown nowhere."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="people")
    name = models.CharField(max_length=120, blank=True, help_text="Empty once the person is erased.")
    email = models.EmailField(blank=True, help_text="Where they are asked; empty where they are asked by mouth.")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_revision = models.PositiveIntegerField(default=0, help_text="The wording that they were asked about last.")
    link_version = models.PositiveIntegerField(default=0, help_text="Raised to end all links that were sent so far.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person in a story")
        verbose_name_plural = _("people in stories")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["story", "email"], condition=~Q(email=""), name="story_person_once"),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Someone who has erased their details"))

    @property
    def token(self) -> str:
        """What the link in their mail carries."""
        return row_token(STORY_LINK, self.uuid, self.email.lower(), self.link_version)

    @property
    def is_link_over(self) -> bool:
        """Whether the link is a year old and there is no current consent to take back by it."""
        if (self.asked_at or self.created_at) + STORY_LINK.lasts > timezone.now():
            return False
        today = timezone.localdate()
        return not any(one.withdrawn_at is None and one.until >= today for one in self.consents.all())


class StoryConsentQuerySet(models.QuerySet):
    def standing(self):
        """Given and not withdrawn, whatever the day is."""
        return self.filter(withdrawn_at=None)

    def valid(self, on=None):
        return self.standing().filter(until__gte=on or timezone.localdate())


@tracked("person purpose until story_revision written_down_by given_at withdrawn_at")
class StoryConsent(models.Model):
    """One person's yes to one use of a story, until a day: when, to which words, how given, and when it ended."""

    person = models.ForeignKey(StoryPerson, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    until = models.DateField()
    story_revision = models.PositiveIntegerField()
    text_version = models.CharField(max_length=20, help_text="Which of our own texts asked for it.")
    spoken_words = models.CharField(max_length=400, blank=True, help_text="How a yes by mouth was given.")
    written_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="story_consents_written_down"
    )
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StoryConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to a story")
        verbose_name_plural = _("consents to stories")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="story_consent_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.until}"


@tracked("story purpose used_on noted_by")
class StoryPlace(models.Model):
    """A place of a story outside of our control: written down by the person who put it there, so that it can be named.

    What we control, the website and the reports, is not written down here: it asks for everyone's yes each time.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, models.CASCADE, related_name="places")
    purpose = models.CharField(max_length=20, choices=Purpose)
    where = models.CharField(max_length=200)
    url = models.URLField(max_length=300, blank=True)
    used_on = models.DateField(default=timezone.localdate)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="story_places_noted"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("place of a story")
        verbose_name_plural = _("places of stories")
        ordering = ["used_on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(where=""), name="story_place_is_named")]

    def __str__(self) -> str:
        return self.where

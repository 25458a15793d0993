"""What organisers publish: series and their events."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, IsNull
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incubators.models import Incubator, Membership
from unlimited.content.search import Folded, pattern_of
from unlimited.content.searched import SearchedQuerySet
from unlimited.history import tracked
from unlimited.lookups import Found, OneOf
from unlimited.mail.contacts import Contact
from unlimited.users.rules import is_national_staff

LARGEST_CAPACITY = 20_000


def default_reminder_days() -> list[int]:
    return [7, 1]


class SeriesQuerySet(models.QuerySet):
    """Series by who may see them."""

    def public(self):
        return self.filter(is_published=True)

    def upcoming(self, now: dt.datetime | None = None):
        """Public ones with a day to come, the nearest first, with their first and last such day."""
        to_come = Q(events__is_published=True, events__ends_at__gt=now or timezone.now(), events__cancelled_at=None)
        days = {"first_at": Min("events__starts_at"), "last_at": Max("events__starts_at")}
        return self.public().filter(to_come).annotate(**days).order_by("first_at", "pk")

    def with_years(self):
        """With the years of their events, by which two of the same title are told apart."""
        return self.annotate(first_at=Min("events__starts_at"), last_at=Max("events__starts_at"))

    def organised_by(self, user):
        """Those `user` may change: all for national staff, else those of the places they lead or moderate at."""
        return _organised_by(self, user)

    def named(self, word: str):
        """Those that have the folded `word` in their title."""
        return self.order_by().alias(folded_title=Folded("title")).filter(folded_title__regex=pattern_of(word))


@tracked("incubator is_published")
class Series(models.Model):
    """Events that belong together: people choose one or several of them in one form."""

    slug = models.SlugField(_("Address on the web"), max_length=80, unique=True)
    incubator = models.ForeignKey(
        Incubator, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("Incubator")
    )
    title = models.CharField(_("Title"), max_length=150)
    summary = models.CharField(_("In short"), max_length=300, blank=True)
    body = models.TextField(_("About the series"), max_length=10_000, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    is_published = models.BooleanField(_("Published"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:series", args=[self.slug])

    @property
    def dated_title(self) -> str:
        """Its title with the years of its events, or that in which it was made. Read with `with_years()`."""
        first, last = (timezone.localtime(at or self.created_at).year for at in (self.first_at, self.last_at))
        return f"{self.title} ({first})" if first == last else f"{self.title} ({first}–{last})"


class EventQuerySet(SearchedQuerySet):
    """Events by time, by who may see them and by what people type."""

    NAMES = ("title", "city")

    def has_word(self, word: str) -> Q:
        found = Q(search_text__regex=pattern_of(word))
        found |= Q(OneOf("incubator", Incubator.objects.named(word).values("pk")))
        found |= Q(OneOf("series", Series.objects.named(word).values("pk")))
        for rows in self._parts_with(word):
            found |= Q(Found(rows.filter(event=OuterRef("pk"))))
        return found

    def ids_with(self, word: str) -> models.QuerySet:
        events = self.model.objects.order_by()
        named = [
            events.filter(OneOf("incubator", Incubator.objects.named(word).values("pk"))),
            events.filter(OneOf("series", Series.objects.named(word).values("pk"))),
        ]
        written = events.filter(search_text__regex=pattern_of(word)).values("pk")
        parts = [rows.values("event") for rows in self._parts_with(word)]
        return written.union(*(rows.values("pk") for rows in named), *parts)

    def names_like(self, word: str) -> models.QuerySet:
        events = self.model.objects.order_by().alias(folded_name=Folded(*self.NAMES))
        return events.filter(folded_name__trigram_word_similar=word).values("pk")

    def _parts_with(self, word: str) -> list[models.QuerySet]:
        """The sessions and the speakers that have `word` in what the page of the event says of them."""
        facts = {"sessions": ("title", "summary", "room"), "speakers": ("name", "organisation", "about")}
        parts = [(getattr(self.model, name).rel.related_model, fields) for name, fields in facts.items()]
        rows = [model.objects.order_by().alias(folded_facts=Folded(*fields)) for model, fields in parts]
        return [one.filter(folded_facts__regex=pattern_of(word)) for one in rows]

    def public(self):
        return self.filter(is_published=True)

    def upcoming(self, now: dt.datetime | None = None):
        """Those that are not over, the next one first."""
        return self.filter(ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: dt.datetime | None = None):
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=now or timezone.now()).order_by("-starts_at", "-pk")

    def for_cards(self):
        """What a card shows, and no long texts."""
        return self.defer("body", "audience", "organisers", "hosts", "partners", "cancel_reason").annotate(
            incubator_name=F("incubator__name")
        )

    def with_room(self, now: dt.datetime | None = None):
        """Those one can still come to: one needs no seat, or there are seats and registration has not closed."""
        closes_at = Coalesce("registration_closes_at", "starts_at")
        has_seats = Q(seats_taken__lt=F("capacity")) & GreaterThan(closes_at, now or timezone.now())
        return self.taking_place().filter(Q(capacity=None) | has_seats)

    def registered_first(self):
        """Those that one registers for first: else weekly talks would push a conference off a short list."""
        return self.order_by(IsNull(F("capacity"), True), "starts_at", "pk")

    def taking_place(self):
        """Published and not cancelled: what reminders, offers and deadlines are about."""
        return self.filter(is_published=True, cancelled_at=None)

    def organised_by(self, user):
        """Those `user` may change: all for national staff, else those of the places they lead or moderate at."""
        return _organised_by(self, user)


class EventManager(models.Manager.from_queryset(EventQuerySet)):
    """The folded text is as long as all that is written: it is never read."""

    def get_queryset(self):
        return super().get_queryset().defer("search_text")


def _organised_by(rows: models.QuerySet, user) -> models.QuerySet:
    if not user.is_authenticated:
        return rows.none()
    if is_national_staff(user):
        return rows
    places = Incubator.objects.staffed_by(user, Membership.Role.LEADER, Membership.Role.MODERATOR)
    return rows.filter(OneOf("incubator", places.values("pk")))


@tracked(
    "series incubator starts_at ends_at capacity seats_taken has_waitlist registration_opens_at "
    "registration_closes_at is_published cancelled_at cancelled_by"
)
class Event(models.Model):
    """One meeting at one place and time. Without a capacity nobody registers: people just come."""

    class State(models.TextChoices):
        """What a visitor needs to know; a fact about rows and time, so it is not stored."""

        CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
        PAST = "past", _("It has taken place")
        DROP_IN = "drop_in", _("No registration")
        NOT_OPEN_YET = "not_open_yet", _("Registration has not opened yet")
        CLOSED = "closed", _("Registration has closed")
        FULL = "full", _("Full")
        WAITLIST = "waitlist", _("Full, with a waitlist")
        OPEN = "open", _("Seats are free")

    # In these one can register, if only for the waitlist.
    TAKES_REGISTRATIONS = (State.OPEN, State.WAITLIST)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("Address on the web"), max_length=80, unique=True)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("Series")
    )
    incubator = models.ForeignKey(
        Incubator, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("Incubator")
    )
    title = models.CharField(_("Title"), max_length=150)
    summary = models.CharField(_("In short"), max_length=300, blank=True)
    body = models.TextField(_("About the event"), max_length=10_000, blank=True)
    audience = models.CharField(_("Who it is for"), max_length=200, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    venue = models.CharField(_("Venue"), max_length=120)
    street_address = models.CharField(_("Street address"), max_length=120, blank=True)
    postcode = models.CharField(
        _("Postcode"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^\d{4}\Z", _("A postcode has four digits."))],
    )
    city = models.CharField(_("Town"), max_length=60, blank=True)
    online_url = models.URLField(_("Link for those who join online"), max_length=500, blank=True)
    organisers = models.TextField(_("Organisers, one a line"), max_length=600, blank=True)
    hosts = models.TextField(_("Hosts to thank, one a line"), max_length=600, blank=True)
    partners = models.TextField(_("Partners, one a line"), max_length=600, blank=True)
    contact_name = models.CharField(_("Contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("E-mail of the contact person"), blank=True)
    contact_phone = models.CharField(_("Telephone of the contact person"), max_length=30, blank=True)
    capacity = models.PositiveIntegerField(
        _("Seats"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CAPACITY)]
    )
    # Kept by a trigger on Seat: whoever forgets the lock is refused by the constraint below.
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    has_waitlist = models.BooleanField(_("Waitlist when it is full"), default=True)
    registration_opens_at = models.DateTimeField(_("Registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("Registration closes"), null=True, blank=True)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("Remind people, days before"),
        default=default_reminder_days,
        blank=True,
        size=4,
    )
    is_published = models.BooleanField(_("Published"), default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="events_cancelled",
    )
    cancel_reason = models.CharField(max_length=600, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_text = models.GeneratedField(
        expression=Folded(
            "title", "summary", "body", "audience", "venue", "street_address", "postcode", "city", "organisers",
            "hosts", "partners",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    objects = EventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["ends_at"], name="event_by_end"),
            models.Index(fields=["starts_at"], condition=Q(is_published=True), name="event_public_by_start"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="event_text_trigrams"),
            GinIndex(OpClass(Folded("title", "city"), "gin_trgm_ops"), name="event_title_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="event_capacity_positive"),
            # The backstop: no code of ours can sell a seat twice, with or without its lock.
            models.CheckConstraint(
                condition=Q(seats_taken=0) | Q(seats_taken__lte=F("capacity")), name="event_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=False) | Q(seats_taken=0), name="event_seats_need_capacity"
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="event_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=(Q(registration_opens_at=None) | Q(registration_opens_at__lte=F("ends_at")))
                & (Q(registration_closes_at=None) | Q(registration_closes_at__lte=F("ends_at"))),
                name="event_registration_before_end",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="event_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(contact_email="") | Q(contact_name="", contact_phone=""), name="event_contact_has_address"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:detail", args=[self.slug])

    @property
    def location(self) -> str:
        """Where it is, on one line: *KRA Stavanger, Verven 24, 4014 Stavanger*."""
        town = " ".join(filter(None, [self.postcode, self.city]))
        return ", ".join(filter(None, [self.venue, self.street_address, town]))

    @property
    def organiser_names(self) -> list[str]:
        return _lines(self.organisers)

    @property
    def host_names(self) -> list[str]:
        return _lines(self.hosts)

    @property
    def partner_names(self) -> list[str]:
        return _lines(self.partners)

    @property
    def contact(self) -> Contact | None:
        """Who answers questions: the event's own contact, else its incubator's. Read with `incubator`."""
        if self.contact_email:
            return Contact(self.contact_name, self.contact_email, self.contact_phone)
        return self.incubator.contact if self.incubator else None

    @property
    def seats_free(self) -> int:
        """How many seats nobody has; an offered one is somebody's."""
        return max((self.capacity or 0) - self.seats_taken, 0)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def state(self) -> str:
        return self.state_at(timezone.now())

    def state_at(self, now: dt.datetime) -> str:
        """Return the one State that a visitor must know of first."""
        closes_at = self.registration_closes_at or self.starts_at
        ways = (
            (self.is_cancelled, self.State.CANCELLED),
            (self.ends_at <= now, self.State.PAST),
            (self.capacity is None, self.State.DROP_IN),
            (closes_at <= now, self.State.CLOSED),
            (self.registration_opens_at and self.registration_opens_at > now, self.State.NOT_OPEN_YET),
            (self.seats_free > 0, self.State.OPEN),
            (self.has_line_at(now), self.State.WAITLIST),
        )
        return next((state for holds, state in ways if holds), self.State.FULL)

    def has_line_at(self, now: dt.datetime) -> bool:
        """Whether one can wait: no seat is offered any more once the event has begun."""
        return self.has_waitlist and self.starts_at > now

    @property
    def takes_registrations(self) -> bool:
        return self.is_published and self.state in self.TAKES_REGISTRATIONS


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]

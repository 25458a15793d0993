"""Who comes: a registration is a party with its contact, a seat is one person's place at one event."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models.programme import Event
from incubators.models import Municipality
from unlimited.history import tracked

# More people than this are several registrations: one form stays readable, one transaction short.
LARGEST_PARTY = 100
# A party of more people holds its seats only until its contact has confirmed, or so long.
LARGEST_UNCONFIRMED = 5
HELD_FOR = dt.timedelta(hours=2)


@tracked("kind municipality user fewest holds_unnamed confirm_by confirmed_at")
class Registration(models.Model):
    """A party that registered together, for one or several events of a series, and the one who speaks for it."""

    class Kind(models.TextChoices):
        MYSELF = "myself", _("Only me")
        MUNICIPALITY = "municipality", _("A municipality")
        DISTRICT = "district", _("A district")
        ORGANISATION = "organisation", _("Another organisation")

    class Wish(models.TextChoices):
        """What a party wants that chose several days of which one is full."""

        EACH = "each", _("Either one: give us what is free, and a place in line for the rest")
        ALL = "all", _("Both or nothing: wait for both, and hold neither")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made with the form: a second press of the button is the same registration.
    form_token = models.UUIDField(unique=True)
    # A keyed hash of all that was sent with the token, so that a second, different submission is told apart.
    submission = models.CharField(max_length=64, blank=True, editable=False)
    kind = models.CharField(_("Who is coming?"), max_length=20, choices=Kind, default=Kind.MYSELF)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("Municipality"),
    )
    district = models.CharField(_("District"), max_length=120, blank=True)
    organisation = models.CharField(_("Organisation"), max_length=150, blank=True)
    organisation_number = models.CharField(_("Organisation number"), max_length=9, blank=True)
    contact_name = models.CharField(_("Name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    language = models.CharField(_("Language of the e-mails"), max_length=2, choices=settings.LANGUAGES)
    wish = models.CharField(max_length=4, choices=Wish, default=Wish.EACH)
    # The smallest part of the party that would come without the rest.
    fewest = models.PositiveSmallIntegerField(default=1)
    holds_unnamed = models.BooleanField(_("Keep the seats without a name"), default=False)
    # A large party has its seats until then, unless the contact confirms by a button behind the link of the mail.
    confirm_by = models.DateTimeField(null=True, blank=True, editable=False)
    # When the contact first did something behind the link: so the address is theirs.
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Raised to end all links to the party's page that were sent so far.
    link_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.CheckConstraint(condition=Q(fewest__gte=1), name="registration_fewest_positive"),
            models.CheckConstraint(
                condition=~Q(kind__in=["municipality", "district"]) | Q(municipality__isnull=False),
                name="registration_municipality_named",
            ),
            models.CheckConstraint(
                condition=Q(confirm_by=None) | Q(confirmed_at=None), name="registration_held_or_confirmed"
            ),
        ]
        indexes = [
            models.Index(Lower("contact_email"), name="registration_by_contact"),
            models.Index(fields=["confirm_by"], condition=Q(confirm_by__isnull=False), name="registration_held"),
        ]

    def __str__(self) -> str:
        return self.party_name

    @property
    def party_name(self) -> str:
        """Whom the party is called by: *Stavanger*, *bydel Gamle Oslo*, an organisation, or the contact."""
        municipality = str(self.municipality) if self.municipality_id else ""
        return self.organisation or self.district or municipality or self.contact_name or self.contact_email

    @property
    def last_place(self) -> int:
        """The highest number of a place that the party has or had; 0 where it has none."""
        return self.seats.aggregate(last=models.Max("place"))["last"] or 0

    @property
    def next_event(self) -> Event | None:
        """The first event that is not over and at which the party has a seat or waits."""
        live = self.seats.live().filter(event__ends_at__gt=timezone.now()).select_related("event")
        seat = live.order_by("event__starts_at", "pk").first()
        return seat.event if seat else None

    @property
    def is_held(self) -> bool:
        """The party has its seats for a while only: the contact has not confirmed."""
        return self.confirm_by is not None

    @property
    def is_unconfirmed(self) -> bool:
        """The party's contact has never done anything behind the link that was mailed to them."""
        return self.is_group and bool(self.contact_email) and self.confirmed_at is None

    @property
    def is_group(self) -> bool:
        """Somebody registered others, so there is a contact besides those who come."""
        return self.kind != self.Kind.MYSELF


@tracked("registration")
class Participant(models.Model):
    """Somebody with a name who has a place in a party. Another person in the same place is another row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="participants")
    name = models.CharField(_("Name"), max_length=120)
    # Empty: the contact gets this person's mails.
    email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    role = models.CharField(_("Role"), max_length=100, blank=True)
    # Raised to end all links to this person's page that were sent so far.
    link_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        indexes = [models.Index(Lower("email"), name="participant_by_email")]

    def __str__(self) -> str:
        return self.name


class Needs(models.Model):
    """What one participant needs in order to eat and take part. Purged by itself when the event is over."""

    class Diet(models.TextChoices):
        VEGETARIAN = "vegetarian", _("Vegetarian")
        VEGAN = "vegan", _("Vegan")
        HALAL = "halal", _("Halal")
        NO_GLUTEN = "no_gluten", _("No gluten")
        NO_MILK = "no_milk", _("No milk")
        NO_NUTS = "no_nuts", _("No nuts")

    class Access(models.TextChoices):
        WHEELCHAIR = "wheelchair", _("Room for a wheelchair")
        HEARING_LOOP = "hearing_loop", _("Hearing loop")
        SIGN_LANGUAGE = "sign_language", _("Sign language interpreter")
        COMPANION = "companion", _("A companion comes along")

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="needs")
    diet = ArrayField(models.CharField(max_length=20, choices=Diet), default=list, blank=True)
    diet_details = models.CharField(_("Other food needs"), max_length=200, blank=True)
    access = ArrayField(models.CharField(max_length=20, choices=Access), default=list, blank=True)
    access_details = models.CharField(_("Other access needs"), max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        return str(self.participant_id)

    @property
    def words(self) -> list[str]:
        """What is needed, one thing each: *Vegan*, *Room for a wheelchair*."""
        chosen = [self.Diet(value).label for value in self.diet] + [self.Access(value).label for value in self.access]
        return [str(label) for label in chosen] + [words for words in (self.diet_details, self.access_details) if words]


class NeedsLookup(models.Model):
    """Somebody of the staff looked at who needs what, and when."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="needs_lookups")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="needs_lookups")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lookup of needs")
        verbose_name_plural = _("lookups of needs")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.by} · {self.event} · {self.at}"


class SeatQuerySet(models.QuerySet):
    """Seats by where they stand."""

    def live(self):
        return self.exclude(status=Seat.Status.CANCELLED)

    def taken(self):
        """Those that count against the capacity: an offer is somebody's seat until its answer."""
        return self.filter(status__in=Seat.TAKEN)

    def waiting(self):
        """In line, in order: whole parties, and within a party by place."""
        return self.filter(status=Seat.Status.WAITING).order_by("rank", "place")

    def unnamed(self):
        return self.filter(participant=None)

    def numbers(self) -> dict[int, dict[str, int]]:
        """Return how many are seated, offered, waiting, unnamed and cancelled, by the id of the event: one query."""
        counts = {
            "seated": Q(status__in=[Seat.Status.SEATED, Seat.Status.ATTENDED]),
            "offered": Q(status=Seat.Status.OFFERED),
            "waiting": Q(status=Seat.Status.WAITING),
            "unnamed": ~Q(status=Seat.Status.CANCELLED) & Q(participant=None),
            "cancelled": Q(status=Seat.Status.CANCELLED),
        }
        counted = {name: models.Count("pk", filter=condition) for name, condition in counts.items()}
        rows = self.order_by().values("event_id").annotate(**counted)
        return {row.pop("event_id"): row for row in rows}

    def by_municipality(self) -> list[dict]:
        """Return how many are seated and waiting from each municipality, by county and number: one query."""
        names = {
            name: F(f"registration__municipality__{name}") for name in ("number", "name", "county_number", "county")
        }
        seated = models.Count("pk", filter=Q(status__in=Seat.TAKEN))
        waiting = models.Count("pk", filter=Q(status=Seat.Status.WAITING))
        # Names of the model's own fields are taken, so these have a word in front.
        places = {f"place_{name}": field for name, field in names.items()}
        from_places = self.live().exclude(registration__municipality=None).order_by()
        rows = from_places.values(**places).annotate(seated=seated, waiting=waiting)
        return list(rows.order_by("place_county_number", "place_number"))


@tracked("registration event participant status rank offered_at offer_expires_at seated_at cancelled_at")
class Seat(models.Model):
    """One place at one event: it stays the same row while the person in it changes. Once cancelled, for good."""

    class Status(models.TextChoices):
        SEATED = "seated", _("Has a seat")
        WAITING = "waiting", _("On the waitlist")
        OFFERED = "offered", _("Has been offered a seat")
        CANCELLED = "cancelled", pgettext_lazy("seat", "Cancelled")
        ATTENDED = "attended", _("Attended")

    class CancelReason(models.TextChoices):
        GIVEN_BACK = "given_back", _("Given back")
        DECLINED = "declined", _("Said no to the offer")
        EXPIRED = "expired", _("The offer ran out")
        RELEASED = "released", _("Had no name in time")
        EVENT = "event", _("The event was cancelled")
        STAFF = "staff", _("Cancelled by the organiser")
        UNCONFIRMED = "unconfirmed", _("The contact did not confirm in time")

    TAKEN = (Status.SEATED, Status.OFFERED, Status.ATTENDED)
    # Have a place in line, or had one until the offer.
    IN_LINE = (Status.WAITING, Status.OFFERED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="seats")
    event = models.ForeignKey(Event, models.PROTECT, related_name="seats")
    # Which of the party's places this is, from 1: the same number on both days is one line of the party's page.
    place = models.PositiveSmallIntegerField()
    participant = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="seats")
    # The participant's address, unless the same address has a seat already, or there is none.
    email = models.EmailField(max_length=254, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    # Place in line, the lowest first; all waiting seats of a party at an event have the same.
    rank = models.BigIntegerField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    seated_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason, blank=True)
    # iCalendar's SEQUENCE of the entry that the person has got.
    calendar_sequence = models.PositiveSmallIntegerField(default=0)
    # The reminder that was made last, as `2026-10-19T07:00:00+00:00 P7D`.
    reminded = models.CharField(max_length=60, blank=True)
    # How often the contact has been asked for a name.
    names_asked = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        indexes = [
            models.Index(fields=["event", "status", "rank"], name="seat_by_status"),
            models.Index(fields=["offer_expires_at"], condition=Q(status="offered"), name="seat_offers"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "event",
                condition=~Q(email="") & ~Q(status="cancelled"),
                name="seat_one_per_address",
            ),
            models.UniqueConstraint(
                fields=["registration", "event", "place"],
                condition=~Q(status="cancelled"),
                name="seat_one_per_place",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["waiting", "offered"]) | Q(rank__isnull=False), name="seat_in_line_has_rank"
            ),
            models.CheckConstraint(
                condition=Q(status="offered", offer_expires_at__isnull=False)
                | (~Q(status="offered") & Q(offer_expires_at=None)),
                name="seat_offer_has_end",
            ),
            models.CheckConstraint(
                condition=(Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(status="cancelled") & Q(cancelled_at=None, cancel_reason="")),
                name="seat_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["seated", "attended"]) | Q(seated_at__isnull=False),
                name="seat_seated_has_time",
            ),
            models.CheckConstraint(condition=Q(place__gte=1), name="seat_place_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} · {self.event_id} · {self.place}"

    @property
    def calendar_uid(self) -> str:
        """iCalendar's UID: of the seat and the person in it, so that whoever follows gets an entry of their own."""
        return f"{self.uuid}.{self.participant.uuid}" if self.participant else str(self.uuid)

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_offer_open(self) -> bool:
        return self.status == self.Status.OFFERED and self.offer_expires_at > timezone.now()

    def cancel(self, *, reason: str, at: dt.datetime) -> None:
        """Set what a cancelled seat has; the action saves it."""
        self.status, self.cancelled_at, self.cancel_reason, self.offer_expires_at = "cancelled", at, reason, None

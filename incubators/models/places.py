"""Places, and who works there: municipalities, incubators and the roles of people at them."""

import datetime as dt
import re

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubators.place_names import folded, shown_name
from incubators.working_days import add_working_days
from unlimited.content.search import Folded, nearest, pattern_of, words_of
from unlimited.content.sorting import norwegian
from unlimited.history import tracked
from unlimited.lookups import OneOf
from unlimited.mail.contacts import Contact
from unlimited.users.staff_access import acts_as_staff

# The lowest and the highest that may be stated.
FIRST_POSTCODE, LAST_POSTCODE = "0001", "9991"
# What people look for an incubator by.
NAMES_OF_PLACES = ("name", "district", "neighbourhoods", "municipality__name", "municipality__county")
# How many places a misspelt word is compared with.
MOST_COMPARED = 1000
# Who has waited past a promised day is not sent to the back of the line.
AFTER_DELAY_DAYS = 5


class Municipality(models.Model):
    """A Norwegian municipality as of 2024. The number is the key: Herøy and Våler are two places each."""

    number = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=80)
    county_number = models.CharField(max_length=2)
    county = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{4}$"), name="municipality_number_four_digits"),
        ]

    def __str__(self) -> str:
        return shown_name(self)


def _states_postcode(word: str) -> Q:
    """Whether an incubator has stated a postcode that begins with `word`; an empty no where that is no number."""
    if not re.fullmatch(r"[0-9]{2,4}", word):
        return Q(pk=None)
    # Not by a join: an incubator with two areas that fit is still one.
    return Q(Exists(PostcodeArea.objects.filter(incubator=OuterRef("pk")).beginning_with(word)))


class IncubatorQuerySet(models.QuerySet):
    """Incubators by whom they are for and who works there."""

    def active(self):
        return self.filter(is_active=True)

    def places(self):
        """Active incubators that a resident can find on a map: all but the national intake."""
        return self.active().filter(is_national_intake=False)

    def found_by(self, words: str, municipalities=()):
        """Those whose name, place or summary has each of `words` in it, half-typed and without accents too.

        A number is the beginning of a postcode that the incubator has stated. `municipalities` are those that the
        words may mean as a whole.
        """
        if not words.strip():
            return self
        fits, wanted = Q(), words_of(folded(words))
        for word in wanted:
            said = Q(folded_summary__regex=pattern_of(word)) | _states_postcode(word)
            fits &= Q(folded_names__contains=word) | said
        by_words = fits if wanted else Q(pk=None)
        named = self.alias(folded_names=Folded(*NAMES_OF_PLACES), folded_summary=Folded("summary"))
        return named.filter(by_words | Q(municipality__in=municipalities))

    def named(self, word: str):
        """Those that have the folded `word` in their name."""
        return self.order_by().alias(folded_name=Folded("name")).filter(folded_name__regex=pattern_of(word))

    def suggestion_for(self, words: str, municipalities) -> str:
        """Return the names of places that `words` may have been meant to be, or nothing."""
        names = self.order_by().values_list("name", "district", "neighbourhoods")[:MOST_COMPARED]
        return nearest(words, [*(" ".join(texts) for texts in names), *(place.name for place in municipalities)])

    def by_place(self):
        """In Norwegian order of municipality, then of name."""
        return self.order_by(norwegian("municipality__name"), norwegian("name"), "pk")

    def staffed_by(self, user, *roles):
        """Incubators where `user` may act in a current membership, in one of `roles` where roles are given."""
        if not acts_as_staff(user):
            return self.none()
        memberships = Membership.objects.current().filter(user=user)
        if roles:
            memberships = memberships.filter(role__in=roles)
        return self.filter(OneOf("pk", memberships.values("incubator")))


@tracked(
    "municipality legal_status stage default_language answer_days is_national_intake is_active closed_at "
    "closed_by successor"
)
class Incubator(models.Model):
    """A neighbourhood incubator, or the national intake that takes ideas from those who do not know which is theirs."""

    class LegalStatus(models.TextChoices):
        PUBLIC = "public", _("Part of the municipality")
        ASSOCIATION = "association", _("Association")
        COOPERATIVE = "cooperative", _("Cooperative")
        FOUNDATION = "foundation", _("Foundation")
        COMPANY = "company", _("Limited company")

    class Stage(models.TextChoices):
        PILOT = "pilot", _("Pilot")
        ADJUST = "adjust", _("Adjusting")
        ESTABLISHED = "established", _("Established")

    slug = models.SlugField(unique=True)
    name = models.CharField(_("Name"), max_length=120)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="incubators", verbose_name=_("Municipality")
    )
    district = models.CharField(_("District"), max_length=120, blank=True)
    neighbourhoods = models.TextField(
        _("Neighbourhoods"), max_length=1000, blank=True, help_text=_("With a comma between, such as: Tøyen, Kampen.")
    )
    legal_status = models.CharField(_("Legal status"), max_length=20, choices=LegalStatus)
    stage = models.CharField(_("Stage"), max_length=20, choices=Stage, default=Stage.PILOT)
    summary = models.CharField(_("Summary"), max_length=300, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    opening_hours = models.CharField(_("Opening hours"), max_length=200, blank=True)
    contact_name = models.CharField(_("Contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("E-mail"), blank=True)
    contact_phone = models.CharField(_("Telephone"), max_length=30, blank=True)
    website = models.URLField(_("Website"), blank=True)
    default_language = models.CharField(
        _("Language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    answer_days = models.PositiveSmallIntegerField(
        _("Promised answer, in working days"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    emergency_words = models.TextField(
        _("Whom to call"),
        max_length=1000,
        blank=True,
        help_text=_("Shown after the national numbers, such as the local youth service and its telephone."),
    )
    is_national_intake = models.BooleanField(_("National intake"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="closed_incubators"
    )
    closing_words = models.TextField(_("Why it has closed"), max_length=1000, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("Who has its open ideas now"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("incubator")
        verbose_name_plural = _("incubators")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_national_intake"],
                condition=Q(is_national_intake=True),
                name="incubator_one_national_intake",
            ),
            models.CheckConstraint(
                condition=Q(is_national_intake=True) | Q(municipality__isnull=False),
                name="incubator_place_has_municipality",
            ),
            # Who does not know where to go always has somewhere.
            models.CheckConstraint(
                condition=Q(is_national_intake=False) | Q(is_active=True), name="incubator_national_intake_is_active"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(closed_at=None, closed_by=None, closing_words="", successor=None),
                name="incubator_closed_is_not_active",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | (Q(successor__isnull=False) & ~Q(closing_words="")),
                name="incubator_closed_says_why_and_where",
            ),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=60), name="incubator_answer_days_1_to_60"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("incubators:detail", args=[self.slug])

    @property
    def place(self) -> str:
        """District and municipality, as far as they are known. Read with `select_related("municipality")` in lists."""
        return ", ".join(filter(None, [self.district, str(self.municipality or "")]))

    @property
    def contact(self) -> Contact | None:
        """Who reads what is written to it: a person of its own, else the house."""
        name = self.contact_name or self.name
        return Contact(name, self.contact_email, self.contact_phone) if self.contact_email else None

    @property
    def all_names(self) -> str:
        """What people look for it by, as `found_by` does."""
        municipality = self.municipality
        place = [municipality.name, municipality.county] if municipality else []
        return " ".join([self.name, self.district, self.neighbourhoods, *place])

    @property
    def heir(self) -> "Incubator":
        """Who has its work now: itself, or where it is closed the last in the line of its successors."""
        incubator, seen = self, set()
        while not incubator.is_active and incubator.successor_id is not None and incubator.pk not in seen:
            seen.add(incubator.pk)
            incubator = incubator.successor
        return incubator

    @property
    def stage_words(self) -> str:
        """What its stage means, for a resident."""
        return {
            self.Stage.PILOT: _("The method is being tried out here, with the first ideas."),
            self.Stage.ADJUST: _("It has been tried out, and is being fitted to what the neighbourhood needs."),
            self.Stage.ESTABLISHED: _("It is here to stay."),
        }[self.stage]

    def answer_due_on(self, asked_at: dt.datetime, closed_periods=None) -> dt.date:
        """Return the last day (Europe/Oslo) on which what came in at `asked_at` is answered in time.

        Days on which the incubator is closed do not count; `closed_periods` are those not over then, where the caller
        has them in hand.
        """
        asked_on = timezone.localdate(asked_at)
        if closed_periods is None:
            closed_periods = self.closed_periods.filter(ends_on__gt=asked_on)
        closed = [(period.starts_on, period.ends_on) for period in closed_periods]
        return add_working_days(asked_on, self.answer_days, closed)

    def new_due_on(self, told_at: dt.datetime) -> dt.date:
        """Return the new date for a promise that was broken: a working week, for they have waited once already."""
        closed = [(period.starts_on, period.ends_on) for period in self.closed_periods.all()]
        return add_working_days(timezone.localdate(told_at), min(self.answer_days, AFTER_DELAY_DAYS), closed)


class PostcodeAreaQuerySet(models.QuerySet):
    def beginning_with(self, digits: str):
        """Those that hold a postcode which begins with `digits`."""
        return self.filter(first__lte=digits.ljust(4, "9"), last__gte=digits.ljust(4, "0"))


class PostcodeArea(models.Model):
    """Postcodes that an incubator says it is for: one, or all from one to another.

    Two incubators may state the same; a resident there is shown both. Kept as text, for 0150 is no number.
    """

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="postcode_areas")
    first = models.CharField(max_length=4)
    last = models.CharField(max_length=4)

    objects = PostcodeAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("postcode area")
        verbose_name_plural = _("postcode areas")
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__regex=r"^[0-9]{4}$", last__regex=r"^[0-9]{4}$"), name="postcode_four_digits"
            ),
            models.CheckConstraint(
                condition=Q(first__gte=FIRST_POSTCODE, last__lte=LAST_POSTCODE), name="postcode_0001_to_9991"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="postcode_last_after_first"),
            models.UniqueConstraint(fields=["incubator", "first"], name="postcode_area_once_per_incubator"),
        ]

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}–{self.last}"


class MembershipQuerySet(models.QuerySet):
    """Memberships by time."""

    def current(self, on: dt.date | None = None):
        """Those that hold on the day `on`, today where none is named."""
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gt=on))

    def present(self, on: dt.date | None = None):
        """Those of people who are not away on the day `on`."""
        return self.exclude(absent_until__gte=on or timezone.localdate())

    def shown(self):
        """Those of people who want to be seen on the incubator's page, with their words; one row for each role."""
        return (
            self.filter(user__is_active=True, user__shown_at__incubator=F("incubator"))
            .annotate(shown_name=F("user__name"), shown_words=F("user__shown_at__words"))
            .exclude(shown_name="")
        )


@tracked("incubator user role starts_on ends_on granted_by ended_by absent_until capacity")
class Membership(models.Model):
    """One person's role at one incubator, from a day until a day. Ended, and deleted five years later.

    `ends_on` is the first day without the role, so that ending it today takes effect at once.
    """

    class Role(models.TextChoices):
        LEADER = "leader", _("Leader")
        MODERATOR = "moderator", _("Moderator")
        SUPPORTER = "supporter", _("Supporter")

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("From"), default=timezone.localdate)
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships_granted",
        verbose_name=_("Given by"),
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships_ended",
        verbose_name=_("Ended by"),
    )
    absent_until = models.DateField(
        _("Last day away"), null=True, blank=True, help_text="The same on all roles of a person at an incubator."
    )
    capacity = models.PositiveSmallIntegerField(
        _("Ideas at a time"), default=8, help_text="Of a supporter: how many ideas they have room for here."
    )

    # Who is away for longer no longer works there.
    LONGEST_ABSENCE = dt.timedelta(days=365)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "user", "role"],
                condition=Q(ends_on=None),
                name="membership_one_open_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("user")), name="membership_not_granted_to_oneself"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ends_on__isnull=False), name="membership_ended_by_with_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.incubator}"

    @property
    def away_until(self) -> dt.date | None:
        """The last day away; nothing where that is over, for then they are back."""
        return self.absent_until if self.absent_until and self.absent_until >= timezone.localdate() else None

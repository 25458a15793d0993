"""The idea itself: what a resident writes, its status, and the words of each submission, kept.

It is longer than usual because a set's words and one row's facts say the same rules and are read side by side.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ideas.models.public import SearchQuerySet
from incubators.models import Incubator, Membership
from incubators.rules import memberships_of
from unlimited.content.languages import in_our_language
from unlimited.content.search import Folded
from unlimited.history import tracked
from unlimited.lookups import Found, OneOf


class Theme(models.Model):
    """A societal challenge that an idea is about. Staff may edit the list; names are kept in each language."""

    slug = models.SlugField(unique=True)
    name_nb = models.CharField(_("Name in Bokmål"), max_length=80)
    name_nn = models.CharField(_("Name in Nynorsk"), max_length=80)
    name_en = models.CharField(_("Name in English"), max_length=80)
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_our_language(nb=self.name_nb, nn=self.name_nn, en=self.name_en)


def _shared_ids(user, roles: tuple[str, ...]) -> list[int]:
    """Read first: with the ids in hand PostgreSQL walks two indexes instead of the table."""
    if not (user and user.is_authenticated):
        return []
    shared = Idea.coauthors.rel.related_model.objects.joined().filter(user=user)
    shared = shared.filter(role__in=roles) if roles else shared
    return list(shared.exclude(idea__status=Idea.Status.DRAFT).values_list("idea", flat=True))


def _supported_ids(user) -> list[int]:
    """The ideas that `user` supports, has been offered for or is asked about: few, by their capacity."""
    relations = Idea.support_relations.rel.related_model.objects.open_to_supporter()
    return list(relations.filter(supporter=user).values_list("idea", flat=True))


class IdeaQuerySet(SearchQuerySet):
    def public(self):
        """Ideas that anyone may read: taken in, with the author's consent, of consenting age, and not hidden."""
        return self.filter(
            status__in=Idea.PUBLIC_STATUSES,
            may_publish=True,
            age_band__in=Idea.AgeBand.of_consenting_age(),
            is_hidden=False,
        )

    def goes_on_in(self, slug: str) -> int | None:
        """The id of the idea that the one at `slug` has gone into, if everyone might have read that one."""
        seen = self.filter(slug=slug, may_publish=True, age_band__in=Idea.AgeBand.of_consenting_age(), is_hidden=False)
        pk = seen.values_list("merged_into", flat=True).first()
        # That one may have gone on in a third. Nothing goes in a circle.
        while pk and (further := self.filter(pk=pk).values_list("merged_into", flat=True).first()):
            pk = further
        return pk

    def versions(self):
        """What decides how each idea looks to the public, and no more: the rest is read where no rendering is kept."""
        return self.values_list("pk", "uuid", "updated_at", "incubator__updated_at", named=True)

    def written_by(self, user, draft_key: str = ""):
        """Ideas of the person logged in, and drafts of the browser whose secret hashes to `draft_key`."""
        mine = Q(author=user) if user and user.is_authenticated else Q(pk=None)
        if draft_key:
            mine |= Q(draft_key=draft_key, author=None)
        return self.filter(mine)

    def shared_with(self, user, *roles: str):
        """Ideas sent in that `user` writes or reads along in now. None for who has left or was taken off."""
        return self.filter(pk__in=_shared_ids(user, roles))

    def read_by_writers(self, user, draft_key: str = ""):
        """What `written_by` returns, and what is shared with the person."""
        return self.written_by(user, draft_key) | self.shared_with(user)

    def edited_by(self, user, draft_key: str = ""):
        """What the person may write in: their own, and what is shared with them for that."""
        return self.written_by(user, draft_key) | self.shared_with(user, "edit")

    def drafts(self):
        return self.filter(status=Idea.Status.DRAFT)

    def editable_by_author(self):
        return self.filter(status__in=[Idea.Status.DRAFT, Idea.Status.CHANGES_REQUESTED])

    def submitted_to(self, user):
        """Ideas past draft at incubators where `user` works now as moderator or leader."""
        from_roles = Incubator.objects.staffed_by(user, "moderator", "leader")
        return self.exclude(status=Idea.Status.DRAFT).filter(OneOf("incubator", from_roles.values("pk")))

    def cases_of(self, user):
        """Cases that `user` may open: all sent to where they moderate, and those they support or are asked about.

        Does not ask for `is_staff` or `is_superuser`: national staff see no personal cases.
        """
        # Read first: with the ids in hand PostgreSQL walks the queue's index instead of guessing what a subquery gives.
        roles = memberships_of(user)
        moderated = {incubator for incubator, held in roles.items() if held != {Membership.Role.SUPPORTER}}
        supported = roles.keys() - moderated
        readable = Q(incubator__in=moderated)
        if supported:
            readable |= Q(pk__in=_supported_ids(user), incubator__in=supported, status__in=Idea.PUBLIC_STATUSES)
        return self.exclude(status=Idea.Status.DRAFT).filter(readable)

    def known_by_title_to(self, user):
        """What is taken in where `user` only supports, and is not theirs to open: pages show title and step."""
        only = {Membership.Role.SUPPORTER}
        places = [incubator for incubator, held in memberships_of(user).items() if held == only]
        ideas = self.filter(incubator__in=places, status__in=Idea.PUBLIC_STATUSES)
        relations = Idea.support_relations.rel.related_model.objects.under_way()
        return ideas.filter(~Found(relations.filter(supporter=user, idea=OuterRef("pk"))))

    def waiting_for_answer(self):
        return self.filter(status=Idea.Status.SUBMITTED, answered_at=None)

    def most_urgent(self, *, besides: "Idea"):
        """The case that should be answered next, when one is done with `besides`; None where nothing waits."""
        return self.waiting_for_answer().exclude(pk=besides.pk).order_by("answer_due_on", "pk").first()

    def overdue(self, on: dt.date | None = None):
        return self.waiting_for_answer().filter(answer_due_on__lt=on or timezone.localdate())

    def quiet(self, now: dt.datetime | None = None):
        """Taken in, and no staff have acted for QUIET_CASE_DAYS. A date that was told once stays until it is kept.

        What is on hold or being changed waits on somebody else, and is not counted.
        """
        return self.filter(self.is_quiet(now))

    @staticmethod
    def is_quiet(now: dt.datetime | None = None) -> Q:
        """The condition of `quiet`."""
        since = (now or timezone.now()) - Idea.quiet_after()
        return Q(Q(staff_acted_at__lt=since) | Q(new_due_on__isnull=False), status=Idea.Status.ACCEPTED)

    def awaited(self):
        """Those about which somebody waits who can be told: an author with an account, or the holder of a slip."""
        has_slip = Q(author=None, desk_entry__isnull=False, desk_entry__claimed_at=None)
        return self.filter(Q(author__is_active=True) | has_slip)

    def without_meeting_ahead(self, now: dt.datetime | None = None):
        """Those without a booked meeting ahead: its day is when the two hear from each other."""
        meetings = Idea.meetings.rel.related_model.objects.filter(status="booked", starts_at__gt=now or timezone.now())
        return self.filter(~Found(meetings.filter(idea=OuterRef("pk"))))

    def without_supporter(self):
        """Taken in, and nobody who works there has it or is asked about it: never was, or has left since."""
        relations = Idea.support_relations.rel.related_model.objects.under_way().of_those_who_work_there()
        return self.filter(~Found(relations.filter(idea=OuterRef("pk"))), status=Idea.Status.ACCEPTED)

    def out_of_touch(self, now: dt.datetime | None = None):
        """Taken in and supported, and the author has heard from nobody for SUPPORT_SILENCE_DAYS; `contact_at` on each.

        A date that was told once stays until it is kept.
        """
        since = (now or timezone.now()) - dt.timedelta(days=settings.SUPPORT_SILENCE_DAYS)
        is_silent = Q(contact_at__lt=since, staff_acted_at__lt=since) | Q(new_due_on__isnull=False)
        supported = self.filter(status=Idea.Status.ACCEPTED, support_relations__status="active")
        return supported.annotate(contact_at=F("support_relations__contact_at")).filter(is_silent)


class IdeaManager(models.Manager.from_queryset(IdeaQuerySet)):
    """Leaves the search columns, which no page shows, in the database."""

    def get_queryset(self):
        return super().get_queryset().defer("search_text")


@tracked(
    "author incubator status step is_hidden may_publish revision submitted_at answer_due_on answered_at "
    "new_due_on staff_acted_at asked_due_on established_at taken_at taken_by split_from merged_into"
)
class Idea(models.Model):
    """One idea for a neighbourhood, from first words to established."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Received")
        CHANGES_REQUESTED = "changes_requested", _("Needs changes")
        ACCEPTED = "accepted", _("Taken in")
        DECLINED = "declined", _("Declined, with a reason")
        PAUSED = "paused", _("On hold")
        ENDED = "ended", _("Ended")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Merged with another idea")

    class Step(models.TextChoices):
        TRY = "try", _("Try it")
        DO = "do", _("Do it")
        BUILD = "build", _("Build it")

    class AgeBand(models.TextChoices):
        """Asked only together with the consent to publish; never a birth date."""

        UNDER_13 = "under_13", _("Under 13")
        FROM_13 = "13_14", _("13 to 14")
        FROM_15 = "15_17", _("15 to 17")
        FROM_18 = "18_25", _("18 to 25")
        FROM_26 = "26_plus", _("26 or older")

        @classmethod
        def of_consenting_age(cls) -> list[str]:
            """Bands whose youngest member may consent alone (setting CONSENT_AGE)."""
            youngest = {cls.UNDER_13: 0, cls.FROM_13: 13, cls.FROM_15: 15, cls.FROM_18: 18, cls.FROM_26: 26}
            return [band.value for band, age in youngest.items() if age >= settings.CONSENT_AGE]

    class Help(models.TextChoices):
        PLACE = "place", _("A place to be")
        EQUIPMENT = "equipment", _("Equipment")
        SKILLS = "skills", _("Someone who knows how")
        PEOPLE = "people", _("More people")
        MONEY = "money", _("Money")

    # From each status to those it may become. Appeal alone leads out of DECLINED and ENDED, both authors into MERGED.
    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.CHANGES_REQUESTED, Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN, Status.MERGED},
        Status.CHANGES_REQUESTED: {Status.SUBMITTED, Status.DECLINED, Status.WITHDRAWN, Status.MERGED},
        Status.ACCEPTED: {Status.PAUSED, Status.ENDED, Status.WITHDRAWN, Status.MERGED},
        Status.PAUSED: {Status.ACCEPTED, Status.ENDED, Status.WITHDRAWN, Status.MERGED},
        Status.DECLINED: {Status.SUBMITTED},
        Status.ENDED: {Status.ACCEPTED},
        Status.WITHDRAWN: set(),
        Status.MERGED: set(),
    }
    PUBLIC_STATUSES = (Status.ACCEPTED, Status.PAUSED, Status.ENDED)
    # Somebody at the incubator has, or can take, such a case.
    OPEN_STATUSES = (Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.ACCEPTED, Status.PAUSED)
    ANSWERS = (Status.ACCEPTED, Status.DECLINED, Status.CHANGES_REQUESTED)
    # What the author writes; each submission keeps these as a Version.
    TEXT_FIELDS = (
        "title", "need", "proposal", "audience", "joiners", "help_needed", "help_details", "neighbourhood",
        "picture_alt", "language",
    )  # fmt: skip

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=90, blank=True, editable=False, db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="ideas")
    draft_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Hash of the browser's secret, until someone logs in."
    )
    # No index of its own: `idea_queue` begins with it.
    incubator = models.ForeignKey(
        Incubator, models.PROTECT, null=True, blank=True, related_name="ideas", db_index=False
    )

    need = models.TextField(_("What is missing in your neighbourhood?"), max_length=4000, blank=True)
    proposal = models.TextField(_("What would you like to do?"), max_length=8000, blank=True)
    title = models.CharField(_("A name for the idea"), max_length=80, blank=True)
    audience = models.TextField(_("Who is it for?"), max_length=2000, blank=True)
    joiners = models.TextField(_("Who could join in?"), max_length=2000, blank=True)
    help_needed = ArrayField(
        models.CharField(max_length=20, choices=Help), verbose_name=_("What do you need help with?"), default=list,
        blank=True,
    )  # fmt: skip
    help_details = models.TextField(_("Tell us more about the help you need"), max_length=2000, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="ideas", verbose_name=_("Themes"))
    neighbourhood = models.CharField(_("Which neighbourhood?"), max_length=120, blank=True)
    picture = models.ImageField(_("Picture"), upload_to="ideas/", blank=True)
    picture_alt = models.CharField(_("What does the picture show?"), max_length=200, blank=True)
    language = models.CharField(
        _("Which language is it written in?"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    step = models.CharField(max_length=10, choices=Step, blank=True)
    is_hidden = models.BooleanField(default=False)
    hidden_reason = models.TextField(max_length=2000, blank=True)
    may_publish = models.BooleanField(_("May be published"), default=False)
    age_band = models.CharField(_("Your age"), max_length=10, choices=AgeBand, blank=True)
    revision = models.PositiveIntegerField(
        default=1, help_text="Raised by each change; a form carries the one it was read in."
    )
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="The latest submission: the answer clock.")
    answer_due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="A person's answer to that submission.")
    new_due_on = models.DateField(
        null=True, blank=True, help_text="What the author was told when a promise was broken, until it is kept."
    )
    staff_acted_at = models.DateTimeField(
        null=True, blank=True, help_text="The latest change by staff, or message of theirs to the author."
    )
    may_ask_for_later = models.BooleanField(
        default=False, help_text="Moved here while it waited: the author may be asked once for a later date."
    )
    asked_due_on = models.DateField(
        null=True, blank=True, help_text="A later date that the author is asked to agree to, until they answer."
    )
    established_at = models.DateTimeField(null=True, blank=True, help_text="Since when it stands on its own feet.")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="taken_ideas"
    )
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="split_off", help_text="Whose text held both."
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_here", help_text="The idea that goes on."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search_text = models.GeneratedField(
        expression=Folded("title", "neighbourhood", "need", "proposal", "audience", "joiners", "help_details"),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = IdeaManager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="idea_slug_unique"),
            models.CheckConstraint(
                condition=Q(established_at=None) | Q(status="ended"), name="idea_established_is_over"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (Q(submitted_at__isnull=False, answer_due_on__isnull=False, incubator__isnull=False) & ~Q(slug="")),
                name="idea_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "changes_requested", "declined"], step="")
                | (Q(status__in=["accepted", "paused", "ended"]) & ~Q(step=""))
                | Q(status__in=["withdrawn", "merged"]),
                name="idea_step_while_taken_in",
            ),
            models.CheckConstraint(condition=Q(is_hidden=False) | ~Q(hidden_reason=""), name="idea_hidden_has_reason"),
            models.CheckConstraint(condition=Q(may_publish=False) | ~Q(age_band=""), name="idea_publish_needs_age"),
            models.CheckConstraint(condition=Q(status="draft") | Q(draft_key=""), name="idea_key_only_on_draft"),
            models.CheckConstraint(condition=Q(taken_by=None) | Q(taken_at__isnull=False), name="idea_taken_at_a_time"),
            models.CheckConstraint(condition=~Q(split_from=F("pk")), name="idea_is_split_from_another"),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | (~Q(status="merged") & Q(merged_into=None)),
                name="idea_merged_says_into_what",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="idea_merges_into_another"),
            models.CheckConstraint(
                condition=Q(asked_due_on=None)
                | Q(status="submitted", answered_at=None, asked_due_on__gt=F("answer_due_on")),
                name="idea_asked_due_on_is_open_and_later",
            ),
            models.CheckConstraint(
                condition=Q(picture="") | Q(status="draft") | ~Q(picture_alt=""), name="idea_picture_has_alt"
            ),
        ]
        indexes = [
            models.Index(F("submitted_at").desc(), F("id").desc(), name="idea_public_newest",
                         condition=Q(status__in=["accepted", "paused", "ended"], may_publish=True, is_hidden=False)),
            models.Index(fields=["incubator", "status", "answer_due_on", "id"], name="idea_queue"),
            models.Index(fields=["status", "answer_due_on", "id"], name="idea_queue_of_many"),
            models.Index(fields=["answer_due_on", "id"], name="idea_queue_of_all", condition=~Q(status="draft")),
            models.Index(fields=["incubator", "staff_acted_at", "id"], name="idea_quiet",
                         condition=Q(status="accepted")),
            models.Index(fields=["draft_key"], name="idea_draft_key", condition=~Q(draft_key="")),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="idea_text_trigrams"),
            GinIndex(OpClass(Folded("title", "neighbourhood"), "gin_trgm_ops"), name="idea_title_trigrams"),
        ]  # fmt: skip

    def __str__(self) -> str:
        """The name; of a draft without one, its first words."""
        return self.title or self.name_from(self.proposal or self.need) or str(_("An idea without a name"))

    def get_absolute_url(self) -> str:
        return reverse("ideas:detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """Same rule as IdeaQuerySet.public, for one row in hand."""
        return (
            self.status in self.PUBLIC_STATUSES
            and self.may_publish
            and self.age_band in self.AgeBand.of_consenting_age()
            and not self.is_hidden
        )

    @property
    def is_editable_by_author(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.CHANGES_REQUESTED)

    @property
    def is_supportable(self) -> bool:
        """Taken in, so that somebody can support it."""
        return self.status in (self.Status.ACCEPTED, self.Status.PAUSED)

    @property
    def told_by_slip(self):
        """What staff wrote down of who told it, while that person has no account here; else None."""
        entry = getattr(self, "desk_entry", None) if self.author_id is None else None
        return entry if entry and not entry.is_claimed else None

    @property
    def is_waiting_for_answer(self) -> bool:
        return self.status == self.Status.SUBMITTED and self.answered_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting_for_answer and self.answer_due_on < timezone.localdate()

    @property
    def is_quiet(self) -> bool:
        """Same rule as IdeaQuerySet.quiet, for one row in hand."""
        if self.status != self.Status.ACCEPTED:
            return False
        acted_at = self.staff_acted_at
        return self.new_due_on is not None or (acted_at is not None and acted_at < timezone.now() - self.quiet_after())

    @property
    def is_late(self) -> bool:
        return self.is_overdue or self.is_quiet

    @staticmethod
    def quiet_after() -> dt.timedelta:
        return dt.timedelta(days=settings.QUIET_CASE_DAYS)

    @property
    def latest_request_for_changes(self) -> str:
        """What the incubator has asked the author to change, while that is theirs to do; else nothing."""
        if self.status != self.Status.CHANGES_REQUESTED:
            return ""
        asked = self.transitions.filter(to_status=self.status).exclude(from_status=self.status).order_by("-revision")
        return asked.values_list("reason", flat=True).first() or ""

    @cached_property
    def active_redactions(self) -> list:
        """The passages that are taken out of the public text, with who did it."""
        return list(self.redactions.active().select_related("redacted_by"))

    @cached_property
    def holder_away_until(self) -> dt.date | None:
        """The last day on which the one who has it is away. Lists fetch it by `with_absence`."""
        days = Membership.objects.current().filter(incubator=self.incubator_id, user=self.taken_by_id)
        return days.filter(absent_until__gte=timezone.localdate()).aggregate(day=models.Max("absent_until"))["day"]

    @cached_property
    def team(self) -> list[dict]:
        """Uuid and name of each who works along with the one who has it. Lists fetch it by `with_team`."""
        return list(self.team_members.current().people())

    @property
    def consent_subject(self) -> str:
        """How a consent row says that it is about this idea."""
        return f"idea:{self.uuid}"

    @property
    def help_labels(self) -> list[str]:
        return [label for value, label in self.Help.choices if value in self.help_needed]

    def is_case_of(self, user, roles: frozenset[str]) -> bool:
        """Whether `user` may open it by `roles` where it was sent: the rule of `IdeaQuerySet.cases_of`, for one row."""
        if self.status == self.Status.DRAFT or not roles:
            return False
        if roles != {Membership.Role.SUPPORTER}:
            return True
        return self.status in self.PUBLIC_STATUSES and self.pk in _supported_ids(user)

    def give_to(self, user) -> None:
        """Let `user` have the case from now on."""
        self.taken_by, self.taken_at = user, timezone.now()

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS[self.status]

    def fingerprint(self, field_name: str) -> str:
        """A short mark of what a field holds now; a form carries it to tell whether it changed elsewhere meanwhile."""
        if field_name == "themes":
            return self.fingerprint_of(self.themes.all())
        return self.fingerprint_of(getattr(self, field_name))

    @staticmethod
    def name_from(text: str) -> str:
        """The first words of a text, as a name: it ends without a full stop."""
        first_line = text.strip().partition("\n")[0].strip()
        return Truncator(first_line.rstrip(".") or first_line).chars(60, truncate="…")

    @staticmethod
    def fingerprint_of(value) -> str:
        if isinstance(value, models.Model):
            value = value.pk
        elif isinstance(value, (list, tuple, models.QuerySet)):
            value = sorted(getattr(one, "pk", one) for one in value)
        elif value is None:
            value = ""
        return hashlib.sha256(str(value).encode()).hexdigest()[:16]


class Version(models.Model):
    """The author's words as they were at one submission. Never edited: the original that moderation keeps."""

    # The longer texts, in the order they are asked for.
    ANSWERS = ("need", "proposal", "audience", "joiners", "help_details")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField(help_text="Idea.TEXT_FIELDS and `picture` by name, and `themes` as a list of slugs.")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["idea", "number"]
        constraints = [models.UniqueConstraint(fields=["idea", "number"], name="version_number_unique")]

    def __str__(self) -> str:
        return f"{self.idea} v{self.number}"

    @classmethod
    def of(cls, idea: Idea, *, number: int = 1, themes: Iterable[str] = ()) -> "Version":
        """Return what `idea` says now, and its `themes` by slug, as a version that is not saved yet."""
        texts = {name: getattr(idea, name) for name in Idea.TEXT_FIELDS}
        texts |= {"themes": list(themes), "picture": idea.picture.name}
        return cls(idea=idea, number=number, texts=texts, created_at=idea.submitted_at)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Question and answer of each longer text that was filled in, in the order they were asked."""
        return [
            (Idea._meta.get_field(name).verbose_name, self.texts[name]) for name in self.ANSWERS if self.texts[name]
        ]

    @property
    def help_labels(self) -> list[str]:
        return [label for value, label in Idea.Help.choices if value in self.texts["help_needed"]]

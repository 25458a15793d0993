"""What is done with an idea after it is sent in: each change, and the history that it makes with what is said."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.answers import Partner
from ideas.models.notes import Note
from ideas.models.submission import Idea
from incubators.models import Incubator


class Transition(models.Model):
    """One change of an idea: the log, written in the same transaction as the change. Append only.

    `revision` is the idea's revision once the change was made, so that whoever read an earlier one can be told what
    happened since.
    """

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Sent in")
        TAKEN = "taken", _("Took the case")
        RELEASED = "released", _("Put the case back")
        PASSED_ON = "passed_on", _("Passed the case on")
        ASKED_ALONG = "asked_along", _("Asked a colleague along")
        LEFT_TEAM = "left_team", _("Left the case to the others")
        CHANGES_REQUESTED = "changes_requested", _("Asked for changes")
        ACCEPTED = "accepted", _("Took the idea in")
        DECLINED = "declined", _("Declined, with a reason")
        PAUSED = "paused", _("Put on hold")
        RESUMED = "resumed", _("Started again")
        ENDED = "ended", _("Ended")
        STEP_CHANGED = "step_changed", _("Moved to another step")
        HIDDEN = "hidden", _("Hidden from the public pages")
        SHOWN = "shown", _("Shown on the public pages again")
        REDACTED = "redacted", _("Took something out of the public text")
        UNREDACTED = "unredacted", _("Put something back into the public text")
        WITHDRAWN = "withdrawn", _("Withdrawn by the author")
        HANDED_OVER = "handed_over", _("Handed over to a co-author")
        APPEALED = "appealed", _("Appealed by the author")
        APPEAL_GRANTED = "appeal_granted", _("Granted the appeal")
        APPEAL_REFUSED = "appeal_refused", _("Answered the appeal: the decision stands")
        MOVED = "moved", _("Moved to another incubator")
        SPLIT = "split", _("Made a case of its own of a part of it")
        SPLIT_OFF = "split_off", _("Made out of another idea")
        MERGED = "merged", _("Merged with another idea")
        GOT_MERGED = "got_merged", _("Another idea was merged into it")
        LATER_ASKED = "later_asked", _("Asked for a later date")
        LATER_AGREED = "later_agreed", _("The author agreed to a later date")
        LATER_REFUSED = "later_refused", _("The author kept the date as it was")
        SLIP_MADE = "slip_made", _("Made a new slip")
        TOLD = "told", _("Told the person")
        CLAIMED = "claimed", _("Claimed by the person with the slip")
        SUPPORT_STARTED = "support_started", _("Got a supporter")
        SUPPORT_ENDED = "support_ended", _("The supporter's work with the idea ended")
        AGREED = "agreed", _("Agreed on what to find out")
        STAYS = "stays", _("Took more time at this step")
        ESTABLISHED = "established", _("Stands on its own feet")

    class WayOn(models.TextChoices):
        """Where somebody whose idea is declined can go from there."""

        PARTNER = "partner", _("To a partner of ours")
        INCUBATOR = "incubator", _("To another incubator")
        MUNICIPALITY = "municipality", _("To the municipality, by its own channels")
        OTHER = "other", _("Another way")

    # What only the incubator's staff see in a history. The author is told of all the rest.
    INTERNAL_KINDS = (
        Kind.TAKEN, Kind.RELEASED, Kind.PASSED_ON, Kind.ASKED_ALONG, Kind.LEFT_TEAM, Kind.SLIP_MADE, Kind.TOLD,
    )  # fmt: skip
    # What the author does; all else is done by staff.
    AUTHOR_KINDS = (
        Kind.SUBMITTED, Kind.WITHDRAWN, Kind.APPEALED, Kind.HANDED_OVER, Kind.LATER_AGREED, Kind.LATER_REFUSED,
        Kind.CLAIMED, Kind.AGREED,
    )  # fmt: skip
    # What is nobody's work on the idea, so that its author still waits for some.
    NOBODYS_WORK = (Kind.MOVED, Kind.GOT_MERGED)

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="transitions", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    revision = models.PositiveIntegerField(help_text="The idea's revision after this change.")
    from_status = models.CharField(max_length=20, choices=Idea.Status)
    to_status = models.CharField(max_length=20, choices=Idea.Status)
    step = models.CharField(max_length=10, choices=Idea.Step, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="idea_transitions"
    )
    at = models.DateTimeField(default=timezone.now)
    passed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases_passed_on",
        help_text="The colleague who has the case from then on, or works along on it.",
    )  # fmt: skip
    went_well = models.TextField(_("What was good"), max_length=2000, blank=True)
    reason = models.TextField(_("Reason"), max_length=4000, blank=True, help_text="The author reads this.")
    way_on = models.TextField(_("A way on"), max_length=2000, blank=True, help_text="The author reads this.")
    way_on_kind = models.CharField(max_length=20, choices=WayOn, blank=True)
    way_on_partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="transitions", db_index=False
    )
    way_on_incubator = models.ForeignKey(
        Incubator, models.PROTECT, null=True, blank=True, related_name="transitions_that_lead_here", db_index=False
    )
    internal_note = models.TextField(_("Note to colleagues"), max_length=4000, blank=True)
    due_on = models.DateField(
        null=True, blank=True, help_text="Of an answer: the day it was promised by, when the idea was sent in."
    )
    other_idea = models.ForeignKey(
        Idea,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes_of_others",
        help_text="Of a split or a merge.",
    )
    asked_due_on = models.DateField(
        null=True, blank=True, help_text="A later date that the author was asked to agree to."
    )

    class Meta:
        verbose_name = _("change of an idea")
        verbose_name_plural = _("changes of ideas")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "revision"], name="transition_one_per_revision"),
            models.CheckConstraint(condition=~Q(kind=""), name="transition_has_kind"),
            models.CheckConstraint(
                condition=~Q(to_status="declined") | Q(from_status="declined") | (~Q(reason="") & ~Q(way_on="")),
                name="transition_no_has_reason_and_way_on",
            ),
            models.CheckConstraint(
                condition=~Q(to_status="declined") | Q(from_status="declined") | ~Q(way_on_kind=""),
                name="transition_no_has_kind_of_way_on",
            ),
            models.CheckConstraint(
                condition=Q(way_on_kind="partner", way_on_partner__isnull=False, way_on_incubator=None)
                | Q(way_on_kind="incubator", way_on_partner=None, way_on_incubator__isnull=False)
                | Q(way_on_kind__in=["", "municipality", "other"], way_on_partner=None, way_on_incubator=None),
                name="transition_way_on_says_whom",
            ),
            models.CheckConstraint(
                condition=~Q(to_status__in=["changes_requested", "paused", "ended"])
                | Q(from_status=F("to_status"))
                | ~Q(reason=""),
                name="transition_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["appealed", "appeal_granted", "appeal_refused"]) | ~Q(reason=""),
                name="transition_appeal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["hidden", "redacted"]) | ~Q(reason=""), name="transition_hiding_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(to_status__in=["accepted", "declined", "changes_requested"]),
                name="transition_due_on_is_of_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["later_asked", "later_agreed", "later_refused"], asked_due_on__isnull=False)
                | (~Q(kind__in=["later_asked", "later_agreed", "later_refused"]) & Q(asked_due_on=None)),
                name="transition_later_date_is_named",
            ),
            models.CheckConstraint(condition=~Q(kind="split") | ~Q(reason=""), name="transition_split_has_reason"),
            models.CheckConstraint(
                condition=~Q(kind="later_asked") | ~Q(reason=""), name="transition_later_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["merged", "got_merged"]) | ~Q(reason=""), name="transition_merge_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["idea", "at"], name="transition_by_idea"),
            models.Index(fields=["due_on", "idea"], name="transition_promises", condition=Q(due_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@dataclass(frozen=True)
class Entry:
    """One line of a case's history: a change, a note, word of a delay, or that the paper slip was opened."""

    at: dt.datetime
    by: object | None
    transition: Transition | None = None
    note: Note | None = None
    delay: models.Model | None = None
    is_slip_opened: bool = False


@dataclass(frozen=True)
class History:
    """A bounded piece of what happened in a case, newest first. `older` is where the piece before it begins, or ""."""

    entries: list[Entry]
    older: str = ""


def history_of(idea: Idea, *, reader, before: str = "", most: int = 50) -> History:
    """Return the newest `most` entries that `reader` may read about `idea`, before a moment where one is given."""
    people_and_places = "by", "passed_to", "other_idea", "way_on_partner", "way_on_incubator", "appeal"
    changes = idea.transitions.select_related(*people_and_places).order_by("-at", "-id")
    notes = Note.objects.visible_to(reader, idea).select_related("author", "reply_to__author")
    notes = notes.with_mentioned().order_by("-created_at", "-id")
    delays = idea.delays.order_by("-told_at", "-id")
    moment = _moment(before)
    if moment:
        changes, notes = changes.filter(at__lt=moment), notes.filter(created_at__lt=moment)
        delays = delays.filter(told_at__lt=moment)
    entries = [Entry(change.at, change.by, transition=change) for change in changes[: most + 1]]
    entries += [Entry(note.created_at, note.author, note=note) for note in notes[: most + 1]]
    entries += [Entry(delay.told_at, None, delay=delay) for delay in delays[: most + 1]]
    slip = getattr(idea, "desk_entry", None)
    openings = [at for at in (slip.opened_at if slip else []) if moment is None or at < moment]
    entries += [Entry(at, None, is_slip_opened=True) for at in openings]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    is_more, entries = len(entries) > most, entries[:most]
    return History(entries, entries[-1].at.isoformat() if is_more else "")


def _moment(text: str) -> dt.datetime | None:
    """Return the moment that an address names; None where it names none, or one without a zone."""
    try:
        moment = dt.datetime.fromisoformat(text)
        # The database knows fewer offsets than Python does.
        return moment.astimezone(dt.UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

"""Author and supporter agree on a time, write down what was said, and say what each is to do next.

All of it goes by the idea's lock, so that two who answer at once see each other.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from copy import copy

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from ideas import emails
from ideas.actions.followers import ask_to_tell
from ideas.actions.transitions import IdeaError, locked_idea, record_contact
from ideas.models import Idea, Meeting, MeetingNote, NextStep, Side, SupportRelation, side_of
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.runs.parts import Parts
from unlimited.users.models import User

# Each hour looks so far back for meetings held: a stop of the beat for less leaves none out.
HELD_WITHIN = dt.timedelta(days=30)
Status = Meeting.Status


class NotOfTheTwoError(IdeaError):
    """The person is neither author nor supporter, or no longer."""


class ProposedAlreadyError(IdeaError):
    """Times are proposed already: they are answered first."""


class MeetingChangedError(IdeaError):
    """It is no longer as the person saw it: answered, moved or called off meanwhile."""


class NoteChangedError(IdeaError):
    """Somebody else has written in the shared note. `note` is the current row."""

    def __init__(self, note: MeetingNote):
        super().__init__(f"the note is at revision {note.revision}")
        self.note = note


@audited
def propose_meeting(*, idea: Idea, by: User, times: Sequence[dt.datetime], **facts) -> Meeting:
    """Propose `times` to the other side; `facts` are about, minutes, venue and video_link.

    An author without an account has agreed by mouth: the first time is booked at once.
    Raises NotOfTheTwoError, ProposedAlreadyError.
    """
    with locked_idea(idea, seen_revision=None) as idea:
        side = _side(by, idea)
        if idea.meetings.proposed().exists():
            raise ProposedAlreadyError
        relation = idea.support_relations.active().select_related("supporter").first()
        if relation is None:
            raise NotOfTheTwoError
        meeting = Meeting(
            idea=idea, supporter=relation.supporter, proposed_by_side=side, times=sorted(times), **facts
        )  # fmt: skip
        _put_forward(meeting)
        return meeting


@audited
def propose_other_times(*, meeting: Meeting, by: User, times: Sequence[dt.datetime], **facts) -> Meeting:
    """Answer with other times, or move what is booked. Raises MeetingChangedError where it is called off or over."""
    with locked_idea(meeting.idea, seen_revision=None) as idea:
        row, side = _now(meeting, idea), _side(by, idea)
        if not (row.is_proposed or row.is_ahead):
            raise MeetingChangedError
        if row.is_ahead and idea.meetings.proposed().exists():
            raise ProposedAlreadyError
        booked = copy(row) if row.is_ahead else None
        row.status, row.proposed_by_side, row.times = Status.PROPOSED, side, sorted(times)
        row.starts_at = row.booked_at = row.reminded_at = None
        for name, value in facts.items():
            setattr(row, name, value)
        if booked:
            emails.mail_meeting_moved(booked, by_side=side, times=row.times, location=row.location)
        _put_forward(row, is_told=booked is not None)
        return row


@audited
def choose_time(*, meeting: Meeting, by: User, starts_at: dt.datetime) -> Meeting:
    """Book one of the times that the other side proposed. Idempotent.

    Raises MeetingChangedError where it is not among the times any more, or has passed.
    """
    with locked_idea(meeting.idea, seen_revision=None) as idea:
        row, side = _now(meeting, idea), _side(by, idea)
        if row.status == Status.BOOKED and row.starts_at == starts_at:
            return row
        is_offered = row.is_proposed and side != row.proposed_by_side and starts_at in row.times
        if not is_offered or starts_at <= timezone.now():
            raise MeetingChangedError
        _book(row, starts_at)
        return row


@audited
def call_off_meeting(*, meeting: Meeting, by: User, words: str = "") -> Meeting:
    """Call off what is proposed or booked; the other side is told. Idempotent."""
    with locked_idea(meeting.idea, seen_revision=None) as idea:
        row = _now(meeting, idea)
        side = _side(by, idea)
        if row.is_called_off and row.called_off_by_id == by.pk:
            return row
        if not (row.is_proposed or row.is_ahead):
            raise MeetingChangedError
        row.called_off_words = words
        emails.mail_meetings_called_off([row], by_side=side)
        row.status, row.called_off_at, row.called_off_by = Status.CALLED_OFF, timezone.now(), by
        row.save()
        if side == Side.SUPPORTER:
            record_contact(idea, at=row.called_off_at)
        return row


@audited
def write_meeting_note(
    *, meeting: Meeting, by: User, body: str, audience: str, seen_revision: int
) -> MeetingNote:  # fmt: skip
    """Write what is shared, or what is the supporter's own. 0 for `seen_revision`: there was none yet.

    Raises NoteChangedError where another wrote meanwhile, NotOfTheTwoError also where an author wants one of their own.
    """
    with locked_idea(meeting.idea, seen_revision=None) as idea:
        row, side, now = _now(meeting, idea), _side(by, idea), timezone.now()
        is_own = audience == MeetingNote.Audience.OWN
        if is_own and side != Side.SUPPORTER:
            raise NotOfTheTwoError
        mine = {"author": by} if is_own else {}
        note = row.notes.filter(audience=audience, **mine).first()
        if note and note.revision != seen_revision and note.body != body:
            raise NoteChangedError(note)
        note = note or MeetingNote(meeting=row, audience=audience, revision=0)
        if note.body != body or note.pk is None:
            note.author, note.body, note.updated_at = by, body, now
            note.revision += 1
            note.save()
        if row.is_past and side == Side.SUPPORTER:
            record_contact(idea, at=now)
        return note


@audited
def add_next_step(*, idea: Idea, by: User, side: str, what: str, due_on: dt.date) -> NextStep:
    """Say what one side is to do. The same words for the same day, still open, are one step."""
    with locked_idea(idea, seen_revision=None) as idea:
        _side(by, idea)
        same = {"side": side, "what": what, "due_on": due_on}
        return idea.next_steps.open().filter(**same).first() or idea.next_steps.create(created_by=by, **same)


@audited
def end_next_step(*, step: NextStep, by: User, status: str) -> NextStep:
    """Tick a step off or drop it. A second call changes nothing."""
    with locked_idea(step.idea, seen_revision=None) as idea:
        _side(by, idea)
        row = NextStep.objects.filter(pk=step.pk).first()
        if row is None:
            raise MeetingChangedError
        if row.is_open:
            row.status, row.ended_at, row.ended_by = status, timezone.now(), by
            row.save()
        return row


def remind_of_meetings(*, now: dt.datetime | None = None) -> int:
    """Remind both of meetings within a day; return of how many. Safe to run at any time, and twice at once."""
    now = now or timezone.now()
    due = Meeting.objects.to_remind_of(now).select_related("idea__author", "idea__incubator", "supporter")

    def remind(batch: list[Meeting]) -> int:
        emails.mail_meeting_reminders(batch)
        return Meeting.objects.filter(pk__in=[row.pk for row in batch]).update(reminded_at=now)

    with Parts("ideas.remind_of_meetings") as parts:
        return parts.in_batches("meetings", due, remind)


def record_meetings_held(*, now: dt.datetime | None = None) -> int:
    """Count a booked meeting as contact once its time has come, also without a note; return of how many ideas."""
    now = now or timezone.now()
    booked = Meeting.objects.filter(status=Status.BOOKED, starts_at__gt=now - HELD_WITHIN, starts_at__lte=now)
    met_at = booked.filter(idea=OuterRef("pk")).order_by("-starts_at").values("starts_at")[:1]
    held = Idea.objects.filter(OneOf("pk", booked.values("idea")), status__in=SupportRelation.SUPPORTED)
    held = held.annotate(met_at=Subquery(met_at)).filter(Q(staff_acted_at=None) | Q(staff_acted_at__lt=F("met_at")))

    def record(batch: list[Idea]) -> int:
        for idea in batch:
            record_contact(idea, at=idea.met_at)
        return len(batch)

    with Parts("ideas.record_meetings_held") as parts:
        return parts.in_batches("ideas", held, record)


def remind_of_steps(*, now: dt.datetime | None = None) -> int:
    """Tell each person once a week of all their steps that are overdue; return how many were told."""
    today = timezone.localdate(now)
    steps = NextStep.objects.overdue(today).with_supporter().select_related("idea").order_by("due_on", "pk")
    by_person: dict[int, dict[Idea, int]] = defaultdict(lambda: defaultdict(int))
    for step in steps.only("side", "idea__uuid", "idea__title", "idea__proposal", "idea__need", "idea__author"):
        person = step.idea.author_id if step.side == Side.AUTHOR else step.supporter_id
        if person is not None:
            by_person[person][step.idea] += 1
    people = list(User.objects.filter(pk__in=by_person, is_active=True).order_by("pk"))

    def tell(some: Sequence[User]) -> int:
        emails.mail_steps_overdue({person: by_person[person.pk] for person in some}, today)
        return len(some)

    with Parts("ideas.remind_of_steps") as parts:
        return parts.split("people", people, tell)


def _side(by: User, idea: Idea) -> Side:
    side = side_of(by, idea) if idea.status in SupportRelation.SUPPORTED else None
    if side is None:
        raise NotOfTheTwoError
    return side


def _put_forward(meeting: Meeting, *, is_told: bool = False) -> None:
    """Save the times and ask the other side to choose, unless a mail about the move has asked it (`is_told`)."""
    if meeting.idea.author_id is None:
        _book(meeting, meeting.times[0])
        ask_to_tell([meeting.idea], timezone.now())
        return
    meeting.save()
    if not is_told:
        emails.mail_meeting_proposed(meeting)
    if meeting.proposed_by_side == Side.SUPPORTER:
        record_contact(meeting.idea, at=timezone.now())


def _book(meeting: Meeting, starts_at: dt.datetime) -> None:
    now = timezone.now()
    meeting.status, meeting.starts_at, meeting.booked_at = Status.BOOKED, starts_at, now
    meeting.bookings += 1
    meeting.save()
    emails.mail_meeting_booked(meeting)
    record_contact(meeting.idea, at=now)


def _now(meeting: Meeting, idea: Idea) -> Meeting:
    """The row as it is under the idea's lock, with that idea on it."""
    row = Meeting.objects.select_related("supporter").filter(pk=meeting.pk).first()
    if row is None:
        raise MeetingChangedError
    row.idea = idea
    return row

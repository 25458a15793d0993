"""One side proposes times, the other chooses; both calendars follow; what is agreed on is not forgotten."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from icalendar import Calendar

from ideas.actions.meetings import (
    MeetingChangedError,
    NoteChangedError,
    NotOfTheTwoError,
    ProposedAlreadyError,
    add_next_step,
    call_off_meeting,
    choose_time,
    end_next_step,
    propose_meeting,
    propose_other_times,
    remind_of_meetings,
    remind_of_steps,
    write_meeting_note,
)
from ideas.actions.moderation import end_idea
from ideas.actions.support import end_support
from ideas.models import CoAuthor, DeskEntry, Idea, Meeting, MeetingNote, NextStep, Side
from ideas.waiting import waits_on
from tests.factories import (
    DeskEntryFactory,
    IdeaFactory,
    IncubatorFactory,
    MeetingFactory,
    MembershipFactory,
    NextStepFactory,
    SupportRelationFactory,
    UserFactory,
)
from unlimited.mail.calendar import invite
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
Status = Meeting.Status
KINDS = (
    "meeting-proposed", "meeting-booked", "meeting-moved", "meeting-called-off", "meeting-reminder", "steps-overdue",
)  # fmt: skip


@pytest.fixture
def relation():
    return SupportRelationFactory(
        idea=IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted"),
        contact_at=timezone.now() - dt.timedelta(days=30),
    )


@pytest.fixture
def idea(relation):
    return relation.idea


@pytest.fixture
def ali(relation):
    return relation.supporter


def in_days(*days: int) -> list[dt.datetime]:
    return [timezone.now().replace(second=0, microsecond=0) + dt.timedelta(days=day) for day in days]


def proposed(idea, by, *days: int, **facts) -> Meeting:
    return propose_meeting(idea=idea, by=by, times=in_days(*days or (7, 8)), **{"venue": "The library"} | facts)


def booked(idea, by, chooser, *days: int) -> Meeting:
    meeting = proposed(idea, by, *days)
    return choose_time(meeting=meeting, by=chooser, starts_at=meeting.times[0])


def entry_of(mail):
    """The calendar entry that a mail carries, as a program reads it."""
    calendar = Calendar.from_ical(invite(mail.snapshot["calendar"]))
    return calendar["METHOD"], calendar.walk("VEVENT")[0]


# --- Finding a time ---------------------------------------------------------------------------------------------------


def test_one_proposes_the_other_chooses_and_both_calendars_have_it(idea, ali, outbox, relation):
    meeting = proposed(idea, ali, 9, 8)
    assert meeting.times == sorted(meeting.times)
    assert [mail.recipient for mail in outbox("meeting-proposed")] == [idea.author.email]

    meeting = choose_time(meeting=meeting, by=idea.author, starts_at=meeting.times[1])
    assert (meeting.status, meeting.starts_at) == (Status.BOOKED, meeting.times[1])
    mails = {mail.recipient: mail for mail in outbox("meeting-booked")}
    assert mails.keys() == {ali.email, idea.author.email}
    for address, mail in mails.items():
        method, event = entry_of(mail)
        assert (method, event["SEQUENCE"], str(event["LOCATION"])) == ("REQUEST", 0, "The library")
        assert event.decoded("DTSTART") == meeting.starts_at
        assert address in str(event["ATTENDEE"])
    relation.refresh_from_db()
    assert relation.contact_at > timezone.now() - dt.timedelta(minutes=1)


def test_author_proposes_and_supporter_chooses(idea, ali, outbox):
    meeting = proposed(idea, idea.author)
    assert [mail.recipient for mail in outbox("meeting-proposed")] == [ali.email]
    with pytest.raises(MeetingChangedError):
        choose_time(meeting=meeting, by=idea.author, starts_at=meeting.times[0])
    assert choose_time(meeting=meeting, by=ali, starts_at=meeting.times[0]).is_ahead


def test_time_chosen_twice_is_booked_once(idea, ali, outbox):
    meeting = proposed(idea, ali)
    for _press in range(2):
        choose_time(meeting=meeting, by=idea.author, starts_at=meeting.times[0])
    assert len(outbox("meeting-booked")) == 2
    with pytest.raises(MeetingChangedError):
        choose_time(meeting=meeting, by=idea.author, starts_at=meeting.times[1])


def test_time_that_was_not_proposed_or_has_passed_cannot_be_chosen(idea, ali):
    meeting = proposed(idea, ali)
    with pytest.raises(MeetingChangedError):
        choose_time(meeting=meeting, by=idea.author, starts_at=in_days(3)[0])
    gone = in_days(-1)[0]
    Meeting.objects.update(times=[gone])
    with pytest.raises(MeetingChangedError):
        choose_time(meeting=meeting, by=idea.author, starts_at=gone)


def test_only_one_proposal_at_a_time(idea, ali):
    proposed(idea, ali)
    with pytest.raises(ProposedAlreadyError):
        proposed(idea, idea.author)


def test_other_times_turn_the_question_round(idea, ali, outbox):
    meeting = propose_other_times(meeting=proposed(idea, ali), by=idea.author, times=in_days(12))
    assert (meeting.proposed_by_side, meeting.venue) == (Side.AUTHOR, "The library")
    assert [mail.recipient for mail in outbox("meeting-proposed")] == [idea.author.email, ali.email]
    assert choose_time(meeting=meeting, by=ali, starts_at=meeting.times[0]).is_ahead


def test_moving_takes_the_old_entry_out_and_books_a_new_one(idea, ali, outbox):
    meeting = booked(idea, ali, idea.author)
    uids = {str(entry_of(mail)[1]["UID"]) for mail in outbox("meeting-booked")}
    meeting = propose_other_times(meeting=meeting, by=idea.author, times=in_days(12))
    assert {(entry_of(mail)[0], str(entry_of(mail)[1]["UID"])) for mail in outbox("meeting-moved")} == {
        ("CANCEL", uid) for uid in uids
    }
    choose_time(meeting=meeting, by=ali, starts_at=meeting.times[0])
    new = {str(entry_of(mail)[1]["UID"]) for mail in outbox("meeting-booked")} - uids
    assert len(new) == 2


def test_calling_off_tells_both_calendars_and_no_word_of_why_is_mailed(idea, ali, outbox):
    meeting = booked(idea, ali, idea.author)
    for _press in range(2):
        call_off_meeting(meeting=meeting, by=ali, words="zebrafink")
    mails = outbox("meeting-called-off")
    assert {mail.recipient for mail in mails} == {ali.email, idea.author.email}
    method, event = entry_of(mails[0])
    assert (method, event["SEQUENCE"], str(event["STATUS"])) == ("CANCEL", 1, "CANCELLED")
    assert "zebrafink" not in say(mails[0]).text + str(mails[0].snapshot)
    with pytest.raises(MeetingChangedError):
        choose_time(meeting=meeting, by=idea.author, starts_at=meeting.times[1])


def test_proposal_called_off_is_told_to_the_other_one_only(idea, ali, outbox):
    call_off_meeting(meeting=proposed(idea, ali), by=idea.author)
    (mail,) = outbox("meeting-called-off")
    assert (mail.recipient, "calendar" in mail.snapshot) == (ali.email, False)


def test_what_was_booked_is_called_off_when_the_two_part(idea, ali, relation, outbox):
    booked(idea, ali, idea.author)
    proposed(idea, ali, 14)
    end_support(relation=relation, by=ali, reason="no_time", words="Takk.")
    assert set(idea.meetings.values_list("status", flat=True)) == {Status.CALLED_OFF}
    assert {entry_of(mail)[0] for mail in outbox("meeting-called-off")} == {"CANCEL"}
    assert len(outbox("meeting-called-off")) == 2


def test_what_was_booked_is_called_off_when_the_idea_ends(idea, ali, outbox):
    booked(idea, ali, idea.author)
    past = MeetingFactory(idea=idea, past=True)
    staff = MembershipFactory(incubator=idea.incubator).user
    end_idea(idea=idea, by=staff, seen_revision=idea.revision, went_well="Forty came.", reason="It lives on.")
    assert idea.meetings.exclude(pk=past.pk).get().is_called_off
    past.refresh_from_db()
    assert past.status == Status.BOOKED


def test_author_without_account_has_agreed_by_mouth(ali, relation, outbox):
    entry = DeskEntryFactory(idea__incubator=relation.idea.incubator)
    Idea.objects.filter(pk=entry.idea_id).update(status="accepted", step="try")
    idea = Idea.objects.get(pk=entry.idea_id)
    SupportRelationFactory(idea=idea, supporter=ali)
    meeting = proposed(idea, ali)
    assert meeting.is_ahead
    assert [mail.recipient for mail in outbox("meeting-booked")] == [ali.email]
    assert DeskEntry.objects.get(pk=entry.pk).to_tell_since


@pytest.mark.parametrize("who", ["stranger", "moderator", "reader along", "another supporter"])
def test_nobody_but_the_two_agrees_on_anything(idea, ali, who):
    person = {
        "stranger": lambda: UserFactory(),
        "moderator": lambda: MembershipFactory(incubator=idea.incubator).user,
        "another supporter": lambda: MembershipFactory(incubator=idea.incubator, supporter=True).user,
        "reader along": lambda: along(idea, "read"),
    }[who]()
    meeting, step = booked(idea, ali, idea.author), NextStepFactory(idea=idea)
    for act in (
        lambda: proposed(idea, person),
        lambda: propose_other_times(meeting=meeting, by=person, times=in_days(3)),
        lambda: call_off_meeting(meeting=meeting, by=person),
        lambda: write_meeting_note(meeting=meeting, by=person, body="x", audience="shared", seen_revision=0),
        lambda: add_next_step(idea=idea, by=person, side="author", what="x", due_on=timezone.localdate()),
        lambda: end_next_step(step=step, by=person, status="done"),
    ):
        with pytest.raises(NotOfTheTwoError):
            act()
    assert idea.meetings.get().is_ahead


def along(idea, role: str):
    person = UserFactory()
    CoAuthor.objects.create(
        idea=idea, user=person, email=person.email, role=role, status="joined", joined_at=timezone.now(),
        expires_at=timezone.now(),
    )  # fmt: skip
    return person


def test_who_writes_along_speaks_for_the_author(idea, ali, outbox):
    friend = along(idea, "edit")
    meeting = proposed(idea, ali)
    assert friend.email in {mail.recipient for mail in outbox("coauthor-news")}
    assert choose_time(meeting=meeting, by=friend, starts_at=meeting.times[0]).is_ahead


# --- What is written down ---------------------------------------------------------------------------------------------


def test_notes_are_saved_on_what_was_read(idea, ali):
    meeting = MeetingFactory(idea=idea, past=True)
    note = write_meeting_note(meeting=meeting, by=ali, body="One", audience="shared", seen_revision=0)
    with pytest.raises(NoteChangedError) as told:
        write_meeting_note(meeting=meeting, by=idea.author, body="Two", audience="shared", seen_revision=0)
    assert told.value.note.body == "One"
    note = write_meeting_note(
        meeting=meeting, by=idea.author, body="One and two", audience="shared", seen_revision=note.revision
    )
    assert (note.revision, note.author) == (2, idea.author)


def test_same_words_saved_twice_are_no_conflict(idea, ali):
    meeting = MeetingFactory(idea=idea, past=True)
    for _press in range(2):
        note = write_meeting_note(meeting=meeting, by=ali, body="One", audience="shared", seen_revision=0)
    assert note.revision == 1


def test_author_has_no_notes_of_their_own(idea):
    meeting = MeetingFactory(idea=idea, past=True)
    with pytest.raises(NotOfTheTwoError):
        write_meeting_note(meeting=meeting, by=idea.author, body="x", audience="own", seen_revision=0)


def test_own_notes_go_with_their_writer_and_the_shared_one_stays(idea, ali):
    meeting = MeetingFactory(idea=idea, past=True)
    for audience in ("shared", "own"):
        write_meeting_note(meeting=meeting, by=ali, body="x", audience=audience, seen_revision=0)
    erase_person(by=ali)
    assert MeetingNote.objects.get().audience == "shared"


# --- What is to be done -----------------------------------------------------------------------------------------------


def test_step_is_written_once_and_ended_once(idea, ali):
    for _press in range(2):
        step = add_next_step(idea=idea, by=ali, side="author", what="Ask", due_on=timezone.localdate())
    end_next_step(step=step, by=idea.author, status="done")
    step = end_next_step(step=step, by=ali, status="dropped")
    assert (step.status, step.ended_by) == ("done", idea.author)
    assert idea.next_steps.count() == 1


def test_what_waits_is_on_the_side_that_can_do_it(idea, ali):
    mine, theirs = NextStepFactory(idea=idea), NextStepFactory(idea=idea, side="supporter")
    meeting = proposed(idea, ali)
    for_author, for_supporter = waits_on(idea.author, Side.AUTHOR), waits_on(ali, Side.SUPPORTER)
    assert (list(for_author["steps"]), list(for_author["meetings"])) == ([mine], [meeting])
    assert (list(for_supporter["steps"]), list(for_supporter["meetings"])) == ([theirs], [])
    assert not any(waits_on(UserFactory(), side)["steps"] for side in Side)
    Idea.objects.update(status="ended")
    assert not waits_on(idea.author, Side.AUTHOR)["steps"]


def test_overdue_steps_come_in_one_mail_a_week(idea, ali, outbox):
    for _each in range(3):
        NextStepFactory(idea=idea, overdue=True)
    NextStepFactory(idea=idea, overdue=True, side="supporter")
    NextStepFactory(idea=idea)
    NextStepFactory(overdue=True, idea=SupportRelationFactory(supporter=ali, idea__incubator=idea.incubator).idea, side="supporter")  # noqa: E501  # fmt: skip
    monday = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
    NextStep.objects.filter(due_on__lt=timezone.localdate()).update(due_on=dt.date(2026, 11, 20))
    NextStep.objects.filter(due_on__gt=timezone.localdate()).update(due_on=dt.date(2026, 12, 20))
    for days in (0, 1, 6):
        assert remind_of_steps(now=monday + dt.timedelta(days=days)) == 2
    mails = {mail.recipient: mail.snapshot for mail in outbox("steps-overdue")}
    assert mails[idea.author.email]["ideas"] == [{"title": "Verksted", "count": 3}]
    assert (mails[ali.email]["count"], len(mails[ali.email]["ideas"])) == (2, 2)
    remind_of_steps(now=monday + dt.timedelta(days=7))
    assert len(outbox("steps-overdue")) == 4


def test_weekly_mail_asks_the_same_questions_for_any_number(django_assert_num_queries):
    for _each in range(3):
        NextStepFactory(overdue=True)
    with django_assert_num_queries(5):
        assert remind_of_steps() == 3


def test_nobody_hears_of_steps_in_an_idea_that_is_over(idea, outbox):
    NextStepFactory(idea=idea, overdue=True)
    Idea.objects.update(status="ended")
    assert remind_of_steps() == 0


# --- Reminders --------------------------------------------------------------------------------------------------------


def test_both_are_reminded_once_within_a_day(idea, ali, outbox):
    meeting = booked(idea, ali, idea.author, 3)
    now = timezone.now()
    assert remind_of_meetings(now=now) == 0
    Meeting.objects.update(booked_at=now - dt.timedelta(days=1))
    soon = meeting.starts_at - dt.timedelta(hours=23)
    assert (remind_of_meetings(now=soon), remind_of_meetings(now=soon)) == (1, 0)
    assert {mail.recipient for mail in outbox("meeting-reminder")} == {ali.email, idea.author.email}


@pytest.mark.parametrize("case", ["over", "called off", "booked within the day"])
def test_no_reminder_of_what_needs_none(idea, ali, case):
    meeting = booked(idea, ali, idea.author, 3)
    now = meeting.starts_at - dt.timedelta(hours=2)
    Meeting.objects.update(booked_at=now - dt.timedelta(days=1 if case != "booked within the day" else 0))
    if case == "over":
        now = meeting.starts_at + dt.timedelta(minutes=1)
    if case == "called off":
        call_off_meeting(meeting=meeting, by=ali)
    assert remind_of_meetings(now=now) == 0


# --- Mails ------------------------------------------------------------------------------------------------------------


def all_mails(idea, ali) -> None:
    meeting = booked(idea, ali, idea.author, 3)
    Meeting.objects.update(booked_at=timezone.now() - dt.timedelta(days=4))
    remind_of_meetings(now=meeting.starts_at - dt.timedelta(hours=2))
    meeting = propose_other_times(meeting=meeting, by=ali, times=in_days(9))
    call_off_meeting(meeting=meeting, by=idea.author)
    NextStepFactory(idea=idea, overdue=True)
    remind_of_steps()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_are_written_in_the_readers_language(idea, ali, outbox, language):
    for person in (idea.author, ali):
        person.language = language
        person.save()
    idea.refresh_from_db()
    all_mails(idea, ali)
    mails = {mail.kind: mail for mail in outbox() if mail.kind in KINDS}
    assert mails.keys() == set(KINDS)
    for mail in mails.values():
        letter = say(mail)
        assert mail.language == language
        # Steps of several ideas are in one mail, which counts them.
        assert (idea.title in letter.subject) == (mail.kind != "steps-overdue")
        assert "{" not in letter.text


def test_mails_are_taken_back_with_what_they_tell_of(idea, ali, outbox):
    with transaction.atomic():
        all_mails(idea, ali)
        assert {mail.kind for mail in outbox()} >= set(KINDS)
        transaction.set_rollback(True)
    assert not outbox()

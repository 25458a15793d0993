"""Author, supporter and staff at once: one time is booked, no word is lost, nobody meets about what is over."""

import itertools

import pytest

from ideas.actions.meetings import (
    add_next_step,
    call_off_meeting,
    choose_time,
    propose_meeting,
    propose_other_times,
    remind_of_meetings,
    write_meeting_note,
)
from ideas.actions.moderation import end_idea
from ideas.actions.support import end_support
from ideas.actions.transitions import IdeaError
from ideas.models import Idea, Meeting, MeetingNote, SupportRelation
from tests.factories import MeetingFactory, MembershipFactory, SupportRelationFactory
from tests.races import at_once
from unlimited.mail.models import OutgoingMail
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db(transaction=True)


def acts_on(relation: SupportRelation, staff) -> list:
    """What can be done while one meeting is booked and another proposed."""
    idea, ali = relation.idea, relation.supporter
    author = idea.author
    booked = idea.meetings.select_related("idea").get(status="booked")
    proposed = idea.meetings.select_related("idea").get(status="proposed")
    times = [time.replace(hour=3) for time in proposed.times]
    return [
        lambda: choose_time(meeting=proposed, by=author, starts_at=proposed.times[0]),
        lambda: propose_other_times(meeting=proposed, by=author, times=times),
        lambda: propose_other_times(meeting=booked, by=ali, times=times),
        lambda: call_off_meeting(meeting=proposed, by=ali),
        lambda: call_off_meeting(meeting=booked, by=author),
        lambda: propose_meeting(idea=idea, by=ali, times=times, venue="x"),
        lambda: add_next_step(idea=idea, by=ali, side="author", what="x", due_on=times[0].date()),
        lambda: end_support(relation=relation, by=ali, reason="no_time", words="Thank you."),
        lambda: end_idea(
            idea=idea, by=staff, seen_revision=idea.revision, went_well="Forty came.", reason="It lives on."
        ),
        lambda: erase_person(by=author),
    ]


def test_no_two_things_done_at_once_leave_half_of_one():
    for pair in itertools.combinations(range(10), 2):
        relation = SupportRelationFactory()
        staff = MembershipFactory(incubator=relation.idea.incubator).user
        MeetingFactory(idea=relation.idea, booked=True)
        MeetingFactory(idea=relation.idea)
        acts = [acts_on(relation, staff)[number] for number in pair]
        told = f"{pair}: {at_once(*acts, refused=IdeaError)}"
        idea = Idea.objects.filter(pk=relation.idea.pk).first()
        if idea and not idea.support_relations.active().exists():
            assert not idea.meetings.not_over(), told
        for meeting in Meeting.objects.filter(idea=idea, status="booked") if idea else ():
            assert meeting.starts_at in meeting.times, told


def test_two_who_write_at_once_are_both_kept():
    meeting = MeetingFactory(past=True)
    people = (meeting.supporter, meeting.idea.author)
    acts = [
        lambda person=person: write_meeting_note(
            meeting=meeting, by=person, body=person.email, audience="shared", seen_revision=0
        )
        for person in people
    ]
    results = at_once(*acts, refused=IdeaError)
    refused = [one for one in results if isinstance(one, IdeaError)]
    assert len(refused) == 1
    assert refused[0].note.body == MeetingNote.objects.get().body


def test_without_the_lock_the_first_words_are_lost():
    """What the lock is worth: read before the other has saved, both think that nobody wrote."""
    meeting = MeetingFactory(past=True)
    meeting.notes.create(audience="shared", body="before")
    acts = [
        lambda words=words: write_meeting_note(
            meeting=meeting, by=meeting.supporter, body=words, audience="shared", seen_revision=1
        )
        for words in ("one", "two")
    ]
    results = at_once(*acts, refused=IdeaError, without_lock_on=Idea)
    assert not [one for one in results if isinstance(one, IdeaError)]
    assert MeetingNote.objects.get().revision == 2


def test_two_workers_remind_each_person_once():
    meeting = MeetingFactory(booked=True)
    now = meeting.starts_at - (meeting.REMINDED_BEFORE / 2)
    at_once(*[lambda: remind_of_meetings(now=now)] * 2, refused=IdeaError)
    assert OutgoingMail.objects.filter(kind="meeting-reminder").count() == 2

"""What counts as contact between an author and those who work with the idea, and what does not."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from ideas.actions import (
    agreements,
    coauthors,
    desk_entry,
    hallmarks,
    meetings,
    merging,
    moderation,
    notes,
    submission,
    support,
    trials,
)
from ideas.models import CoAuthor, Delay, HallmarkAnswer, Idea, Meeting
from incubators.actions.promises import tell_of_delays
from tests.factories import (
    AgreementFactory,
    DeskEntryFactory,
    IdeaFactory,
    MeetingFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def ahead(days: int = 2) -> dt.datetime:
    return timezone.now().replace(microsecond=0) + dt.timedelta(days=days)


def silent(days: int = 25, **facts) -> Idea:
    """Return a supported idea whose author has heard from its supporter `days` ago."""
    at = timezone.now() - dt.timedelta(days=days)
    idea = IdeaFactory(accepted=True, staff_acted_at=at, **facts)
    SupportRelationFactory(idea=idea, contact_at=at)
    return idea


def supporter_of(idea: Idea):
    return idea.support_relations.active().get().supporter


def propose_meeting(idea, by):
    meetings.propose_meeting(idea=idea, by=by, times=[ahead()], venue="The library")


def propose_agreement(idea):
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=30), "talk_on": today + dt.timedelta(days=30)}
    facts = {"by": supporter_of(idea), "seen_revision": idea.revision, "find_out": "Who comes?"}
    agreements.propose_agreement(idea=idea, **facts, **days)


def end_agreement(idea):
    words = {"outcome": "stay", "learnt": "A lot.", "onwards": "More."}
    agreements.end_agreement(agreement=AgreementFactory(idea=idea, agreed=True), by=supporter_of(idea), **words)


def call_off(idea):
    meeting = MeetingFactory(idea=idea, supporter=supporter_of(idea), booked=True)
    meetings.call_off_meeting(meeting=meeting, by=supporter_of(idea))


def hold_meeting(idea):
    MeetingFactory(idea=idea, supporter=supporter_of(idea), past=True)
    assert [meetings.record_meetings_held(), meetings.record_meetings_held()] == [1, 0]


def offer_another(idea):
    another = MembershipFactory(incubator=idea.incubator, supporter=True).user
    support.ask_supporter(idea=idea, by=another, seen_revision=None, supporter=another)


def trial(by: str):
    words = {"hypothesis": "Would anyone come?", "happened": "Forty came.", "learnt": "They cook."}
    return lambda idea: trials.write_trial(idea=idea, by=people(idea)[by], token=uuid.uuid4(), **words)


def sheet(by: str):
    answers = dict.fromkeys(HallmarkAnswer.Hallmark.values, ("yes", "It does."))
    return lambda idea: hallmarks.answer_sheet(
        idea=idea, by=people(idea)[by], round_no=0, seen_at=None, answers=answers
    )


def people(idea: Idea) -> dict:
    return {"author": idea.author, "supporter": supporter_of(idea)}


CONTACT = {
    "agreement proposed": propose_agreement,
    "agreement agreed on": lambda idea: agreements.agree(agreement=AgreementFactory(idea=idea), by=idea.author),
    "agreement taken back": lambda idea: agreements.decline_agreement(
        agreement=AgreementFactory(idea=idea), by=supporter_of(idea)
    ),
    "talk held": end_agreement,
    "meeting proposed": lambda idea: propose_meeting(idea, supporter_of(idea)),
    "meeting booked by author": lambda idea: meetings.choose_time(
        meeting=(row := MeetingFactory(idea=idea, supporter=supporter_of(idea))), by=idea.author, starts_at=row.times[0]
    ),
    "meeting called off": call_off,
    "meeting held": hold_meeting,
    "message": lambda idea: notes.write_to_author(idea=idea, by=supporter_of(idea), body="Hello."),
    "noted": lambda idea: support.note_contact(
        relation=idea.support_relations.active().get(), by=supporter_of(idea)
    ),
    "step": lambda idea: moderation.change_step(idea=idea, by=UserFactory(), seen_revision=idea.revision, step="do"),
    "supporter offered": offer_another,
    "trial of supporter": trial("supporter"),
    "sheet of supporter": sheet("supporter"),
}  # fmt: skip


def hand_over(idea):
    heir, now = UserFactory(), timezone.now()
    facts = {"status": "joined", "joined_at": now, "expires_at": now, "role": "edit"}
    row = CoAuthor.objects.create(idea=idea, email=heir.email, user=heir, **facts)
    coauthors.hand_over_idea(coauthor=row, by=idea.author)


def ask_to_merge(idea):
    other = IdeaFactory(accepted=True, incubator=idea.incubator)
    merging.propose_merge(source=idea, target=other, by=UserFactory(), reason="They are one.")


NO_CONTACT = {
    "author writes": lambda idea: submission.write_to_incubator(idea=idea, by=idea.author, body="Hello?"),
    "author tries": trial("author"),
    "author answers the sheet": sheet("author"),
    "author says no to agreement": lambda idea: agreements.decline_agreement(
        agreement=AgreementFactory(idea=idea), by=idea.author
    ),
    "author proposes meeting": lambda idea: propose_meeting(idea, idea.author),
    "author hands over": hand_over,
    "colleague takes the case": lambda idea: moderation.take_idea(
        idea=idea, by=UserFactory(), seen_revision=idea.revision
    ),
    "colleagues write": lambda idea: notes.add_note(idea=idea, by=UserFactory(), body="Who knows more?"),
    "next step": lambda idea: meetings.add_next_step(
        idea=idea, by=supporter_of(idea), side="author", what="Ask", due_on=timezone.localdate()
    ),
    "merge question": ask_to_merge,
}  # fmt: skip


@pytest.mark.parametrize("name", CONTACT)
def test_contact_lets_the_told_day_go_and_moves_the_clock(name, outbox):
    idea = silent()
    assert tell_of_delays() == 1
    idea.refresh_from_db()
    before = idea.staff_acted_at

    CONTACT[name](idea)

    idea.refresh_from_db()
    assert idea.new_due_on is None
    assert idea.staff_acted_at > before
    assert outbox("support-quiet")[0].status == "cancelled"
    Meeting.objects.update(starts_at=None, booked_at=None, status="called_off", called_off_at=timezone.now())
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=1)) == 0
    # Silence that begins anew is told anew, and no run fails for the day that was told before.
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=40)) == 1


@pytest.mark.parametrize("name", NO_CONTACT)
def test_what_is_no_contact_keeps_the_told_day(name, outbox):
    idea = silent()
    tell_of_delays()
    idea.refresh_from_db()
    told = idea.new_due_on

    NO_CONTACT[name](idea)

    idea.refresh_from_db()
    assert idea.new_due_on == told
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=20)) == 1
    assert [mail.kind for mail in outbox() if "quiet" in mail.kind] == ["support-quiet"] * 2


def test_claiming_a_case_keeps_the_told_day():
    entry = DeskEntryFactory(idea=IdeaFactory(quiet=True, author=None))
    tell_of_delays()
    told = Idea.objects.get().new_due_on
    desk_entry.claim_case(entry=entry, by=UserFactory())
    assert Idea.objects.get().new_due_on == told


def test_day_that_was_told_already_is_not_told_again_and_its_author_is_not_missed(outbox):
    idea = silent()
    tell_of_delays()
    delay = Delay.objects.get()
    # As a fault of an action would leave it, or a clock that was set back: nothing is told, and no contact was made.
    Idea.objects.update(new_due_on=None)

    assert tell_of_delays() == 0

    idea.refresh_from_db()
    assert idea.new_due_on == delay.new_due_on
    Idea.objects.update(new_due_on=None)
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=20)) == 1
    assert list(Delay.objects.order_by("pk").values_list("promised_on", flat=True)) == [
        delay.promised_on, delay.new_due_on,
    ]  # fmt: skip
    assert len(outbox("support-quiet")) == 2


def test_meeting_ahead_stands_for_the_promise_until_it_is_called_off():
    idea = silent()
    meeting = MeetingFactory(idea=idea, supporter=supporter_of(idea), booked=True)
    assert tell_of_delays() == 0
    Meeting.objects.filter(pk=meeting.pk).update(status="called_off", called_off_at=timezone.now())
    assert tell_of_delays() == 1


def test_meeting_that_was_held_long_before_the_last_contact_changes_nothing():
    idea = silent(days=1)
    MeetingFactory(idea=idea, supporter=supporter_of(idea), booked=True, times=[ahead(-3)])
    assert meetings.record_meetings_held() == 0

"""The page of meetings and next steps: what each sees and may do, what a stale form says, and that it does not grow."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.actions.meetings import propose_meeting, remind_of_steps, write_meeting_note
from ideas.actions.support import agree_to_support, ask_supporter, end_support
from ideas.models import Meeting, MeetingNote
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MeetingFactory,
    MembershipFactory,
    NextStepFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db
OWN = "swallow: for my own eyes"


@pytest.fixture
def relation():
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Verksted", author__name="Sara")
    return SupportRelationFactory(idea=idea)


@pytest.fixture
def idea(relation):
    return relation.idea


@pytest.fixture
def ali(relation):
    return relation.supporter


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/moter/"


def my_url(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/moter/"


def act_url(meeting, name: str) -> str:
    return f"/en/moter/{meeting.uuid}/{name}/"


def idea_url(idea, name: str) -> str:
    return f"/en/moter/ideer/{idea.uuid}/{name}/"


def times(*days: int) -> dict:
    now = timezone.localtime()
    return {f"time_{n}": f"{now + dt.timedelta(days=day):%Y-%m-%dT%H:%M}" for n, day in enumerate(days, start=1)}


def test_proposal_is_sent_chosen_and_shown_to_both(client_for, idea, ali):
    sent = times(7, 8) | {"minutes": "60", "venue": "The library", "about": "The cellar"}
    page = client_for(ali).post(idea_url(idea, "foresla"), sent, follow=True)
    assert "The proposal is sent." in page.text
    assert "You wait for an answer" in page.text
    meeting = idea.meetings.get()
    author = client_for(idea.author)
    assert "Which time suits you?" in author.get(my_url(idea)).text
    chosen = {"starts_at": meeting.times[1].isoformat()}
    page = author.post(act_url(meeting, "velg"), chosen, follow=True)
    assert "The meeting is booked." in page.text
    assert "The cellar" in client_for(ali).get(desk_url(idea)).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"venue": "x"}, "Enter at least one time."),
        (times(-1) | {"venue": "x"}, "Choose a time from now on, within a year."),
        (times(800) | {"venue": "x"}, "Choose a time from now on, within a year."),
        (times(3), "Say where you meet, or give the link to a video meeting."),
        (times(3) | {"video_link": "http://example.no"}, "Links must start with https://."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client_for, idea, ali, sent, words):
    answer = client_for(ali).post(idea_url(idea, "foresla"), {"minutes": "60", "about": "zebrafink"} | sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "zebrafink" in answer.text
    assert not Meeting.objects.exists()


def test_time_chosen_after_the_meeting_was_called_off_is_told(client_for, idea):
    meeting = MeetingFactory(idea=idea)
    chosen = {"starts_at": meeting.times[0].isoformat()}
    Meeting.objects.update(status="called_off", called_off_at=timezone.now())
    page = client_for(idea.author).post(act_url(meeting, "velg"), chosen, follow=True)
    assert "This has changed since you opened the page." in page.text


def test_two_tabs_on_one_note_lose_nothing(client_for, idea, ali):
    meeting = MeetingFactory(idea=idea, past=True)
    author, desk = client_for(idea.author), client_for(ali)
    desk.post(act_url(meeting, "notat"), {"body": "Ali wrote this", "revision": "0"})
    answer = author.post(act_url(meeting, "notat"), {"body": "Sara wrote this", "revision": "0"})
    assert answer.status_code == 409
    assert "Somebody has written in the notes meanwhile." in answer.text
    assert "Ali wrote this" in answer.text
    assert ">\nSara wrote this</textarea>" in answer.text
    both = {"body": "Ali and Sara wrote this", "revision": "1"}
    assert "The shared notes are saved." in author.post(act_url(meeting, "notat"), both, follow=True).text
    assert MeetingNote.objects.get().body == "Ali and Sara wrote this"


def test_supporter_who_was_replaced_meanwhile_gets_their_words_back(client_for, idea, ali, relation):
    meeting = MeetingFactory(idea=idea, past=True)
    write_meeting_note(meeting=meeting, by=ali, body="What was", audience="shared", seen_revision=0)
    berit = MembershipFactory(incubator=idea.incubator, supporter=True).user
    asked = ask_supporter(idea=idea, by=berit, seen_revision=idea.revision, supporter=berit)
    agree_to_support(relation=asked, by=idea.author)
    answer = client_for(ali).post(act_url(meeting, "notat"), {"body": "zebrafink", "revision": "1"})
    assert answer.status_code == 404
    assert "You no longer support this idea, so nothing is saved." in answer.text
    assert "zebrafink" in answer.text
    assert "What was" not in answer.text
    assert idea.title not in answer.text
    assert client_for(ali).get(desk_url(idea)).status_code == 404
    page = client_for(berit).post(act_url(meeting, "notat"), {"body": "What is", "revision": "1"}, follow=True)
    assert "The shared notes are saved." in page.text


def test_own_notes_are_read_by_the_supporter_alone(client_for, idea, ali):
    meeting = MeetingFactory(idea=idea, past=True)
    client_for(ali).post(act_url(meeting, "eget-notat"), {"body": OWN, "revision": "0"})
    assert OWN in client_for(ali).get(desk_url(idea)).text
    mona = MembershipFactory(incubator=idea.incubator).user
    assert OWN not in client_for(mona).get(desk_url(idea)).text
    assert OWN not in client_for(idea.author).get(my_url(idea)).text


def test_step_is_written_ticked_off_and_listed(client_for, idea, ali):
    sent = {"what": "Ask the caretaker", "side": "author", "due_on": f"{timezone.localdate():%Y-%m-%d}"}
    assert "The step is written down." in client_for(ali).post(idea_url(idea, "steg"), sent, follow=True).text
    step = idea.next_steps.get()
    page = client_for(idea.author).post(f"/en/neste-steg/{step.uuid}/gjort/", follow=True)
    assert "The step is ticked off." in page.text
    assert "Steps that were taken" in page.text


def test_step_that_misses_something_keeps_its_words(client_for, idea, ali):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    sent = {"what": "zebrafink", "due_on": f"{yesterday:%Y-%m-%d}"}
    answer = client_for(ali).post(idea_url(idea, "steg"), sent)
    assert answer.status_code == 422
    for words in ("zebrafink", "Choose who does it.", "Choose a day from today on, within a year."):
        assert words in answer.text


def test_page_of_an_idea_without_supporter_says_so(client_for, idea, ali, relation):
    end_support(relation=relation, by=ali, reason="no_time", words="Takk.")
    page = client_for(idea.author).get(my_url(idea)).text
    assert "Meetings are agreed on while the idea has a supporter." in page
    assert "Send the proposal" not in page


def test_moderator_reads_and_does_nothing(client_for, idea):
    meeting = MeetingFactory(idea=idea, booked=True)
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    page = desk.get(desk_url(idea)).text
    assert "The library" in page
    assert "Call off the meeting" not in page
    assert desk.post(act_url(meeting, "avlys")).status_code == 403


@pytest.mark.parametrize("name", ["foresla", "finnes-ikke"])
def test_unknown_words_and_people_are_not_found(client_for, idea, name):
    assert client_for(UserFactory()).post(idea_url(idea, name)).status_code == 404
    expected = 422 if name == "foresla" else 404
    assert client_for(idea.author).post(idea_url(idea, name)).status_code == expected


@pytest.mark.django_db(transaction=True)
def test_case_that_is_held_is_said_and_the_words_stay(client_for, settings):
    relation = SupportRelationFactory()
    sent = times(7) | {"minutes": "60", "venue": "The library", "about": "zebrafink"}
    with held_elsewhere(relation.idea):
        answer = client_for(relation.supporter).post(idea_url(relation.idea, "foresla"), sent)
    assert answer.status_code == 503
    assert "zebrafink" in answer.text


def test_page_does_not_grow(client_for, idea, ali, same_queries_at):
    desk, author = client_for(ali), client_for(idea.author)

    def add() -> None:
        meeting = MeetingFactory(idea=idea, past=True)
        meeting.notes.create(audience="shared", author=ali, body="x")
        NextStepFactory(idea=idea)
        NextStepFactory(idea=idea, status="done", ended_at=timezone.now())

    same_queries_at(add, lambda: desk.get(desk_url(idea)), limit=14)
    Meeting.objects.all().delete()
    same_queries_at(add, lambda: author.get(my_url(idea)), limit=14, rows=(1, 3, 40))


def test_proposal_of_both_at_once_is_told_to_the_second(client_for, idea, ali):
    propose_meeting(idea=idea, by=ali, times=[timezone.now() + dt.timedelta(days=4)], venue="x")
    sent = times(7) | {"minutes": "60", "venue": "The library", "about": "zebrafink"}
    answer = client_for(idea.author).post(idea_url(idea, "foresla"), sent)
    assert answer.status_code == 409
    assert "Times are proposed already." in answer.text
    assert "zebrafink" in answer.text


def test_supporter_who_is_no_longer_one_there_has_no_say(client_for, idea, ali):
    meeting = MeetingFactory(idea=idea, booked=True)
    ali.memberships.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert client_for(ali).post(act_url(meeting, "avlys")).status_code == 404
    meeting.refresh_from_db()
    assert meeting.is_ahead


def test_author_without_an_account_is_met_at_the_time_agreed_by_mouth(client_for, ali, idea):
    """Nobody is there to choose among times: one is asked for, and the page says that it is booked."""
    author, idea.author = idea.author, None
    idea.save()
    assert author
    page = client_for(ali).get(desk_url(idea)).text
    assert "Agree on a time first; it goes into your calendar at once." in page
    assert "Another one" not in page
    sent = times(7) | {"minutes": "60", "venue": "The library", "about": ""}
    page = client_for(ali).post(idea_url(idea, "foresla"), sent, follow=True).text
    assert "The meeting is booked. Remember to tell the author." in page
    meeting = idea.meetings.get()
    assert meeting.is_ahead
    page = client_for(ali).post(act_url(meeting, "andre-tider"), times(9) | sent | times(9), follow=True).text
    assert "The meeting is moved. Remember to tell the author." in page
    meeting.refresh_from_db()
    assert (meeting.is_ahead, meeting.bookings) == (True, 2)


def test_times_that_have_passed_are_not_offered(client_for, idea):
    now = timezone.now()
    meeting = MeetingFactory(idea=idea, times=[now - dt.timedelta(days=1), now + dt.timedelta(days=1)])
    page = client_for(idea.author).get(my_url(idea)).text
    assert page.count('name="starts_at"') == 1
    meeting.times = [now - dt.timedelta(days=1)]
    meeting.save()
    page = client_for(idea.author).get(my_url(idea)).text
    assert 'name="starts_at"' not in page
    assert "All the times that were proposed have passed." in page
    assert "Propose other times" in page


@pytest.mark.parametrize("name", ["moter", "avtaler", "forsok", "organisasjon", "stotte"])
def test_page_of_the_work_says_which_of_them_it_is(client_for, idea, ali, name):
    page = client_for(ali).get(f"/en/arbeidsflate/ideer/{idea.uuid}/{name}/").text
    ways = page.split('class="ways"')[1].split("</nav>")[0]
    assert ways.count('aria-current="page"') == 1
    assert f'/{name}/" aria-current="page"' in ways


def test_supporter_who_works_there_no_more_hears_of_no_step(idea, ali):
    NextStepFactory(idea=idea, side="supporter", overdue=True)
    ali.memberships.update(ends_on=timezone.localdate())
    assert remind_of_steps() == 0

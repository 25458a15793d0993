"""Who is in a story: asked by mail, or by mouth where they have no address; and where staff have used it."""

import datetime as dt
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from ideas.actions import stories as actions
from ideas.actions.coauthors import TooManyError
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.stories import add_person, ask_people, change_story, note_place, write_story
from ideas.models import Idea, Story, StoryConsent, StoryPerson, StoryPlace
from tests.factories import (
    IdeaFactory,
    MembershipFactory,
    ReportStoryFactory,
    StoryConsentFactory,
    StoryFactory,
    StoryPersonFactory,
    StoryPlaceFactory,
    SupportRelationFactory,
)
from tests.ideas.test_stories import WORDS, act_url, agreed, desk_url, my_url
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return SupportRelationFactory(idea=IdeaFactory(public=True, title="Verksted")).idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


# --- People -----------------------------------------------------------------------------------------------------------


def test_somebody_is_added_once_and_asked_by_mail_once_a_day(client_for, idea, ali, outbox):
    story, desk = StoryFactory(idea=idea), client_for(ali)
    sent = {"called": "Kari", "email": "Kari@Example.no", "language": "nn"}
    assert "They are written down." in desk.post(act_url(story, "person"), sent, follow=True).text
    again = desk.post(act_url(story, "person"), sent)
    assert again.status_code == 409
    assert "in the story already" in again.text
    assert 'value="Kari@Example.no"' in again.text
    for _press in range(2):
        assert "They are asked by mail." in desk.post(act_url(story, "spor"), follow=True).text
    [mail] = outbox("story-asked")
    kari = story.people.get()
    assert (mail.recipient, mail.language, kari.asked_revision) == ("kari@example.no", "nn", 1)
    assert mail.snapshot["url"].endswith(f"/nn/historie/{kari.uuid}/{kari.token}/")
    assert "zebrafink" not in str(mail.snapshot)


def test_address_that_no_mail_reaches_is_said_beside_it(client_for, idea, ali):
    story = StoryFactory(idea=idea)
    for email in ("x", "kari@" + "a" * 60 + ".example" * 25 + ".no", "\u017ftaff@example.no"):
        answer = client_for(ali).post(act_url(story, "person"), {"called": "Kari", "email": email, "language": "nn"})
        assert answer.status_code == 422, email
    assert not story.people.exists()


def test_who_has_said_yes_to_these_words_is_not_asked_and_after_a_change_is(idea, ali, outbox):
    story = StoryFactory(idea=idea)
    kari = agreed(story, "web")
    StoryPersonFactory(story=story, email="")
    assert ask_people(story=story, by=ali) == []
    change_story(story=story, by=ali, seen_revision=1, **WORDS)
    StoryPerson.objects.update(asked_revision=1)
    assert ask_people(story=story, by=ali) == [kari]
    assert outbox("story-asked")[0].snapshot["is_again"]


def test_wrong_address_is_taken_off_and_whoever_said_yes_stays(client_for, idea, ali):
    story, desk = StoryFactory(idea=idea), client_for(ali)
    wrong, kari = StoryPersonFactory(story=story), agreed(story, "web")
    page = desk.post(act_url(story, "ta-av"), {"person": str(wrong.uuid)}, follow=True)
    assert "They are taken off." in page.text
    story.refresh_from_db()
    assert (list(story.people.all()), story.revision) == ([kari], 2)
    assert not Story.objects.agreed_for("web").exists()
    assert desk.post(act_url(story, "ta-av"), {"person": str(kari.uuid)}).status_code == 422
    with pytest.raises(actions.HasAnsweredError):
        actions.take_off(person=kari, by=ali)


def test_there_is_room_for_so_many(idea, ali, monkeypatch):
    for name in ("MOST_STORIES", "MOST_PEOPLE", "MOST_PLACES"):
        monkeypatch.setattr(actions, name, 1)
    story, facts = StoryFactory(idea=idea), {"name": "x", "language": "nb"}
    agreed(story, "press")
    StoryPlaceFactory(story=story)
    today = timezone.localdate()
    for act in (
        lambda: write_story(idea=idea, by=ali, token=uuid.uuid4(), **WORDS),
        lambda: add_person(story=story, by=ali, email="", **facts),
        lambda: note_place(story=story, by=ali, purpose="press", where="x", url="", used_on=today),
    ):
        with pytest.raises(TooManyError):
            act()


# --- By mouth ---------------------------------------------------------------------------------------------------------


def test_yes_by_mouth_is_written_down_and_taken_back(client_for, idea, ali):
    story, desk = StoryFactory(idea=idea), client_for(ali)
    gudrun = StoryPersonFactory(story=story, name="Gudrun", email="")
    until = timezone.localdate() + dt.timedelta(days=100)
    sent = {"person": str(gudrun.uuid), "purposes": ["web", "press"], "until": until.isoformat(), "revision": "1"}
    sent |= {"spoken_words": "At the café, swallow", "is_old_enough": "on"}
    for change, words in (
        ({"is_old_enough": ""}, "Who is under 15 cannot say yes alone."),
        ({"until": "2020-01-01"}, "Choose a day from today on, within five years."),
        ({"spoken_words": ""}, "Write when and how they said yes."),
        ({"purposes": []}, "Tick at least one."),
    ):
        answer = desk.post(act_url(story, "muntlig-ja"), sent | change)
        assert answer.status_code == 422
        assert words in answer.text
    assert not StoryConsent.objects.exists()
    assert "The yes is written down." in desk.post(act_url(story, "muntlig-ja"), sent, follow=True).text
    row = StoryConsent.objects.get(purpose="press")
    assert (row.written_down_by, row.until, row.text_version) == (ali, until, "story-1")
    page = client_for(idea.author).get(my_url(idea, f"{story.uuid}/")).text
    assert "At the café, swallow" in page
    assert "on this website, in newspapers, radio and television." in " ".join(page.split())
    back = {"person": str(gudrun.uuid), "purposes": ["web"]}
    author = client_for(idea.author)
    assert "It is written down" in author.post(act_url(story, "muntlig-nei"), back, follow=True).text
    assert not Story.objects.agreed_for("web").exists()
    assert Story.objects.agreed_for("press").exists()


@pytest.mark.parametrize("status", ["ended", "withdrawn"])
def test_yes_by_mouth_is_taken_back_also_once_nobody_supports_the_idea(client_for, idea, status):
    story = StoryFactory(idea=idea)
    gudrun = StoryPersonFactory(story=story, name="Gudrun", email="", yes=["report"])
    row, back = ReportStoryFactory(story=story), {"person": str(gudrun.uuid), "purposes": ["report"]}
    idea.support_relations.all().delete()
    Idea.objects.filter(pk=idea.pk).update(status=status)
    moderator = MembershipFactory(incubator=idea.incubator).user
    stranger = MembershipFactory().user
    assert client_for(stranger).post(act_url(story, "muntlig-nei"), back).status_code == 404
    with pytest.raises(NotOfTheTwoError):
        actions.write_down_no(person=gudrun, by=stranger, purposes=["report"])
    desk = client_for(moderator)
    assert "Somebody has taken back a yes" in desk.get(desk_url(idea, f"{story.uuid}/")).text
    assert "It is written down" in desk.post(act_url(story, "muntlig-nei"), back, follow=True).text
    row.refresh_from_db()
    assert row.taken_out_at
    assert not gudrun.consents.standing().exists()


def test_nobody_says_yes_for_who_has_an_address_or_to_words_that_are_gone(client_for, idea, ali):
    story, desk = StoryFactory(idea=idea), client_for(ali)
    kari, gudrun = StoryPersonFactory(story=story), StoryPersonFactory(story=story, email="")
    until = timezone.localdate()
    facts = {"purposes": ["web"], "until": until, "spoken_words": "x"}
    with pytest.raises(actions.AnswersAloneError):
        actions.write_down_yes(person=kari, by=ali, seen_revision=1, **facts)
    assert kari.name not in desk.get(desk_url(idea, f"{story.uuid}/")).text.split("muntlig-ja")[1].split("</form>")[0]
    change_story(story=story, by=ali, seen_revision=1, **WORDS)
    sent = facts | {"person": str(gudrun.uuid), "until": until.isoformat(), "revision": "1", "is_old_enough": "on"}
    answer = desk.post(act_url(story, "muntlig-ja"), sent)
    assert answer.status_code == 409
    assert "Somebody has changed the words meanwhile." in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert not StoryConsent.objects.exists()


# --- Where it is used -------------------------------------------------------------------------------------------------


def test_place_is_noted_only_where_everyones_yes_is_valid_then(client_for, idea, ali):
    story, desk, today = StoryFactory(idea=idea), client_for(ali), timezone.localdate()
    kari = StoryPersonFactory(story=story)
    sent = {"purpose": "press", "where": "The paper", "url": "https://paper.example/1", "used_on": today.isoformat()}
    answer = desk.post(act_url(story, "sted"), sent)
    assert answer.status_code == 409
    assert "Not everyone has said yes to that on that day." in answer.text
    assert 'value="The paper"' in answer.text
    StoryConsentFactory(person=kari, purpose="press", until=today + dt.timedelta(days=3))
    later = {"used_on": (today + dt.timedelta(days=4)).isoformat()}
    assert desk.post(act_url(story, "sted"), sent | later).status_code == 409
    assert desk.post(act_url(story, "sted"), sent | {"used_on": "2020-01-01"}).status_code == 422
    assert desk.post(act_url(story, "sted"), sent | {"purpose": "report"}).status_code == 422
    for _press in range(2):
        page = desk.post(act_url(story, "sted"), sent, follow=True)
        assert "The place is written down." in page.text
    place = StoryPlace.objects.get()
    assert (place.noted_by, place.used_on) == (ali, today)
    assert "https://paper.example/1" in client_for(idea.author).get(my_url(idea, f"{story.uuid}/")).text


# --- The question -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("is_again", [True, False])
def test_question_is_in_the_readers_language_and_tells_no_story(idea, ali, outbox, language, is_again):
    story = StoryFactory(idea=idea, **WORDS | {"language": "nb"}, revision=2)
    StoryPersonFactory(story=story, language=language, asked_revision=1 if is_again else 0)
    ask_people(story=story, by=ali)
    [mail] = outbox("story-asked")
    said = say(mail)
    assert mail.language == language
    assert "Verksted" in said.subject
    assert "zebrafink" not in said.text + str(mail.snapshot)
    assert mail.snapshot["is_again"] == is_again


def test_question_is_taken_back_with_what_it_tells_of(idea, ali, outbox):
    story = StoryFactory(idea=idea, people=1)
    with transaction.atomic():
        ask_people(story=story, by=ali)
        assert outbox("story-asked")
        transaction.set_rollback(True)
    assert not outbox()


def test_who_asks_too_often_waits(client_for, idea, ali, outbox, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"write_message": "1/h/user"}
    story, desk = StoryFactory(idea=idea, people=1), client_for(ali)
    assert desk.post(act_url(story, "spor")).status_code == 302
    assert desk.post(act_url(story, "spor")).status_code == 429

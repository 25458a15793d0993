"""Who leaves takes their yes along: no story of theirs looks agreed to, and no report keeps its words."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from ideas.actions.coauthors import leave_idea
from ideas.actions.stories import ask_people
from ideas.models import CoAuthor, Idea, Story, StoryConsent, StoryPerson
from ideas.privacy import purge_stories
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    ReportStoryFactory,
    StoryConsentFactory,
    StoryFactory,
    StoryPersonFactory,
    SupportRelationFactory,
    UserFactory,
)
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db


def agreed_story(idea, *people: str, **facts):
    """A story of `idea` that all of `people`, by address, have said yes to, with the report it stands in."""
    story = StoryFactory(idea=idea, body="I knew zebrafink.", **facts)
    for email in people:
        StoryPersonFactory(story=story, email=email, yes=["web", "report"])
    return story, ReportStoryFactory(story=story)


def supported_idea(**facts) -> Idea:
    idea = IdeaFactory(public=True, **facts)
    SupportRelationFactory(idea=idea)
    return idea


def join(idea, user) -> None:
    facts = {"status": "joined", "joined_at": timezone.now(), "expires_at": timezone.now()}
    CoAuthor.objects.create(idea=idea, user=user, email=user.email, **facts)


def assert_without_words(row) -> None:
    row.refresh_from_db()
    assert (row.title, row.body, bool(row.taken_out_at)) == ("", "", True)


def test_what_a_person_is_in_is_handed_out_to_them_and_nobody_elses_is(client_for):
    idea, kari = supported_idea(), UserFactory(email="kari@example.no")
    story, _report = agreed_story(idea, "kari@example.no", "other@example.no")
    export = json.loads(client_for(kari).post("/en/konto/mine-opplysninger/").content)
    [mine] = export["stories"]
    assert (mine["story"], mine["words"], mine["email"]) == (story.title, "I knew zebrafink.", kari.email)
    assert [one["purpose"] for one in mine["consents"]] == ["web", "report"]
    assert "other@example.no" not in json.dumps(export)
    of_author = json.loads(client_for(idea.author).post("/en/konto/mine-opplysninger/").content)
    assert of_author["ideas"][0]["stories"][0]["body"] == "I knew zebrafink."
    assert "kari@example.no" not in json.dumps(of_author)


def test_erased_person_leaves_a_row_without_name_address_or_yes(client, outbox):
    kari = UserFactory(email="kari@example.no")
    idea = supported_idea()
    story, report = agreed_story(idea, "kari@example.no", "other@example.no")
    StoryConsent.objects.update(spoken_words="Kari said so")
    person = story.people.get(email=kari.email)
    address = f"/en/historie/{person.uuid}/{person.token}/"
    assert client.get(address).status_code == 200
    erase_person(by=kari)
    person.refresh_from_db()
    assert (person.name, person.email, str(person.story)) == ("", "", story.title)
    assert not person.consents.standing().exists()
    assert not person.consents.exclude(spoken_words="").exists()
    assert client.get(address).status_code == 404
    assert client.get(f"/en/historie/{person.uuid}/{person.token}/").status_code == 404
    assert not Story.objects.agreed_for("web").exists()
    assert_without_words(report)
    assert {mail.recipient for mail in outbox("story-withdrawn")} >= {idea.author.email}


def test_who_has_another_address_now_is_erased_from_their_stories_all_the_same(client_for, outbox):
    kari = UserFactory(email="old@example.no")
    story, report = agreed_story(supported_idea(), "old@example.no", "other@example.no")
    in_it_by_both, _report = agreed_story(supported_idea(), "old@example.no", "new@example.no")
    browser = client_for(kari)
    browser.post("/en/konto/email/", {"email": "new@example.no", "action_add": ""})
    browser.post("/en/konto/confirm-email/", {"code": outbox("address-code")[-1].snapshot["code"]})
    kari.refresh_from_db()
    assert [one.email for one in story.people.all()] == ["new@example.no", "other@example.no"]
    assert [one.email for one in in_it_by_both.people.all()] == ["new@example.no"]
    erase_person(by=kari)
    assert [one.email for one in story.people.all()] == ["", "other@example.no"]
    assert not Story.objects.agreed_for("report").exists()
    assert_without_words(report)


def test_sides_are_told_that_somebody_has_left(client_for):
    idea, kari = supported_idea(), UserFactory(email="kari@example.no")
    story, _report = agreed_story(idea, "kari@example.no", "other@example.no")
    erase_person(by=kari)
    author, url = client_for(idea.author), f"/en/min-side/ideer/{idea.uuid}/historier/{story.uuid}/"
    page = author.get(url).text
    for words in (
        "Someone who has erased their details",
        "They have erased what we know of them.",
        "Write another story without",
    ):
        assert words in page
    gone = story.people.get(name="")
    for name in ("ta-av", "muntlig-nei"):
        sent = {"person": str(gone.uuid), "purposes": ["web"]}
        assert author.post(f"/en/historier/{story.uuid}/{name}/", sent).status_code == 422
    assert ask_people(story=story, by=idea.author) == []


def test_deleted_idea_leaves_no_words_in_a_report():
    idea = supported_idea()
    _story, report = agreed_story(idea, "other@example.no")
    erase_person(by=idea.author)
    assert not Idea.objects.filter(pk=idea.pk).exists()
    assert_without_words(report)
    assert report.story is None


def test_kept_case_leaves_no_words_in_a_report():
    idea = supported_idea(incubator=IncubatorFactory(public=True))
    _story, report = agreed_story(idea, "other@example.no")
    erase_person(by=idea.author)
    assert Idea.objects.get(pk=idea.pk).author is None
    assert_without_words(report)


def test_passed_on_idea_loses_the_stories_its_author_is_in_and_keeps_the_others(client):
    idea, heir = supported_idea(), UserFactory()
    join(idea, heir)
    story, report = agreed_story(idea, idea.author.email, "other@example.no")
    _other, stays = agreed_story(idea, "other@example.no")
    erase_person(by=idea.author)
    assert Idea.objects.get(pk=idea.pk).author == heir
    assert_without_words(report)
    stays.refresh_from_db()
    assert stays.body
    assert not Story.objects.agreed_for("report").filter(pk=story.pk).exists()


def test_who_writes_along_and_leaves_keeps_their_own_link_and_nothing_else(client, client_for):
    idea, along = supported_idea(), UserFactory()
    join(idea, along)
    story, report = agreed_story(idea, along.email, written_by=along)
    person = story.people.get()
    leave_idea(idea=idea, by=along)
    assert client_for(along).get(f"/en/min-side/ideer/{idea.uuid}/historier/{story.uuid}/").status_code == 404
    page = client.post(f"/en/historie/{person.uuid}/{person.token}/", {"withdraw": "1"}, follow=True)
    assert "You have taken it back." in page.text
    assert_without_words(report)


def test_supporter_who_leaves_takes_no_story_along():
    idea = supported_idea()
    ali = idea.support_relations.get().supporter
    story, report = agreed_story(idea, "other@example.no", written_by=ali)
    StoryConsent.objects.update(written_down_by=ali)
    erase_person(by=ali)
    story.refresh_from_db()
    report.refresh_from_db()
    assert (story.written_by, bool(report.body)) == (None, True)
    assert Story.objects.agreed_for("web").exists()


def test_yes_that_ran_out_takes_the_words_out_of_reports_by_itself():
    story = StoryFactory()
    StoryConsentFactory(person__story=story, purpose="web", ran_out=True)
    report = ReportStoryFactory(story=story)
    purge_stories(timezone.now())
    report.refresh_from_db()
    assert report.body
    row = StoryConsentFactory(person=story.people.get(), purpose="report")
    purge_stories(timezone.now() + dt.timedelta(days=365))
    report.refresh_from_db()
    assert report.body
    StoryConsent.objects.filter(pk=row.pk).update(until=timezone.localdate() - dt.timedelta(days=1))
    purge_stories(timezone.now())
    assert_without_words(report)


@pytest.mark.parametrize(
    ("facts", "is_kept"),
    [
        ({}, True),
        ({"ran_out": True}, True),
        ({"days": -731}, False),
        ({"days": -729}, True),
        ({"withdrawn": True}, True),
        ({"withdrawn_at": timezone.now() - dt.timedelta(days=731)}, False),
    ],
)
def test_what_was_over_two_years_ago_is_forgotten(facts, is_kept):
    StoryConsentFactory(**facts)
    assert purge_stories(timezone.now()) == (0 if is_kept else 1)
    assert StoryConsent.objects.exists() == is_kept
    assert StoryPerson.objects.count() == 1

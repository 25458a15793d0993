"""Somebody in a story, by their link: they read it as it is, say yes to each use apart, and take it back."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from ideas.actions.stories import answer_story, change_story, withdraw_from_story
from ideas.models import CoAuthor, Purpose, Story, StoryConsent
from ideas.models.coauthors import COAUTHOR_LINK
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    ReportFactory,
    ReportStoryFactory,
    StoryConsentFactory,
    StoryFactory,
    StoryPersonFactory,
    StoryPlaceFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import held_elsewhere
from unlimited.links import row_token
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
NEW_WORDS = {"title": "Soup", "body": "We made a wren.", "language": "nb"}


@pytest.fixture
def story():
    idea = IdeaFactory(public=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return StoryFactory(idea=idea, body="I knew zebrafink.")


@pytest.fixture
def kari(story):
    return StoryPersonFactory(story=story, name="Kari", email="kari@example.no")


def link(person) -> str:
    return f"/en/historie/{person.uuid}/{person.token}/"


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def answer(*purposes: str, until: dt.date | None = None, **more) -> dict:
    """What a browser sends when these are ticked."""
    day = (until or in_days(365)).isoformat()
    sent = {f"{name}_until": day for name in Purpose.values} | dict.fromkeys(purposes, "on")
    return {"revision": "1", "is_old_enough": "on"} | sent | more


def standing(person) -> set[str]:
    return set(person.consents.standing().values_list("purpose", flat=True))


# --- Saying yes -------------------------------------------------------------------------------------------------------


def test_each_use_is_for_itself_with_a_day_of_its_own(client, story, kari):
    page = client.get(link(kari))
    for words in ("Hello, Kari.", "zebrafink", "Tøyen Unlimited", "I am 15 or older", "noindex"):
        assert words in page.text
    assert " checked" not in page.text
    sent = answer("web", "press", press_until=in_days(7).isoformat())
    assert "Your answer is saved." in client.post(link(kari), sent, follow=True).text
    rows = {row.purpose: row for row in StoryConsent.objects.all()}
    assert {name: row.until for name, row in rows.items()} == {"web": in_days(365), "press": in_days(7)}
    assert (rows["web"].story_revision, rows["web"].text_version, rows["web"].written_down_by) == (1, "story-1", None)
    assert [name for name in Purpose.values if Story.objects.agreed_for(name).exists()] == ["web", "press"]
    assert client.get(link(kari)).text.count(" checked") == 3


def test_the_same_again_writes_nothing_and_another_day_is_another_row(client, kari):
    for sent in (answer("web"), answer("web"), answer("web", until=in_days(10))):
        client.post(link(kari), sent)
    first, second = StoryConsent.objects.order_by("pk")
    assert (first.until, second.until) == (in_days(365), in_days(10))
    assert first.withdrawn_at
    assert second.withdrawn_at is None


def test_other_day_for_reports_is_no_taking_back(story, kari):
    row = ReportStoryFactory(story=story)
    for days in (100, 10):
        answer_story(person=kari, seen_revision=1, yes={"report": in_days(days)})
    row.refresh_from_db()
    assert row.body


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_old_enough": ""}, "Who is under 15 cannot say yes alone."),
        ({"web_until": ""}, "Give the last day of your yes."),
        ({"web_until": "2020-01-01"}, "Choose a day from today on, within five years."),
        ({"web_until": "2099-01-01"}, "Choose a day from today on, within five years."),
        ({"web_until": "zebra"}, "Enter a valid date."),
        ({"revision": ""}, "This field is required."),
    ],
)
def test_what_is_missing_is_said_and_what_was_ticked_stays(client, kari, change, words):
    page = client.post(link(kari), answer("web", "press") | change)
    assert page.status_code == 422
    assert words in page.text
    assert page.text.count(" checked") == (2 if "is_old_enough" in change else 3)
    assert not StoryConsent.objects.exists()


def test_age_is_not_asked_of_who_says_yes_to_nothing(client, kari, settings):
    settings.CONSENT_AGE = 13
    StoryConsentFactory(person=kari)
    assert "I am 13 or older" in client.get(link(kari)).text
    assert client.post(link(kari), answer(is_old_enough="")).status_code == 302
    assert standing(kari) == set()


def test_words_that_changed_meanwhile_are_shown_and_nothing_is_saved(client, story, kari):
    supporter = story.idea.support_relations.get().supporter
    change_story(story=story, by=supporter, seen_revision=1, **NEW_WORDS)
    page = client.post(link(kari), answer("web"))
    assert page.status_code == 409
    for words in ("The words have changed since you read them.", "We made a wren.", 'name="revision" value="2"'):
        assert words in page.text
    assert "zebrafink" not in page.text
    assert not StoryConsent.objects.exists()
    client.post(link(kari), answer("web", revision="2"))
    assert Story.objects.agreed_for("web").exists()


def test_yes_to_earlier_words_is_not_ticked_and_holds_for_what_was_made_with_them(client, story, kari):
    row = ReportStoryFactory(story=story)
    answer_story(person=kari, seen_revision=1, yes={"report": in_days(9), "web": in_days(9)})
    supporter = story.idea.support_relations.get().supporter
    change_story(story=story, by=supporter, seen_revision=1, **NEW_WORDS)
    page = client.get(link(kari)).text
    assert " checked" not in page
    assert "A yes to these words has to be given anew." in page
    client.post(link(kari), answer("web", revision="2"))
    row.refresh_from_db()
    assert (standing(kari), bool(row.body)) == ({"web", "report"}, True)
    withdraw_from_story(person=kari)
    row.refresh_from_db()
    assert (standing(kari), row.body) == (set(), "")


# --- Taking it back ---------------------------------------------------------------------------------------------------


def test_list_of_places_is_there_before_and_after_and_what_we_control_is_out(client, story, kari, outbox):
    client.post(link(kari), answer(*Purpose.values))
    report = ReportFactory(incubator=story.idea.incubator)
    row = ReportStoryFactory(story=story, report=report)
    StoryPlaceFactory(story=story, url="https://paper.example/1")
    before = client.get(link(kari)).text
    for words in ("shown on the idea", "Report about Tøyen Unlimited", "stands there", "The local newspaper, page 12"):
        assert words in before
    after = client.post(link(kari), {"withdraw": "1"}, follow=True).text
    for words in ("You have taken it back.", "not shown", "taken out on", "Copies that were downloaded before"):
        assert words in after
    assert "We do not control this place." in after
    assert "https://paper.example/1" in after
    row.refresh_from_db()
    assert (row.title, row.body, bool(row.taken_out_at)) == ("", "", True)
    assert "zebrafink" not in client.get(f"/en/ideer/{story.idea.slug}/").text
    assert not any(Story.objects.agreed_for(name).exists() for name in Purpose.values)


def test_one_use_taken_back_leaves_the_others(client, story, kari):
    row = ReportStoryFactory(story=story)
    client.post(link(kari), answer("web", "report"))
    client.post(link(kari), answer("report"))
    row.refresh_from_db()
    assert (standing(kari), bool(row.body)) == ({"report"}, True)
    assert "zebrafink" not in client.get(f"/en/ideer/{story.idea.slug}/").text
    client.post(link(kari), answer())
    row.refresh_from_db()
    assert (standing(kari), row.body) == (set(), "")


def test_one_of_several_is_enough_to_take_it_out(client, story, kari):
    other = StoryPersonFactory(story=story, yes=["report"])
    row = ReportStoryFactory(story=story)
    client.post(link(kari), answer("report"))
    withdraw_from_story(person=kari)
    row.refresh_from_db()
    assert (standing(other), row.body) == ({"report"}, "")


def test_taking_back_twice_is_once_and_tells_each_once(client, story, kari, outbox):
    supporter = story.idea.support_relations.get().supporter
    leader = MembershipFactory(incubator=story.idea.incubator, leader=True).user
    MembershipFactory(incubator=story.idea.incubator)
    MembershipFactory(leader=True)
    client.post(link(kari), answer("web", "press"))
    for _press in range(2):
        assert client.post(link(kari), {"withdraw": "1"}).status_code == 302
    mails = outbox("story-withdrawn")
    assert sorted(mail.recipient for mail in mails) == sorted([supporter.email, leader.email, story.idea.author.email])
    assert len(set(StoryConsent.objects.values_list("withdrawn_at", flat=True))) == 1
    client.post(link(kari), answer("web"))
    client.post(link(kari), answer())
    assert len(outbox("story-withdrawn")) == 6


def test_who_took_it_back_is_not_told_of_it_and_who_wrote_along_is(story, outbox):
    along = UserFactory()
    facts = {"status": "joined", "joined_at": timezone.now(), "expires_at": timezone.now()}
    coauthor = CoAuthor.objects.create(idea=story.idea, user=along, email=along.email, **facts)
    Story.objects.update(written_by=along)
    author = StoryPersonFactory(story=story, email=story.idea.author.email, yes=["web"])
    story.idea.support_relations.update(status="ended", end_reason="finished", ended_at=timezone.now())
    withdraw_from_story(person=author)
    assert [mail.recipient for mail in outbox("story-withdrawn")] == [along.email]
    # Who has left the idea writes along no more: they keep their own link, and hear nothing.
    CoAuthor.objects.filter(pk=coauthor.pk).update(status="left", ended_at=timezone.now())
    StoryConsentFactory(person=author, purpose="press")
    withdraw_from_story(person=author)
    assert len(outbox("story-withdrawn")) == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_word_of_it_is_in_the_readers_language_and_tells_no_story(story, kari, outbox, language):
    supporter = story.idea.support_relations.get().supporter
    for person in (story.idea.author, supporter):
        person.language = language
        person.save()
    StoryConsentFactory(person=kari)
    withdraw_from_story(person=kari)
    mails = {mail.recipient: mail for mail in outbox("story-withdrawn")}
    assert {mail.language for mail in mails.values()} == {language}
    assert "/min-side/" in mails[story.idea.author.email].snapshot["url"]
    assert "/arbeidsflate/" in mails[supporter.email].snapshot["url"]
    for mail in mails.values():
        said = say(mail)
        assert "Verksted" in said.subject
        for secret in ("zebrafink", "Kari", story.title):
            assert secret not in said.text + str(mail.snapshot)


def test_nothing_is_told_of_what_was_rolled_back(story, kari, outbox):
    StoryConsentFactory(person=kari)
    with transaction.atomic():
        withdraw_from_story(person=kari)
        assert outbox("story-withdrawn")
        transaction.set_rollback(True)
    assert not outbox()
    assert standing(kari) == {"web"}


# --- The link ---------------------------------------------------------------------------------------------------------


def test_link_is_good_for_its_own_person_only_and_no_longer_than_the_story(client, story, kari):
    other = StoryPersonFactory(story=story)
    forged = row_token(COAUTHOR_LINK, kari.uuid, kari.email, 0)
    for token in (other.token, forged, "x"):
        assert client.get(f"/en/historie/{kari.uuid}/{token}/").status_code == 404
        assert client.post(f"/en/historie/{kari.uuid}/{token}/", answer("web")).status_code == 404
    address = link(kari)
    assert client.get(address).status_code == 200
    story.delete()
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_busy_story_is_said_and_what_was_ticked_stays(client):
    kari = StoryPersonFactory(yes=["web"])
    with held_elsewhere(kari.story):
        page, back = client.post(link(kari), answer("press")), client.post(link(kari), {"withdraw": "1"})
    assert (page.status_code, back.status_code) == (503, 503)
    assert 'name="press"' in page.text
    assert "Wait a moment" in back.text
    assert standing(kari) == {"web"}

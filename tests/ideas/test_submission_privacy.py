import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from ideas.models import Idea, Note, Transition
from ideas.privacy import export_ideas, purge_drafts
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from unlimited.users.actions import erase_person, export_person, give_consent, withdraw_consent

pytestmark = pytest.mark.django_db


def test_export_has_all_my_words_and_answers_and_no_staff_note():
    idea = IdeaFactory(declined=True)
    IdeaFactory(submitted=True, title="Somebody else's")
    Transition.objects.create(
        idea=idea, kind="declined", revision=2, from_status="submitted", to_status="declined", reason="No room",
        way_on="Ask the library", way_on_kind="other", internal_note="SECRET",
    )  # fmt: skip
    Note.objects.create(idea=idea, audience="staff", body="SECRET")
    Note.objects.create(idea=idea, audience="author", body="Come and visit")
    [mine] = export_ideas(idea.author)
    assert mine["texts"]["need"] == idea.need
    assert mine["versions"][0]["texts"]["title"] == idea.title
    assert [entry["reason"] for entry in mine["history"]] == ["No room"]
    assert [message["body"] for message in mine["messages"]] == ["Come and visit"]
    assert "SECRET" not in str(export_person(by=idea.author))


def test_erasure_deletes_where_nothing_must_be_kept(django_capture_on_commit_callbacks):
    author = UserFactory()
    idea = IdeaFactory(submitted=True, author=author, picture_alt="A cellar")
    idea.picture.save("a.webp", ContentFile(b"x"))
    IdeaFactory(author=author)
    storage, name = idea.picture.storage, idea.picture.name
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=author)
    assert not Idea.objects.exists()
    assert not storage.exists(name)


@pytest.mark.parametrize(("status", "becomes"), [("submitted", "withdrawn"), ("declined", "declined")])
def test_erasure_leaves_a_public_incubator_its_case_without_the_person(status, becomes):
    idea = IdeaFactory(**{status: True}, incubator=IncubatorFactory(public=True), may_publish=True, age_band="26_plus")
    erase_person(by=idea.author)
    idea.refresh_from_db()
    assert (idea.author, idea.status, idea.may_publish, idea.age_band) == (None, becomes, False, "")


def test_withdrawn_consent_takes_the_idea_off_the_pages_wherever_it_is_withdrawn():
    idea = IdeaFactory(public=True)
    what = {"user": idea.author, "purpose": "publish-idea", "subject": idea.consent_subject}
    give_consent(**what, text_version="idea-1", source="test")
    withdraw_consent(**what)
    assert not Idea.objects.public().exists()


def test_old_drafts_are_purged_and_nothing_else():
    ages = {"anonymous": 61, "mine": 366}
    old_anonymous, old_mine = IdeaFactory(anonymous=True), IdeaFactory()
    kept = [IdeaFactory(anonymous=True), IdeaFactory(), IdeaFactory(submitted=True)]
    now = timezone.now()
    Idea.objects.filter(pk=old_anonymous.pk).update(updated_at=now - dt.timedelta(days=ages["anonymous"]))
    Idea.objects.filter(pk=old_mine.pk).update(updated_at=now - dt.timedelta(days=ages["mine"]))
    Idea.objects.filter(pk=kept[1].pk).update(updated_at=now - dt.timedelta(days=300))
    Idea.objects.filter(pk=kept[2].pk).update(updated_at=now - dt.timedelta(days=3000))
    assert purge_drafts(now) == 2
    assert set(Idea.objects.all()) == set(kept)

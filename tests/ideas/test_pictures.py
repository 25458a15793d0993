"""Who sees which picture: everyone a public one, its writer a draft's, staff the one that was sent in."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ideas.actions import submission as actions
from ideas.models import Idea
from tests.factories import IdeaFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SENT_IN, SINCE = b"RIFF sent in", b"RIFF since"


def stored(content: bytes) -> str:
    return default_storage.save("ideas/test.webp", ContentFile(content))


def seen(response) -> bytes:
    return b"".join(response.streaming_content)


def address(idea: Idea) -> str:
    return f"/en/ideer/bilde/{idea.uuid}/"


def desk_address(idea: Idea, number: int = 1) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/versjon/{number}/bilde/"


@pytest.fixture
def being_changed():
    """An idea with a picture, whose author has chosen another one since it was sent in."""
    work = MembershipFactory()
    facts = {"picture": stored(SENT_IN), "picture_alt": "The cellar", "incubator": work.incubator}
    idea = IdeaFactory(changes_requested=True, **facts)
    actions.save_draft(idea=idea, by=idea.author, values={"picture": stored(SINCE), "picture_alt": "The attic"})
    return idea, work.user


def test_staff_see_the_picture_that_was_sent_in_and_not_the_one_being_tried(client_for, being_changed):
    idea, moderator = being_changed
    client = client_for(moderator)

    assert seen(client.get(desk_address(idea))) == SENT_IN
    assert client.get(address(idea)).status_code == 404
    for path in ("", "versjon/1/"):
        page = client.get(f"/en/arbeidsflate/ideer/{idea.uuid}/{path}").text
        assert desk_address(idea) in page
        assert 'alt="The cellar"' in page
        assert "The attic" not in page
    assert seen(client_for(idea.author).get(address(idea))) == SINCE


def test_case_has_no_picture_where_none_was_sent_in(client_for):
    work = MembershipFactory()
    idea = IdeaFactory(changes_requested=True, incubator=work.incubator)
    actions.save_draft(idea=idea, by=idea.author, values={"picture": stored(SINCE), "picture_alt": "The attic"})
    client = client_for(work.user)
    assert client.get(desk_address(idea)).status_code == 404
    assert client.get(desk_address(idea, 2)).status_code == 404
    assert "bilde/" not in client.get(f"/en/arbeidsflate/ideer/{idea.uuid}/").text


def test_picture_that_was_tried_and_never_sent_in_leaves_no_file(being_changed, django_capture_on_commit_callbacks):
    idea, _ = being_changed
    idea.refresh_from_db()
    tried, sent_in = idea.picture.name, idea.versions.get().texts["picture"]
    with django_capture_on_commit_callbacks(execute=True):
        actions.save_draft(idea=idea, by=idea.author, values={"picture": stored(SINCE)})
    assert (default_storage.exists(tried), default_storage.exists(sent_in)) == (False, True)


@pytest.mark.parametrize("gone", [{"may_publish": False}, {"is_hidden": True, "hidden_reason": "Names a neighbour."}])
def test_public_picture_may_be_kept_but_is_asked_for_each_time_and_gone_at_once(client, gone):
    idea = IdeaFactory(public=True, picture=stored(SENT_IN), picture_alt="The cellar")
    response = client.get(address(idea))
    assert (seen(response), response["Cache-Control"]) == (SENT_IN, "public, no-cache")
    again = {"If-None-Match": response["ETag"]}
    assert client.get(address(idea), headers=again).status_code == 304

    Idea.objects.update(**gone)
    assert client.get(address(idea), headers=again).status_code == 404
    assert client.get(idea.get_absolute_url()).status_code == 404


def test_picture_whose_file_is_gone_is_not_found(client):
    assert client.get(address(IdeaFactory(public=True, picture="ideas/gone.webp", picture_alt="x"))).status_code == 404


def test_case_is_named_while_the_author_has_taken_its_name_away(client_for, being_changed, outbox):
    idea, moderator = being_changed
    actions.save_draft(idea=idea, by=idea.author, values={"title": ""})
    page = client_for(moderator).get("/en/arbeidsflate/ideer/?status=alle").text
    assert f'/en/arbeidsflate/ideer/{idea.uuid}/" lang="nb">Open the cellar' in page
    actions.withdraw_idea(idea=idea, by=idea.author)
    assert outbox()[-1].snapshot["title"].startswith("Open the cellar")

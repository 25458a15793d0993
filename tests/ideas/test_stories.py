"""Stories on the pages of both sides: written once, everyone in them asked, used nowhere without everyone's yes."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.stories import add_person, change_story, note_place, remove_story, write_story
from ideas.models import CoAuthor, Idea, Story, StoryConsent, StoryPerson
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

pytestmark = pytest.mark.django_db
WORDS = {"title": "Soup", "body": "I knew zebrafink.", "language": "nb"}


@pytest.fixture
def idea():
    idea = IdeaFactory(public=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def my_url(idea, rest: str = "") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/historier/{rest}"


def desk_url(idea, rest: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/historier/{rest}"


def act_url(story, name: str) -> str:
    return f"/en/historier/{story.uuid}/{name}/"


def words_of(response) -> str:
    return " ".join(response.text.split())


def agreed(story, *purposes: str) -> StoryPerson:
    """Let one person in it have said yes to `purposes`."""
    return StoryPersonFactory(story=story, yes=purposes)


# --- Words ------------------------------------------------------------------------------------------------------------


def test_author_writes_one_and_is_in_it_and_a_double_press_is_one(client_for, idea, ali):
    author, sent = client_for(idea.author), WORDS | {"token": str(uuid.uuid4())}
    for _press in range(2):
        page = author.post(my_url(idea, "ny/"), sent, follow=True)
        assert "The story is saved." in page.text
        assert "Answer for yourself" in page.text
    story = Story.objects.get()
    assert (story.written_by, story.revision, str(story.uuid)) == (idea.author, 1, sent["token"])
    assert [(one.name, one.email) for one in story.people.all()] == [(idea.author.name, idea.author.email)]
    for reader in (ali, MembershipFactory(incubator=idea.incubator).user):
        page = client_for(reader).get(desk_url(idea, f"{story.uuid}/"))
        assert "zebrafink" in page.text
        assert "Answer for yourself" not in page.text
        assert "It is shown nowhere" in client_for(reader).get(desk_url(idea)).text


def test_supporter_and_co_author_write_and_whose_idea_it_is_is_in_it(idea, ali):
    along = UserFactory()
    CoAuthor.objects.create(
        idea=idea, user=along, email=along.email, status="joined", joined_at=timezone.now(), expires_at=timezone.now()
    )
    for by, people in ((ali, [idea.author.email]), (along, [idea.author.email, along.email])):
        story = write_story(idea=idea, by=by, token=uuid.uuid4(), **WORDS)
        assert [one.email for one in story.people.all()] == people


@pytest.mark.parametrize("missing", ["title", "body", "language"])
def test_what_is_missing_is_said_and_what_was_typed_stays(client_for, idea, missing):
    answer = client_for(idea.author).post(my_url(idea, "ny/"), WORDS | {missing: ""})
    assert answer.status_code == 422
    assert ("zebrafink" in answer.text) == (missing != "body")
    assert not Story.objects.exists()


def test_other_words_are_another_revision_that_nobody_has_said_yes_to(client_for, idea, ali):
    story = StoryFactory(idea=idea, title="Soup")
    kari = agreed(story, "web")
    assert Story.objects.agreed_for("web").exists()
    page = client_for(ali).post(desk_url(idea, f"{story.uuid}/endre/"), WORDS | {"revision": "1"}, follow=True)
    assert f"Has to be asked again: {kari}." in words_of(page)
    assert "yes to earlier words: has to be asked again" in page.text
    assert not Story.objects.agreed_for("web").exists()
    stale = client_for(idea.author).post(my_url(idea, f"{story.uuid}/endre/"), WORDS | {"revision": 1, "body": "wren"})
    assert stale.status_code == 409
    assert ">\nwren</textarea>" in stale.text
    assert 'name="revision" value="2"' in stale.text


def test_saving_the_same_words_costs_nobody_their_yes(idea, ali):
    story = StoryFactory(idea=idea, **WORDS)
    agreed(story, "web")
    change_story(story=story, by=ali, seen_revision=1, **WORDS | {"language": "nn"})
    story.refresh_from_db()
    assert (story.revision, story.language) == (1, "nn")
    assert Story.objects.agreed_for("web").exists()


def test_it_is_taken_away_as_it_was_read_only_and_out_of_the_reports(client_for, idea):
    story, author = StoryFactory(idea=idea), client_for(idea.author)
    row = ReportStoryFactory(story=story)
    url = my_url(idea, f"{story.uuid}/fjern/")
    assert "Take this story away?" in author.get(url).text
    for seen in ("0", "", "x", "9" * 5000):
        assert "is still here" in author.post(url, {"revision": seen}, follow=True).text
    assert "The story is taken away." in author.post(url, {"revision": "1"}, follow=True).text
    row.refresh_from_db()
    assert not Story.objects.exists()
    assert (row.story, row.title, row.body) == (None, "", "")
    assert row.taken_out_at


def test_who_moderates_reads_and_does_not_write(client_for, idea):
    story = StoryFactory(idea=idea, people=1)
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    page = desk.get(desk_url(idea, f"{story.uuid}/")).text
    assert "Somebody else is in the story" not in page
    assert "We have used it somewhere else" in page
    for rest in ("ny/", f"{story.uuid}/endre/", f"{story.uuid}/fjern/"):
        assert desk.get(desk_url(idea, rest)).status_code == 403
    for name in ("spor", "person", "muntlig-ja", "ta-av"):
        assert desk.post(act_url(story, name)).status_code == 403
    assert desk.post(act_url(story, "noe")).status_code == 404
    assert client_for(idea.author).post(act_url(story, "sted")).status_code == 403
    assert client_for(UserFactory()).get(act_url(story, "spor")).status_code == 404
    stranger, facts = UserFactory(), {"name": "x", "email": "", "language": "nb"}
    for act in (
        lambda: write_story(idea=idea, by=stranger, token=uuid.uuid4(), **WORDS),
        lambda: change_story(story=story, by=stranger, seen_revision=1, **WORDS),
        lambda: remove_story(story=story, by=stranger, seen_revision=1),
        lambda: add_person(story=story, by=stranger, **facts),
        lambda: note_place(story=story, by=stranger, purpose="press", where="x", url="", used_on=timezone.localdate()),
    ):
        with pytest.raises(NotOfTheTwoError):
            act()


def test_who_only_reads_along_sees_nobodys_address(client_for, idea):
    story, reader, writer = StoryFactory(idea=idea), UserFactory(), UserFactory()
    StoryPersonFactory(story=story, email="neighbour@example.no")
    now = timezone.now()
    for user, role in ((reader, CoAuthor.Role.READ), (writer, CoAuthor.Role.EDIT)):
        facts = {"status": "joined", "joined_at": now, "expires_at": now}
        CoAuthor.objects.create(idea=idea, user=user, email=user.email, role=role, **facts)
    url = my_url(idea, f"{story.uuid}/")
    assert "neighbour@example.no" in client_for(writer).get(url).text
    page = client_for(reader).get(url).text
    assert "neighbour@example.no" not in page
    assert "Asked by e-mail" in page


def test_idea_that_is_not_taken_in_has_none(client_for, idea):
    Idea.objects.update(status="submitted", step="")
    assert client_for(idea.author).get(my_url(idea, "ny/")).status_code == 403


# --- The public page, and what it costs -------------------------------------------------------------------------------


def test_public_page_shows_what_everyone_agreed_to_at_once_and_no_longer(client, idea):
    story = StoryFactory(idea=idea, body="I knew zebrafink.")
    kari = StoryPersonFactory(story=story, name="Wagtail")
    url = f"/en/ideer/{idea.slug}/"

    def is_shown() -> bool:
        page = client.get(url).text
        assert "Wagtail" not in page
        return "zebrafink" in page

    assert not is_shown()
    yes = StoryConsentFactory(person=kari, purpose="web", until=timezone.localdate())
    assert is_shown()
    other = StoryPersonFactory(story=story, yes=["report"])
    assert not is_shown()
    StoryConsentFactory(person=other, purpose="web")
    assert is_shown()
    StoryConsent.objects.filter(pk=yes.pk).update(until=timezone.localdate() - dt.timedelta(days=1))
    assert not is_shown()
    StoryConsent.objects.filter(pk=yes.pk).update(until=timezone.localdate())
    Idea.objects.update(is_hidden=True, hidden_reason="x")
    assert client.get(url).status_code == 404


def test_no_page_grows_with_stories_or_people(client, client_for, idea, ali, same_queries_at):
    desk, many = client_for(ali), {"limit": 12, "rows": (1, 3, 10)}

    def story(**facts):
        row = StoryFactory(idea=idea, people=2, **facts)
        StoryPersonFactory(story=row, email="", yes=["web", "report"])
        ReportStoryFactory(story=row)
        return row

    def more(row):
        StoryPersonFactory(story=row, yes=["web"])
        StoryPersonFactory(story=row, email="")
        StoryPlaceFactory(story=row)
        ReportStoryFactory(story=row)

    same_queries_at(story, lambda: desk.get(desk_url(idea)), **many)
    one = story()
    same_queries_at(lambda: more(one), lambda: desk.get(desk_url(idea, f"{one.uuid}/")), **many)
    author = client_for(idea.author)
    same_queries_at(lambda: more(one), lambda: author.get(my_url(idea, f"{one.uuid}/")), **many)
    person = StoryPersonFactory(story=one)
    link = f"/en/historie/{person.uuid}/{person.token}/"
    same_queries_at(lambda: more(one), lambda: client.get(link), **many | {"limit": 8})


def test_public_page_does_not_grow(client, idea, same_queries_at):
    def story():
        row = StoryFactory(idea=idea)
        for _each in range(2):
            agreed(row, "web")

    same_queries_at(story, lambda: client.get(f"/en/ideer/{idea.slug}/"), limit=8, rows=(1, 3, 10))


# --- Locks, the database ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_busy_story_is_said_and_nothing_typed_is_lost(client_for):
    relation = SupportRelationFactory()
    story = StoryFactory(idea=relation.idea)
    with held_elsewhere(story):
        sent = WORDS | {"revision": "1"}
        answer = client_for(relation.supporter).post(desk_url(relation.idea, f"{story.uuid}/endre/"), sent)
    assert answer.status_code == 503
    assert "zebrafink" in answer.text


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("story_has_words", lambda: StoryFactory(body="")),
        ("story_person_once", lambda: [StoryPersonFactory(email="a@example.no", story=STORY[0]) for _each in "12"]),
        ("story_consent_one_standing", lambda: [StoryConsentFactory(person=PERSON[0]) for _each in "12"]),
        ("story_place_is_named", lambda: StoryPlaceFactory(where="")),
        ("report_story_once", lambda: [ReportStoryFactory(story=STORY[0], report=REPORT[0]) for _each in "12"]),
        ("report_story_taken_out_has_no_words", lambda: ReportStoryFactory(taken_out_at=timezone.now())),
    ],
)
def test_database_refuses_what_cannot_be(constraint, make):
    STORY[:], PERSON[:] = [StoryFactory()], [StoryPersonFactory()]
    REPORT[:] = [ReportFactory()]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


# What the rows above are made with: made anew for each.
STORY, PERSON, REPORT = [], [], []

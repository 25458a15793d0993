"""A yes taken back while the words change, and while a report is frozen: no words without everyone's yes to them."""

import pytest
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from ideas.actions import stories
from ideas.actions.stories import answer_story, change_story, withdraw_from_story, write_story
from ideas.actions.transitions import IdeaBusyError, IdeaError
from ideas.models import Idea, Report, ReportStory, Story, StoryConsent
from tests.factories import ReportFactory, StoryFactory, StoryPersonFactory, SupportRelationFactory, UserFactory
from tests.races import at_once, overtaken
from unlimited.locks import short_wait
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = {"title": "Other", "body": "Other words.", "language": "nb"}
# A yes that was written down after its words had gone.
TOO_LATE = Q(given_at__gt=F("person__story__updated_at"), story_revision__lt=F("person__story__revision"))


def a_story(*yes: str):
    relation = SupportRelationFactory()
    story = StoryFactory(idea=Idea.objects.select_related("author").get(pk=relation.idea_id))
    return story, StoryPersonFactory(story=story, yes=yes)


def freeze(report: Report, ids: list[int]) -> list[Story]:
    """What a report does with stories when it is frozen."""
    with short_wait(IdeaBusyError):
        stories.lock_stories(ids)
        rows = list(Story.objects.agreed_for("report").filter(pk__in=ids))
        ReportStory.objects.bulk_create(
            ReportStory(report=report, story=row, title=row.title, body=row.body) for row in rows
        )
        return rows


def words_without_a_yes() -> bool:
    return ReportStory.objects.filter(taken_out_at=None).exclude(
        story__in=Story.objects.agreed_for("report")
    ).exists()  # fmt: skip


# --- Against a report that is frozen ----------------------------------------------------------------------------------


def test_yes_taken_back_while_a_report_is_frozen_is_in_no_report():
    for _each in range(5):
        (one, kari), (two, _ola) = a_story("report"), a_story("report")
        report = ReportFactory()
        results = at_once(
            lambda: freeze(report, [two.pk, one.pk]),  # noqa: B023
            lambda: withdraw_from_story(person=kari),  # noqa: B023
            refused=IdeaError,
        )
        assert not [one for one in results if isinstance(one, IdeaError)], results
        assert not words_without_a_yes()
        assert ReportStory.objects.filter(report=report, story=two).exclude(body="").exists()


def test_without_the_lock_the_words_stay_in_the_report():
    """What the lock is worth: the report has read the yes, the yes is taken back, and the words are written down."""
    story, kari = a_story("report")
    report = ReportFactory()
    overtaken(
        lambda: freeze(report, [story.pk]),
        by=lambda: withdraw_from_story(person=kari),
        refused=IdeaError,
        without_lock_on=Story,
    )
    assert words_without_a_yes()


def test_two_reports_and_a_person_who_leaves_wait_in_one_direction():
    for _each in range(3):
        kari = UserFactory()
        rows = [a_story("report")[0] for _story in range(3)]
        for row in rows:
            StoryPersonFactory(story=row, email=kari.email, yes=["report"])
        ids = [row.pk for row in rows]
        one, other = ReportFactory(), ReportFactory()
        results = at_once(
            lambda: freeze(one, ids),  # noqa: B023
            lambda: freeze(other, ids[::-1]),  # noqa: B023
            lambda: erase_person(by=kari),  # noqa: B023
            refused=IdeaError,
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        assert not words_without_a_yes()


# --- Against other words ----------------------------------------------------------------------------------------------


def change(story):
    return lambda: change_story(story=story, by=story.idea.author, seen_revision=1, **OTHER)


def say_yes(story, person):
    until = timezone.localdate()
    return lambda: answer_story(person=person, seen_revision=1, yes={"web": until})


def test_yes_and_other_words_at_once_are_one_after_the_other():
    for _each in range(6):
        story, kari = a_story()
        results = at_once(change(story), say_yes(story, kari), refused=IdeaError)
        story.refresh_from_db()
        assert story.revision == 2
        assert not StoryConsent.objects.filter(TOO_LATE).exists(), results
        assert not Story.objects.agreed_for("web").exists()
        assert isinstance(results[1], IdeaError) != kari.consents.exists()


def test_without_the_lock_a_yes_is_saved_to_words_that_are_gone():
    """What the lock is worth: the words change after they were read, and the person is told that the yes is saved."""
    story, kari = a_story()
    how = {"refused": IdeaError, "without_lock_on": Story, "as_soon_as_read": True}
    results = overtaken(say_yes(story, kari), by=change(story), **how)
    assert not [result for result in results if isinstance(result, IdeaError)]
    assert StoryConsent.objects.filter(TOO_LATE).exists()


def test_taking_back_and_other_words_at_once_lose_neither():
    for _each in range(6):
        story, kari = a_story("web", "report")
        results = at_once(change(story), lambda: withdraw_from_story(person=kari), refused=IdeaError)  # noqa: B023
        assert not [one for one in results if isinstance(one, IdeaError)], results
        story.refresh_from_db()
        assert (story.body, kari.consents.standing().exists()) == ("Other words.", False)


def test_two_presses_at_once_are_one_story_and_of_two_changes_one_is_told():
    story, _kari = a_story()
    write = lambda: write_story(idea=story.idea, by=story.idea.author, token=TOKEN, **OTHER)  # noqa: E731
    one, other = at_once(write, write, refused=IdeaError)
    assert one.pk == other.pk
    results = at_once(change(story), change(story), refused=IdeaError)
    assert len([result for result in results if isinstance(result, IdeaError)]) == 1
    assert connection.in_atomic_block is False


TOKEN = "6f1f3c7e-0a9e-4b57-9d1c-1a8f1f2b7c55"

import pytest
from django.db.models import F

from ideas import demo
from ideas.models import (
    Concern,
    Delay,
    Idea,
    Measurement,
    MeasurementRequest,
    Note,
    Report,
    Story,
    StoryConsent,
    SupportRelation,
    TeamMember,
    Transition,
)
from incubators import demo as incubators_demo

pytestmark = pytest.mark.django_db
COUNTED = (Concern, Delay, Idea, Transition, Note, TeamMember, Measurement, Report, Story, StoryConsent)


def test_demo_has_every_status_in_both_languages_and_loads_twice_without_doubling():
    counts = []
    for _ in range(2):
        incubators_demo.load()
        demo.load()
        counts.append([model.objects.count() for model in COUNTED])
    assert counts[0] == counts[1]
    assert set(Idea.objects.values_list("status", flat=True)) == set(Idea.Status.values)
    assert set(Idea.objects.values_list("language", flat=True)) == {"nb", "nn"}
    assert set(Idea.objects.values_list("step", flat=True)) >= {"try", "do", "build"}
    assert Idea.objects.public().count() >= 4
    assert set(Note.objects.values_list("audience", flat=True)) == set(Note.Audience.values)
    assert [note.author.name for note in Note.objects.filter(mentioned__name="Ingrid Demo")] == ["Jonas Demo"]
    at_work = SupportRelation.objects.active()
    assert {row.supporter.name for row in at_work} == {"Ali Demo"}
    # At each step one idea with all that belongs to it.
    assert sorted(row.idea.step for row in at_work) == ["build", "do", "try"]
    for row in at_work:
        for rows in ("meetings", "next_steps", "agreements", "trials", "indicators"):
            assert getattr(row.idea, rows).exists(), f"{row.idea}: {rows}"
    assert Idea.objects.overdue().exists()
    assert [asked.idea.author.email for asked in MeasurementRequest.objects.waiting()] == ["innbygger@example.no"]


def test_demo_changes_follow_the_table_of_transitions():
    incubators_demo.load()
    demo.load()
    for change in Transition.objects.exclude(from_status=F("to_status")):
        assert change.to_status in Idea.TRANSITIONS[change.from_status], change


def test_demo_has_a_story_that_everyone_agrees_to_and_one_that_waits(client):
    incubators_demo.load()
    demo.load()
    shown, waits = Story.objects.order_by("created_at")
    for purpose in ("web", "report", "conference"):
        assert list(Story.objects.agreed_for(purpose)) == [shown]
    assert waits.people.filter(consents=None).count() == 1
    assert shown.title in client.get(shown.idea.get_absolute_url()).text

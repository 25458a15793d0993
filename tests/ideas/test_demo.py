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
    SupportRelation,
    TeamMember,
    Transition,
)
from incubators import demo as incubators_demo

pytestmark = pytest.mark.django_db


def test_demo_has_every_status_in_both_languages_and_loads_twice_without_doubling():
    counts = []
    for _ in range(2):
        incubators_demo.load()
        demo.load()
        counts.append(
            [model.objects.count() for model in (Concern, Delay, Idea, Transition, Note, TeamMember, Measurement)]
        )
    assert counts[0] == counts[1]
    assert set(Idea.objects.values_list("status", flat=True)) == set(Idea.Status.values)
    assert set(Idea.objects.values_list("language", flat=True)) == {"nb", "nn"}
    assert set(Idea.objects.values_list("step", flat=True)) >= {"try", "do", "build"}
    assert Idea.objects.public().count() >= 4
    assert set(Note.objects.values_list("audience", flat=True)) == set(Note.Audience.values)
    assert [note.author.name for note in Note.objects.filter(mentioned__name="Ingrid Demo")] == ["Jonas Demo"]
    assert [row.supporter.name for row in SupportRelation.objects.active()] == ["Ali Demo"]
    assert Idea.objects.overdue().exists()
    assert [asked.idea.author.email for asked in MeasurementRequest.objects.waiting()] == ["innbygger@example.no"]


def test_demo_changes_follow_the_table_of_transitions():
    incubators_demo.load()
    demo.load()
    for change in Transition.objects.exclude(from_status=F("to_status")):
        assert change.to_status in Idea.TRANSITIONS[change.from_status], change

import io

import pytest
from django.core.management import CommandError, call_command

from ideas import demo
from ideas.models import Idea, Note, Transition
from incubators import demo as incubators_demo

pytestmark = pytest.mark.django_db


def test_demo_has_every_status_in_both_languages_and_loads_twice_without_doubling():
    counts = []
    for _ in range(2):
        incubators_demo.load()
        demo.load()
        counts.append([model.objects.count() for model in (Idea, Transition, Note)])
    assert counts[0] == counts[1]
    assert set(Idea.objects.values_list("status", flat=True)) == set(Idea.Status.values)
    assert set(Idea.objects.values_list("language", flat=True)) == {"nb", "nn"}
    assert set(Idea.objects.values_list("step", flat=True)) >= {"try", "do", "build"}
    assert Idea.objects.public().count() >= 4
    assert Idea.objects.overdue().exists()


def test_demo_changes_follow_the_table_of_transitions():
    incubators_demo.load()
    demo.load()
    for change in Transition.objects.exclude(kind__in=["step_changed"]):
        assert change.to_status in Idea.TRANSITIONS[change.from_status], change


def test_generate_load_makes_as_many_as_asked_for_in_mixed_statuses():
    for _ in range(2):
        call_command("generate_load", ideas=150, yes=True, stdout=io.StringIO())
    assert Idea.objects.count() == 300
    assert len(set(Idea.objects.values_list("status", flat=True))) >= 8
    assert Idea.objects.public().exists()
    for change in Transition.objects.all():
        assert change.to_status in Idea.TRANSITIONS[change.from_status], change


def test_generate_load_stays_away_from_a_site_in_use():
    with pytest.raises(CommandError, match="--yes"):
        call_command("generate_load", ideas=1)

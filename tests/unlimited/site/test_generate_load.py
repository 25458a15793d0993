"""`manage.py generate_load`: rows to measure with, as true as those that people make."""

import io

import pytest
from django.core.management import CommandError, call_command

from events.models import Event, Participant, Registration, Seat
from ideas.models import Idea, Transition

pytestmark = pytest.mark.django_db


def generate(**options) -> str:
    out = io.StringIO()
    call_command("generate_load", yes=True, stdout=out, **options)
    return out.getvalue()


def test_generate_load_makes_as_many_ideas_as_asked_for_in_mixed_statuses():
    for _ in range(2):
        generate(ideas=150)
    assert Idea.objects.count() == 300
    assert len(set(Idea.objects.values_list("status", flat=True))) >= 8
    assert Idea.objects.public().exists()
    for change in Transition.objects.all():
        assert change.to_status in Idea.TRANSITIONS[change.from_status], change


def test_generate_load_makes_events_and_parties_that_could_have_registered():
    for _ in range(2):
        assert "seats waiting" in generate(events=30, registrations=300)
    assert (Idea.objects.count(), Event.objects.count(), Registration.objects.count()) == (0, 60, 600)
    states = {event.state for event in Event.objects.all()}
    assert states >= {"past", "open", "drop_in"}
    assert set(Seat.objects.values_list("status", flat=True)) == {"seated", "waiting"}
    assert Seat.objects.unnamed().exists()
    assert Participant.objects.filter(needs__isnull=False).exists()
    for event in Event.objects.all():
        assert event.seats_taken == event.seats.taken().count()


def test_generate_load_stays_away_from_a_site_in_use():
    with pytest.raises(CommandError, match="--yes"):
        call_command("generate_load", ideas=1)


def test_generate_load_asks_for_events_to_register_for():
    with pytest.raises(CommandError, match="--events"):
        generate(registrations=1)

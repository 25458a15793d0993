"""Who may organise which events."""

import pytest
from django.contrib.auth.models import AnonymousUser

from events.models import Event, Series
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeriesFactory, UserFactory

pytestmark = pytest.mark.django_db


def people(place) -> dict:
    return {
        "leader": MembershipFactory(incubator=place, leader=True).user,
        "moderator": MembershipFactory(incubator=place).user,
        "supporter": MembershipFactory(incubator=place, supporter=True).user,
        "former": MembershipFactory(incubator=place, former=True).user,
        "of another": MembershipFactory(leader=True).user,
        "national": UserFactory(is_staff=True),
        "resident": UserFactory(),
    }


def test_events_and_series_are_organised_by_their_incubators_leaders_and_moderators():
    place = IncubatorFactory()
    ours, networks = EventFactory(incubator=place), EventFactory()
    series = SeriesFactory(incubator=place)
    for role, user in people(place).items():
        mine, national = role in {"leader", "moderator", "national"}, role == "national"
        for row, may in ((ours, mine), (series, mine), (networks, national)):
            assert user.has_perm("events.organise_event", row) is may, (role, row)
            assert type(row).objects.organised_by(user).filter(pk=row.pk).exists() is may, (role, row)
        assert user.has_perm("events.view_events_desk") is (mine or role == "of another"), role


def test_nobody_logged_in_organises_nothing():
    EventFactory()
    SeriesFactory()
    assert not Event.objects.organised_by(AnonymousUser()).exists()
    assert not Series.objects.organised_by(AnonymousUser()).exists()

"""What a refused form answers, and how two series of one title are told apart."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Registration
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(incubator=IncubatorFactory(), series=SeriesFactory())


@pytest.fixture
def leader(client_for, event):
    return client_for(MembershipFactory(incubator=event.incubator, role="leader").user)


def test_refused_registration_answers_422(client, event):
    response = client.post(reverse("events:register", args=[event.slug]), {"kind": "myself"})
    assert response.status_code == 422
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "name", ["events:new", "events:edit", "events:cancel", "events:add_registration", "events:announce",
    "events:new_series", "events:edit_series", "events:add_item"],
)  # fmt: skip
def test_refused_form_of_an_organiser_answers_422_and_a_shown_one_200(leader, event, name):
    args = {
        "events:new": [],
        "events:new_series": [],
        "events:edit_series": [event.series.slug],
        "events:add_item": [event.slug, "okt"],
    }.get(name, [event.slug])
    SeriesFactory.create()
    event.series.incubator = event.incubator
    event.series.save()
    url = reverse(name, args=args)
    assert leader.get(url).status_code == 200
    assert leader.post(url, {"title": ""}).status_code == 422


@pytest.mark.parametrize("name", ["edit", "closed_days", "areas", "partners"])
def test_refused_form_of_an_incubator_answers_422(leader, event, name):
    url = reverse(f"incubators:{name}", args=[event.incubator.slug])
    assert leader.get(url).status_code == 200
    assert leader.post(url, {"areas": "x", "answer_days": "x"}).status_code == 422


def test_series_of_one_title_are_told_apart_by_their_years(leader, event):
    place = event.incubator
    for years in ((2031,), (2032, 2033), ()):
        series = SeriesFactory(title="Velferd", incubator=place)
        for year in years:
            EventFactory(series=series, starts_at=dt.datetime(year, 10, 19, 9, tzinfo=dt.UTC))
    wanted = {"Velferd (2031)", "Velferd (2032–2033)", f"Velferd ({timezone.localdate().year})"}
    desk = leader.get(reverse("events:desk"))
    assert {one.dated_title for one in desk.context["series"] if one.title == "Velferd"} == wanted
    form = leader.get(reverse("events:new")).context["form"]
    assert wanted <= {label for _value, label in form.fields["series"].choices}
    assert all(words in desk.text for words in wanted)

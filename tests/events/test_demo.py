"""The demo has every state, the conference as it is announced, and never grows old."""

import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.utils import timezone

from events import demo
from events.models import Event, Registration, Seat, Series, Session
from incubators import demo as incubators_demo
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")


def load() -> None:
    incubators_demo.load()
    demo.load()


def test_demo_has_every_state_and_loads_twice_without_doubling():
    counts = []
    for _ in range(2):
        load()
        models = (Series, Event, Session, Registration, Seat, OutgoingMail)
        counts.append([model.objects.count() for model in models])

    assert counts[0] == counts[1]
    assert {event.state for event in Event.objects.public()} == {*Event.State}


def test_conference_is_as_announced_with_whom_it_has_and_no_invented_speakers():
    load()
    first, second = Event.objects.filter(series__isnull=False).order_by("starts_at")

    assert [event.starts_at.astimezone(OSLO).strftime("%d.%m %H.%M") for event in (first, second)] == [
        "19.10 09.00",
        "20.10 12.00",
    ]
    assert [event.ends_at.astimezone(OSLO).strftime("%H.%M") for event in (first, second)] == ["14.30", "16.00"]
    assert first.location == "KRA Stavanger, Verven 24, 4014 Stavanger"
    assert second.location == "The Conduit, Kristian Augusts gate 21, 0164 Oslo"
    assert (first.organiser_names, second.organiser_names) == (
        ["Norge Unlimited", "Stavanger kommune"],
        ["Norge Unlimited"],
    )
    assert (second.host_names, first.capacity, second.capacity) == (["The Conduit"], 120, 80)
    assert (first.seats_taken, second.seats_taken) == (4, 5)
    assert first.seats.unnamed().count() == 1
    assert not first.speakers.exists()
    assert first.sessions.filter(has_speakers_to_come=True).exists()


@pytest.mark.parametrize(
    ("today", "year"), [(dt.date(2026, 1, 2), 2026), (dt.date(2026, 10, 18), 2026), (dt.date(2026, 10, 19), 2027)]
)
def test_conference_is_the_next_one_whatever_the_day(today, year):
    incubators_demo.load()
    with time_machine.travel(dt.datetime.combine(today, dt.time(8), OSLO)):
        demo.load()

    assert Event.objects.filter(series__isnull=False).earliest("starts_at").starts_at.year == year


def test_talks_are_on_wednesdays_at_each_incubator_and_go_on_when_loaded_later():
    load()
    talks = Event.objects.filter(title="Onsdagssamtale")
    assert {talk.starts_at.astimezone(OSLO).weekday() for talk in talks} == {2}
    assert {talk.incubator.slug for talk in talks} == set(demo.TOWNS)

    demo.load(timezone.localdate() + dt.timedelta(weeks=2))
    assert talks.all().count() == 3 * (demo.WEEKS + 2)

"""Calendars anyone may read, parsed back as a calendar program would, and what search engines read."""

import datetime as dt
import json
import re
import zoneinfo

import pytest
import time_machine
from icalendar import Calendar

from events.actions.programme import cancel_event, change_event
from events.models import Event
from tests.factories import EventFactory, IncubatorFactory, SeatFactory, SeriesFactory, UserFactory

pytestmark = pytest.mark.django_db

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def entries(client, url: str) -> list:
    response = client.get(url)
    assert response["Content-Type"] == "text/calendar; charset=UTF-8"
    calendar = Calendar.from_ical(response.content)
    assert calendar["METHOD"] == "PUBLISH"
    found = list(calendar.walk("VEVENT"))
    assert not any("ATTENDEE" in entry for entry in found)
    return found


def on(day: dt.date) -> dict:
    return {
        "starts_at": dt.datetime.combine(day, dt.time(9), OSLO),
        "ends_at": dt.datetime.combine(day, dt.time(14, 30), OSLO),
    }


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(dt.date(2026, 10, 24), 7), (dt.date(2026, 10, 25), 8), (dt.date(2026, 10, 26), 8)]
)
def test_entry_begins_by_the_clock_in_oslo_on_both_sides_of_the_end_of_summer_time(client, day, utc_hour):
    event = EventFactory(slug="dagen", summary="Kom.", **on(day))

    response = client.get("/arrangementer/dagen/kalender.ics")
    [entry] = entries(client, "/arrangementer/dagen/kalender.ics")

    assert response["Content-Disposition"] == 'attachment; filename="dagen.ics"'
    assert entry["UID"] == str(event.uuid)
    assert entry["DTSTART"].dt.replace(tzinfo=None) == dt.datetime.combine(day, dt.time(9))
    assert entry["DTSTART"].params["TZID"] == "Europe/Oslo"
    assert entry["DTSTART"].dt.astimezone(dt.UTC).hour == utc_hour
    assert entry["DTEND"].dt == event.ends_at
    assert entry["LOCATION"] == "KRA Stavanger, Verven 24, 4014 Stavanger"
    assert entry["URL"].endswith("/arrangementer/dagen/")
    assert (entry["STATUS"], entry["DESCRIPTION"]) == ("CONFIRMED", "Kom.")


def test_sequence_rises_with_each_change_and_the_identity_stays(client):
    event = EventFactory(slug="dagen")
    seen = [entries(client, "/arrangementer/dagen/kalender.ics")[0]]
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        event = change_event(event=event, values={"venue": "Rådhuset"}, seen=event.updated_at)
        seen += entries(client, "/arrangementer/dagen/kalender.ics")
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        cancel_event(event=event, reason="The house has burnt down.", by=UserFactory())
        seen += entries(client, "/arrangementer/kalender.ics")

    assert len({entry["UID"] for entry in seen}) == 1
    assert [entry["SEQUENCE"] for entry in seen] == sorted({entry["SEQUENCE"] for entry in seen})
    assert [entry["STATUS"] for entry in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert seen[1]["LOCATION"].startswith("Rådhuset")
    assert "The house has burnt down." in seen[2]["DESCRIPTION"]


def test_feeds_hold_what_is_theirs_and_public(client):
    place, series = IncubatorFactory(slug="toyen"), SeriesFactory(slug="to-dager")
    EventFactory(title="at the place", incubator=place, days=1)
    EventFactory(title="in the series", series=series, days=2)
    EventFactory(title="over", days=-30)
    EventFactory(title="long over", days=-200)
    EventFactory(title="not published", draft=True, incubator=place, series=series)

    def titles(url):
        return [str(entry["SUMMARY"]) for entry in entries(client, url)]

    assert titles("/arrangementer/kalender.ics") == ["over", "at the place", "in the series"]
    assert titles("/arrangementer/inkubator/toyen/kalender.ics") == ["at the place"]
    assert titles("/nn/arrangementer/serier/to-dager/kalender.ics") == ["in the series"]


@pytest.mark.parametrize(
    "path",
    ["serier/hemmelig/kalender.ics", "dagen/kalender.ics", "inkubator/ingen/kalender.ics", "serier/x/kalender.ics"],
)
def test_feed_of_what_is_not_there_is_not_found(client, path):
    SeriesFactory(slug="hemmelig", is_published=False)
    EventFactory(slug="dagen", draft=True)

    assert client.get(f"/arrangementer/{path}").status_code == 404


def test_feed_tells_no_link_for_those_online_and_nobody_who_comes(client):
    event = EventFactory(online_url="https://meet.example.no/secret")
    seat = SeatFactory(event=event)

    text = client.get("/arrangementer/kalender.ics").text
    assert "meet.example.no" not in text
    assert seat.participant.name not in text


def test_feed_is_sent_again_only_where_something_has_changed(client):
    event = EventFactory()
    first = client.get("/arrangementer/kalender.ics")
    known = {"If-None-Match": first["ETag"]}

    assert client.get("/arrangementer/kalender.ics", headers=known).status_code == 304
    event.title = "Another"
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        event.save()
    assert "Another" in client.get("/arrangementer/kalender.ics", headers=known).text


@pytest.mark.parametrize("title", ["x\r\nATTENDEE:mailto:evil@example.no", 'a;b,c:"d" \\n'])
def test_title_cannot_write_lines_of_its_own(client, title):
    EventFactory(title=title)

    [entry] = entries(client, "/arrangementer/kalender.ics")
    assert str(entry["SUMMARY"]) == title.replace("\r\n", " ")


# --- Search engines ---------------------------------------------------------------------------------------------------


def data_of(client, event: Event) -> dict:
    [block] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(event.get_absolute_url()).text
    )
    return json.loads(block)


@pytest.mark.parametrize(
    ("facts", "taken", "status", "availability"),
    [
        ({}, 0, "EventScheduled", "InStock"),
        ({"capacity": 1}, 1, "EventScheduled", "SoldOut"),
        ({"registration_opens_at": NOW + dt.timedelta(days=2)}, 0, "EventScheduled", "PreOrder"),
        ({"registration_closes_at": NOW - dt.timedelta(days=2)}, 0, "EventScheduled", "SoldOut"),
        ({"drop_in": True}, 0, "EventScheduled", None),
        ({"past": True}, 0, "EventScheduled", None),
        ({"cancelled": True}, 0, "EventCancelled", None),
    ],
)
def test_data_block_says_where_the_event_stands(client, facts, taken, status, availability):
    event = EventFactory(organisers="Norge Unlimited", **facts)
    for _ in range(taken):
        SeatFactory(event=event)

    data = data_of(client, event)

    assert data["eventStatus"] == f"https://schema.org/{status}"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["startDate"].startswith(event.starts_at.strftime("%Y-%m-%dT"))
    assert data["location"]["address"]["postalCode"] == "4014"
    assert data["organizer"] == [{"@type": "Organization", "name": "Norge Unlimited"}]
    offered = data.get("offers", {}).get("availability")
    assert offered == (f"https://schema.org/{availability}" if availability else None)


def test_data_block_holds_no_link_for_those_online_and_cannot_be_ended_from_within(client):
    title = "</script><script>alert(1)</script><!--\u2028&"
    event = EventFactory(title=title, online_url="https://meet.example.no/secret")

    data, page = data_of(client, event), client.get(event.get_absolute_url()).text

    assert data["name"] == title
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert "<script>alert" not in page
    assert "meet.example.no" not in page


def test_page_tells_others_its_own_address(client):
    event = EventFactory(slug="dagen", summary="Two days.")
    page = client.get("/nn/arrangementer/dagen/").text

    assert '<link rel="canonical" href="http://localhost:8000/nn/arrangementer/dagen/">' in page
    assert f'<meta property="og:title" content="{event.title}">' in page
    assert '<meta property="og:description" content="Two days.">' in page

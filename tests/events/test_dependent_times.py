"""An event that moves: its sessions and the times of registration, and what those who are registered are told."""

import datetime as dt

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from events.actions.organising import save_item
from events.actions.programme import change_event, count_told
from events.actions.registration import Person
from events.actions.times import OutsideError, outside
from events.models import Event, Session
from tests.events.test_mails import parts
from tests.events.test_organising_pages import DESK, typed
from tests.events.test_registration_actions import alone, party, register
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeatFactory
from tests.races import overtaken
from unlimited.mail.calendar import invite
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
A, B = "a@example.no", "b@example.no"
LINK = "https://meet.example.no/room"
HOUR, WEEKS = dt.timedelta(hours=1), dt.timedelta(weeks=2)


@pytest.fixture
def place():
    return IncubatorFactory()


@pytest.fixture
def client(client_for, place):
    return client_for(MembershipFactory(incubator=place).user)


@pytest.fixture
def event(place):
    event = EventFactory(incubator=place, title="Practice")
    event.registration_closes_at = event.starts_at - dt.timedelta(days=7)
    event.save()
    add_session(event)
    return event


def add_session(event: Event, **times) -> Session:
    return Session.objects.create(
        event=event, title="Opening", **{"starts_at": event.starts_at, "ends_at": event.starts_at + HOUR} | times
    )


def change(event: Event, **values):
    moves_along = values.pop("moves_along", True)
    event.refresh_from_db()
    return change_event(event=event, values=values, seen=event.updated_at, moves_along=moves_along)


def clock(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def address_of(event: Event) -> str:
    return f"{DESK}{event.slug}/rediger/"


def moved_to(event: Event, starts_at: dt.datetime, **changes) -> dict:
    """Return what the form holds where the event is moved and lasts as long."""
    times = {"starts_at": clock(starts_at), "ends_at": clock(starts_at + (event.ends_at - event.starts_at))}
    if event.registration_closes_at:
        times["registration_closes_at"] = clock(event.registration_closes_at)
    return typed(event, **times | changes)


def by_two_weeks(event: Event, **changes) -> dict:
    return moved_to(event, timezone.localtime(event.starts_at) + WEEKS, **changes)


# --- What moves along -------------------------------------------------------------------------------------------------


def test_moved_event_takes_its_sessions_and_deadline_along_by_default(client, event):
    session, opened_at = event.sessions.get(), timezone.now() - dt.timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(registration_opens_at=opened_at)
    event.refresh_from_db()
    before = {name: clock(getattr(event, name) + WEEKS) for name in ("starts_at", "registration_closes_at")}
    page = client.get(address_of(event))
    assert page.context["form"]["along"].value() is True
    saved = client.post(
        address_of(event),
        by_two_weeks(event, along="on", registration_opens_at=clock(opened_at)),
        follow=True,
    )
    assert "This moved along: 1 session, registration closes" in saved.text
    event.refresh_from_db()
    session.refresh_from_db()
    assert clock(event.starts_at) == before["starts_at"] == clock(session.starts_at)
    assert session.ends_at - session.starts_at == HOUR
    assert clock(event.registration_closes_at) == before["registration_closes_at"]
    # It has opened, and stays open.
    assert clock(event.registration_opens_at) == clock(opened_at)


def test_event_moves_by_the_clock_on_the_wall_where_summer_time_ends_between():
    oslo = timezone.get_default_timezone()
    starts_at = dt.datetime(2027, 10, 20, 9, tzinfo=oslo)
    event = EventFactory(starts_at=starts_at, registration_closes_at=dt.datetime(2027, 10, 13, 23, 59, tzinfo=oslo))
    add_session(event)
    moved = change(
        event, starts_at=dt.datetime(2027, 11, 3, 9, tzinfo=oslo), ends_at=dt.datetime(2027, 11, 3, 14, tzinfo=oslo)
    )
    assert clock(moved.registration_closes_at) == "2027-10-27T23:59"
    assert clock(event.sessions.get().starts_at) == "2027-11-03T09:00"


def test_deadline_that_the_organiser_writes_is_kept(client, event):
    closes_at = clock(event.registration_closes_at + dt.timedelta(days=3))
    client.post(address_of(event), by_two_weeks(event, along="on", registration_closes_at=closes_at))
    event.refresh_from_db()
    assert clock(event.registration_closes_at) == closes_at


def test_nothing_moves_along_where_the_organiser_says_no(client, event):
    closes_at = event.registration_closes_at
    event.sessions.all().delete()
    client.post(address_of(event), by_two_weeks(event))
    event.refresh_from_db()
    assert event.registration_closes_at == closes_at


def test_event_without_anything_to_move_is_not_asked_about(client, place):
    assert 'name="along"' not in client.get(address_of(EventFactory(incubator=place))).text


def test_confirmation_says_what_moves_along(client, event):
    SeatFactory(event=event)
    page = client.post(address_of(event), by_two_weeks(event, along="on")).text
    assert "Not saved yet." in page
    assert "This moves along: 1 session, registration closes" in page
    event.refresh_from_db()
    assert event.sessions.get().starts_at == event.starts_at


# --- What lies outside ------------------------------------------------------------------------------------------------


def test_session_that_stays_behind_is_named_and_nothing_is_saved(client, event):
    starts_at = event.starts_at
    page = client.post(address_of(event), by_two_weeks(event)).text
    assert "Sessions would lie outside the event: “Opening”" in page
    event.refresh_from_db()
    assert event.starts_at == starts_at


def test_session_that_does_not_fit_the_shorter_event_is_named(client, event):
    add_session(event, starts_at=event.ends_at - HOUR, ends_at=event.ends_at)
    page = client.post(address_of(event), typed(event, ends_at=clock(event.ends_at - HOUR))).text
    assert "Sessions would lie outside the event: “Opening”" in page


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("registration_opens_at", "Registration opens after the event has ended."),
        ("registration_closes_at", "Registration closes after the event has ended."),
    ],
)
def test_registration_ends_with_the_event(client, event, field, words):
    late = {"registration_closes_at": "", field: clock(event.ends_at + HOUR)}
    assert words in client.post(address_of(event), typed(event, **late)).text
    assert words in client.post(f"{DESK}nytt/", typed(incubator=event.incubator_id, **late)).text
    event.refresh_from_db()
    assert getattr(event, field) != late[field]
    assert Event.objects.count() == 1


def test_deadline_that_would_outlast_an_earlier_event_moves_along_or_is_refused(client, event):
    earlier = timezone.localtime(event.starts_at) - WEEKS
    event.sessions.all().delete()
    refused = client.post(address_of(event), moved_to(event, earlier))
    assert "Registration closes after the event has ended." in refused.text
    saved = client.post(address_of(event), moved_to(event, earlier, along="on"))
    assert saved.status_code == 302, saved.context["form"].errors
    event.refresh_from_db()
    assert clock(event.starts_at) == clock(earlier)
    assert event.registration_closes_at < event.starts_at


@pytest.mark.parametrize("days", [-1, 30])
def test_session_lies_inside_its_event(client, event, days):
    event.sessions.all().delete()
    url = f"/en/arbeidsflate/arrangementer/{event.slug}/program/okt/"
    starts_at = event.starts_at + dt.timedelta(days=days)
    form = {"title": "A month off", "starts_at": clock(starts_at), "ends_at": clock(starts_at + HOUR)}
    page = client.post(url, form).text
    assert "The session lies outside that." in page
    assert "A month off" in page
    assert not event.sessions.exists()
    client.post(url, form | {"starts_at": clock(event.starts_at), "ends_at": clock(event.ends_at)})
    assert outside(event.sessions.all(), event.starts_at, event.ends_at) == []
    assert event.sessions.count() == 1


def test_event_moved_while_a_session_is_written_is_said_with_all_that_was_typed(client, event, monkeypatch):
    form = {"title": "Second", "starts_at": clock(event.starts_at), "ends_at": clock(event.ends_at)}

    def move_first(**facts):
        change(event, starts_at=event.starts_at + WEEKS, ends_at=event.ends_at + WEEKS)
        return save_item(**facts)

    monkeypatch.setattr("events.views.programme.actions.save_item", move_first)
    page = client.post(f"/en/arbeidsflate/arrangementer/{event.slug}/program/okt/", form).text
    assert "The session lies outside that." in page
    assert 'value="Second"' in page
    assert event.sessions.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_event_and_its_session_changed_at_once_fit_each_other(is_locked):
    """The negative control: without the lock on the event the session is saved where the event no longer is."""
    event = EventFactory()

    def add():
        times = {"starts_at": event.starts_at, "ends_at": event.ends_at}
        return save_item(item=Session(event=event, title="Late", **times), by=None)

    def move():
        seen = Event.objects.get(pk=event.pk)
        values = {"starts_at": seen.starts_at + WEEKS, "ends_at": seen.ends_at + WEEKS}
        return change_event(event=seen, values=values, seen=seen.updated_at)

    if is_locked:
        at_last = [move(), add_or_error(add)]
        assert isinstance(at_last[1], OutsideError)
    else:
        overtaken(add, by=move, refused=OutsideError, without_lock_on=Event)
    event.refresh_from_db()
    assert (outside(event.sessions.all(), event.starts_at, event.ends_at) == []) is is_locked


def add_or_error(add):
    try:
        return add()
    except OutsideError as error:
        return error


# --- What people are told ---------------------------------------------------------------------------------------------


def test_other_words_reach_all_who_are_registered_under_the_same_sequence(outbox):
    event = EventFactory(capacity=1, title="Practice")
    register(event, who=alone(A, language="en"))
    register(event, who=alone(B, language="en"))
    assert count_told(event=event, changed={"title"}) == 2
    change(event, title="Practice and law")
    change(event, title="Law")
    theirs = [mail for mail in outbox() if mail.recipient == A]
    assert [(kind, number) for kind, _uid, number, _status in map(parts, theirs)] == [("REQUEST", 0)] * 3
    assert [mail.kind for mail in theirs] == ["seat-confirmed", "event-changed", "event-changed"]
    assert b"SUMMARY:Law" in invite(theirs[-1].snapshot["calendar"])
    with translation.override("en"):
        words = [say(mail) for mail in outbox("event-changed")]
    assert {(words.subject) for words in words} == {"New title: Practice and law", "New title: Law"}
    assert all("This changed: the title. It was “Practice" in words.text for words in words)
    assert [mail.recipient for mail in outbox("event-changed")].count(B) == 2


def test_link_reaches_those_with_a_seat_and_no_one_in_line(outbox):
    event = EventFactory(capacity=1, title="Practice")
    register(event, who=alone(A, language="en"))
    register(event, who=alone(B, language="en"))
    assert count_told(event=event, changed={"online_url"}) == 1
    change(event, online_url=LINK)
    change(event, title="Law", online_url="")
    added, removed = (mail for mail in outbox("event-changed") if mail.recipient == A)
    with translation.override("en"):
        assert say(added).subject == "New link for joining online: Practice"
        assert f"Join online: {LINK}" in say(added).text
        assert "one cannot join online any more" in say(removed).text
    assert Calendar.from_ical(invite(added.snapshot["calendar"])).events[0]["DESCRIPTION"] == f"Join online: {LINK}"
    assert "DESCRIPTION" not in Calendar.from_ical(invite(removed.snapshot["calendar"])).events[0]
    (in_line,) = (mail for mail in outbox("event-changed") if mail.recipient == B)
    with translation.override("en"):
        assert "online" not in say(in_line).text
    assert LINK not in str(in_line.snapshot)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_receipt_reminder_and_calendar_of_those_with_a_seat_have_the_link(outbox, language):
    from_party = party(Person("Kari Vik", A), Person("Ola Berg"), language=language)
    event = EventFactory(capacity=3, days=1, online_url=LINK, starts_at=timezone.now() + dt.timedelta(days=1))
    register(event, who=from_party)
    event.seats.update(seated_at=timezone.now() - dt.timedelta(days=90))
    event.seats.get(place=1).participant.registration.participants.update(
        created_at=timezone.now() - dt.timedelta(days=90)
    )
    change(event, venue="The Conduit")
    for mail in outbox():
        with translation.override(language):
            assert LINK in say(mail).text, mail.kind
        if "calendar" in mail.snapshot:
            assert LINK in mail.snapshot["calendar"]["description"]


def test_link_is_in_no_mail_to_somebody_who_has_no_seat(outbox):
    event = EventFactory(capacity=1, online_url=LINK)
    register(event, who=alone(A))
    register(event, who=alone(B))
    (in_line,) = outbox("seat-in-line")
    assert LINK not in str(in_line.snapshot)

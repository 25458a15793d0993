"""Calendar entries, parsed back as a calendar would."""

import datetime as dt
import email
import email.policy
import zoneinfo

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from icalendar import Calendar

from unlimited.mail.calendar import entry, invite, published
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import UnsendableError, compose
from unlimited.mail.snapshots import fit

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
STAMPED_AT = dt.datetime(2026, 9, 1, 12, 0, 30, 123456, tzinfo=dt.UTC)
# On both sides of the last Sunday of October.
DAYS = [
    pytest.param(dt.date(2026, 10, 19), 7, dt.timedelta(hours=2), id="summer"),
    pytest.param(dt.date(2026, 11, 2), 8, dt.timedelta(hours=1), id="winter"),
]
INJECTION = 'x\r\nATTENDEE:mailto:evil@example.no\nBEGIN:VALARM\u2028\x85\x0bY\x00Z\u202e;,:"\\n^n'


def facts(**changes) -> dict:
    """Return the facts of an entry as a mail's row keeps them."""
    day = changes.pop("day", dt.date(2026, 10, 19))
    values = {
        "method": "REQUEST",
        "uid": "seat-4711-1@norge-unlimited",
        "sequence": 2,
        "summary": "Sosialt entreprenørskap",
        "starts_at": dt.datetime.combine(day, dt.time(9), OSLO),
        "ends_at": dt.datetime.combine(day, dt.time(15, 30), OSLO),
        "location": "Kongsgata 5, 4005 Stavanger",
        "url": "http://localhost:8000/arrangementer/stavanger/",
        "attendee_name": "Kari Nordmann",
        "attendee_email": "kari@example.no",
        "stamped_at": STAMPED_AT,
    }
    return fit(entry(**values | changes))


def public(**changes) -> dict:
    """Return an entry as a feed gets it."""
    return {
        "uid": "event-1@norge-unlimited",
        "sequence": 0,
        "summary": "Onsdagssamtale",
        "starts_at": dt.datetime(2026, 10, 19, 7, tzinfo=dt.UTC),
        "ends_at": dt.datetime(2026, 10, 19, 9, tzinfo=dt.UTC),
        "location": "Kongsgata 5, 4005 Stavanger",
        "url": "http://localhost:8000/arrangementer/onsdag/",
        "description": "Kaffe.\n\nOg prat.",
        "is_cancelled": False,
        "updated_at": STAMPED_AT,
    } | changes


def parsed(content: bytes):
    """Return a calendar and its one entry."""
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def made(calendar, kind: str = "invited"):
    """Return the mail that carries these facts, as its recipient's program reads it."""
    snapshot = {"url": "http://localhost:8000/en/", "title": "Kaffe", "calendar": calendar}
    mail = OutgoingMail(
        kind=kind, recipient="kari@example.no", language="en", message_id="<a@localhost>", snapshot=snapshot
    )
    return email.message_from_bytes(compose(mail)[2], policy=email.policy.default)


def the_file(message) -> bytes:
    (file,) = message.iter_attachments()
    return file.get_content()


@pytest.mark.parametrize(("method", "status"), [("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")])
@pytest.mark.parametrize(("day", "hour", "offset"), DAYS)
def test_invite_says_who_when_and_where(method, status, day, hour, offset):
    calendar, event = parsed(invite(facts(method=method, day=day)))
    assert calendar["METHOD"] == method
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Oslo"]
    assert event["UID"] == "seat-4711-1@norge-unlimited"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == status
    assert event["SUMMARY"] == "Sosialt entreprenørskap"
    assert event["LOCATION"] == "Kongsgata 5, 4005 Stavanger"
    assert event["URL"] == "http://localhost:8000/arrangementer/stavanger/"
    assert event.decoded("DTSTAMP") == STAMPED_AT.replace(microsecond=0)
    assert event["DTSTART"].params["TZID"] == event["DTEND"].params["TZID"] == "Europe/Oslo"
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    assert start.utcoffset() == offset
    assert start == dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
    assert end - start == dt.timedelta(hours=6, minutes=30)
    assert event["ORGANIZER"] == "mailto:ingen-svar@localhost"
    assert event["ORGANIZER"].params["CN"] == "Norge Unlimited"
    assert event["ATTENDEE"] == "mailto:kari@example.no"
    assert dict(event["ATTENDEE"].params) == {"CN": "Kari Nordmann", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


@pytest.mark.parametrize(("is_cancelled", "status"), [(False, "CONFIRMED"), (True, "CANCELLED")])
@pytest.mark.parametrize(("day", "hour", "offset"), DAYS)
def test_published_says_when_and_where_but_not_who(is_cancelled, status, day, hour, offset):
    starts_at = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
    entries = [public(is_cancelled=is_cancelled, sequence=3, starts_at=starts_at)]
    calendar, event = parsed(published(entries, name="Norge Unlimited, alt"))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == r"Norge Unlimited\, alt"  # parsed, but not unescaped
    assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT6H"
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"].to_ical() == b"PT6H"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Oslo"]
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("event-1@norge-unlimited", 3, status)
    assert event["DESCRIPTION"] == "Kaffe.\n\nOg prat."
    assert event["DTSTART"].params["TZID"] == "Europe/Oslo"
    assert event.decoded("DTSTART") == starts_at
    assert event.decoded("DTSTART").utcoffset() == offset
    assert event.decoded("DTSTAMP") == event.decoded("LAST-MODIFIED") == STAMPED_AT.replace(microsecond=0)
    assert "ATTENDEE" not in event


def test_published_keeps_the_order_of_its_entries_and_may_be_empty():
    content = published([public(uid="b"), public(uid="a", location="", description="", url="")], name="Alt")
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [event["UID"] for event in events] == ["b", "a"]
    assert not {"LOCATION", "DESCRIPTION", "URL"} & set(events[1])
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    assert Calendar.from_ical(published([], name="Alt")).walk("VEVENT") == []


def test_time_zone_changes_when_the_clocks_do():
    """By the rule of the standard: a change begins at DTSTART's clock as it was before, at TZOFFSETFROM."""
    (zone,) = Calendar.from_ical(invite(facts())).walk("VTIMEZONE")
    assert {change.name for change in zone.subcomponents} == {"DAYLIGHT", "STANDARD"}
    for change in zone.subcomponents:
        assert (change["RRULE"]["FREQ"], change["RRULE"]["BYDAY"]) == (["YEARLY"], ["-1SU"])
        first, before, after = change.decoded("DTSTART"), change.decoded("TZOFFSETFROM"), change.decoded("TZOFFSETTO")
        for year in range(first.year, 2046):
            (month,) = change["RRULE"]["BYMONTH"]
            moment = dt.datetime.combine(last_sunday(year, month), first.time(), dt.UTC) - before
            assert (moment - dt.timedelta(seconds=1)).astimezone(OSLO).utcoffset() == before
            assert moment.astimezone(OSLO).utcoffset() == after
            assert moment.astimezone(OSLO).tzname() == change["TZNAME"]
        assert first.date() == last_sunday(first.year, first.month)


def last_sunday(year: int, month: int) -> dt.date:
    last = dt.date(year, month, 31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize("is_public", [False, True])
def test_lines_are_short_and_end_as_the_standard_says(is_public):
    words = "Ærlig talt: blåbær på øya, " * 40
    typed = {"summary": words, "location": words}
    content = published([public(**typed)], name=words) if is_public else invite(facts(**typed))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) == 75
    assert all(line.decode() for line in lines[:-1])  # no letter is cut into halves
    assert parsed(content)[1]["SUMMARY"] == parsed(content)[1]["LOCATION"] == words.strip()


def test_long_norwegian_names_stay_whole():
    name = "Åse-Bjørg Øvergård D'Ærlighet-Kjærstad (Nordre Land kommune) " * 3
    _calendar, event = parsed(invite(facts(attendee_name=name)))
    assert event["ATTENDEE"].params["CN"] == name.strip()


def test_nothing_typed_adds_a_line():
    changes = dict.fromkeys(("uid", "summary", "location", "url", "attendee_name"), INJECTION)
    plain, forged = invite(facts()), invite(entry(**_moments(facts() | changes)))
    plain_event, event = parsed(plain)[1], parsed(forged)[1]
    assert event.keys() == plain_event.keys()
    assert event["ATTENDEE"] == "mailto:kari@example.no"
    assert "VALARM" not in {part.name for part in event.walk()}
    assert event["SUMMARY"] == event["LOCATION"] == 'x ATTENDEE:mailto:evil@example.no BEGIN:VALARM YZ;,:"\\n^n'
    assert event["ATTENDEE"].params["CN"] == "x ATTENDEE mailto evil example.no BEGIN VALARM YZ n n"
    assert b"\nATTENDEE:" not in forged.replace(b"\r\n ", b"")


def test_nothing_typed_adds_a_line_to_a_feed():
    words = dict.fromkeys(("uid", "summary", "location", "url", "description"), INJECTION)
    calendar, event = parsed(published([public(**words)], name=INJECTION))
    assert event.keys() == parsed(published([public()], name="x"))[1].keys()
    assert event["DESCRIPTION"].startswith("x\nATTENDEE:mailto:evil@example.no\nBEGIN:VALARM\n")
    assert calendar["NAME"] == 'x ATTENDEE:mailto:evil@example.no BEGIN:VALARM YZ\\;\\,:"\\\\n^n'
    assert not calendar.walk("VALARM")
    assert "ATTENDEE" not in calendar


def _moments(values: dict) -> dict:
    moments = ("starts_at", "ends_at", "stamped_at")
    return values | {key: dt.datetime.fromisoformat(values[key]) for key in moments}


def test_entry_leads_to_our_own_site():
    assert parsed(invite(facts(url="https://evil.no/x/")))[1]["URL"] == "http://localhost:8000/x/"


def test_attendee_without_a_name_is_an_address_alone():
    attendee = parsed(invite(facts(attendee_name=' ":" ', attendee_email="kari@blåbær.no")))[1]["ATTENDEE"]
    assert attendee == "mailto:kari@xn--blbr-roah.no"
    assert "CN" not in attendee.params


def test_organizer_is_a_setting(settings):
    settings.DEFAULT_FROM_EMAIL = '"Norge: Unlimited, alt" <ingen-svar@example.no>'
    settings.CALENDAR_ORGANIZER = "hei@example.no"
    organizer = parsed(invite(facts()))[1]["ORGANIZER"]
    assert (organizer, organizer.params["CN"]) == ("mailto:hei@example.no", "Norge Unlimited alt")


def test_organizer_that_is_none_stops_the_start(settings):
    settings.CALENDAR_ORGANIZER = "Norge Unlimited"
    with pytest.raises(ImproperlyConfigured, match="CALENDAR_ORGANIZER"):
        apps.get_app_config("mail").ready()


def test_entry_refuses_what_no_calendar_understands():
    with pytest.raises(ValueError, match="PUBLISH"):
        facts(method="PUBLISH")
    with pytest.raises(ValueError, match="no time zone"):
        facts(starts_at=dt.datetime(2026, 10, 19, 9))


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_mail_carries_the_entry_as_last_alternative_and_as_file(method):
    calendar = facts(method=method)
    message = made(calendar)
    assert message.get_content_type() == "multipart/mixed"
    assert message["Content-Language"] == "en"
    words, file = message.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in words.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    part = list(words.iter_parts())[-1]
    assert part["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert not part.is_attachment()
    assert file.is_attachment()
    assert file.get_content_type() == "application/ics"
    assert file.get_filename() == "invite.ics"
    assert part.get_payload(decode=True) == file.get_payload(decode=True) == invite(calendar)
    assert parsed(file.get_content())[0]["METHOD"] == method


def test_mail_without_an_entry_has_no_file():
    message = made({}, kind="letter")
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_template_sees_the_facts_as_words_and_the_entry_keeps_them_as_they_are(time_machine):
    time_machine.move_to(STAMPED_AT)
    message = made(facts(summary="Møt norge.no", attendee_name="evil.no"))
    text = message.get_body(("plain",)).get_content()
    assert "evil.\u200bno, you are in: Monday 19 October 09:00, Kongsgata 5, 4005 Stavanger." in text
    assert message["Subject"] == "Møt norge.\u200bno"
    _calendar, event = parsed(the_file(message))
    assert event["SUMMARY"] == "Møt norge.no"
    assert event["ATTENDEE"].params["CN"] == "evil.no"


def test_second_try_carries_the_same_entry(time_machine):
    time_machine.move_to("2026-09-01T12:01Z")
    first = the_file(made(facts()))
    time_machine.move_to("2026-09-02T12:01Z")
    assert the_file(made(facts())) == first


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"starts_at": "soon"}, "calendar: ValueError"),
        ({"starts_at": "2026-10-19T09:00:00"}, "calendar: ValueError: no time zone"),
        ({"sequence": None}, "calendar: TypeError"),
        ({"method": "PUBLISH"}, "calendar: ValueError: no method: PUBLISH"),
        ({"attendee_email": "kari@example.no\r\nBcc: x@example.no"}, "address: not an e-mail address"),
    ],
)
def test_fault_in_the_facts_makes_the_mail_unsendable(changes, error):
    with pytest.raises(UnsendableError, match=f"^{error}"):
        made(facts() | changes)


def test_facts_that_are_none_make_the_mail_unsendable():
    with pytest.raises(UnsendableError, match=r"^calendar: KeyError: 'stamped_at'"):
        made({"method": "REQUEST"})
    with pytest.raises(UnsendableError, match=r"^calendar: TypeError"):
        made("REQUEST")

"""Calendar entries: in a mail to one person, and for everybody as feeds and downloads.

A mail's snapshot holds the facts (`entry`), the bytes are made of them at delivery (`invite`): the same at every try.
"""

import datetime as dt
import functools
import zoneinfo
from collections.abc import Iterable

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration, vText

from unlimited.content.text import clean_line, clean_text
from unlimited.mail.addresses import organizer_address, plain_name, postal_address, sender_address
from unlimited.mail.links import on_our_site

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
METHODS = ("REQUEST", "CANCEL")
PRODUCT = "-//Norge Unlimited//Norge Unlimited//NO"
# How often programs that subscribe are to ask again.
REFRESH = dt.timedelta(hours=6)
END = b"END:VCALENDAR\r\n"


def entry(
    *,
    method: str,
    uid: str,
    sequence: int,
    summary: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    location: str,
    url: str,
    attendee_name: str,
    attendee_email: str,
    stamped_at: dt.datetime,
    description: str = "",
) -> dict:
    """Return the facts of one person's calendar entry, for a mail's snapshot under the key `calendar`.

    `uid` belongs to one seat and one person for ever; give it as the mail's `order_key` too, so that CANCEL never
    overtakes REQUEST. `sequence` is one more for each change of time or place, and for CANCEL. Calendars are shared:
    `url` is the public page, and `description` holds no personal link either.
    """
    if method not in METHODS:
        raise ValueError(f"A mail's calendar entry is one of {METHODS}, not {method}.")
    return {
        "method": method,
        "uid": uid,
        "sequence": sequence,
        "summary": summary,
        "starts_at": _kept(starts_at),
        "ends_at": _kept(ends_at),
        "location": location,
        "url": url,
        "attendee_name": attendee_name,
        "attendee_email": attendee_email,
        "stamped_at": _kept(stamped_at),
        "description": description,
    }


def invite(facts: dict) -> bytes:
    """Return the text/calendar that puts an entry into one person's calendar, changes it, or takes it out.

    Raises UnsendableError where the attendee has no address, and what Python does where the facts are none.
    """
    if facts["method"] not in METHODS:
        raise ValueError(f"no method: {facts['method']}")
    event = _event(facts, stamped_at=facts["stamped_at"], is_cancelled=facts["method"] == "CANCEL")
    attendee = _person(postal_address(facts["attendee_email"]), facts["attendee_name"])
    attendee.params["PARTSTAT"], attendee.params["RSVP"] = "ACCEPTED", "FALSE"
    event.add("ATTENDEE", attendee)
    return _calendar(facts["method"], [event])


def published(entries: Iterable[dict], *, name: str) -> bytes:
    """Return the text/calendar of a feed or a download, the same for everybody: no attendees.

    Each entry is a dict of uid, sequence, summary, starts_at, ends_at, location, url, description, is_cancelled and
    updated_at. The bytes change only where the entries do, so they can be compared and cached.
    """
    events = []
    for facts in entries:
        event = _event(facts, stamped_at=facts["updated_at"], is_cancelled=facts["is_cancelled"])
        event.add("LAST-MODIFIED", _moment(facts["updated_at"]).astimezone(dt.UTC))
        events.append(event)
    return _calendar("PUBLISH", events, name=clean_line(name).strip())


def _event(facts: dict, *, stamped_at: dt.datetime | str, is_cancelled: bool) -> Event:
    event = Event()
    event.add("UID", clean_line(facts["uid"]))
    event.add("SEQUENCE", int(facts["sequence"]))
    event.add("DTSTAMP", _moment(stamped_at).astimezone(dt.UTC))
    event.add("DTSTART", _moment(facts["starts_at"]).astimezone(OSLO))
    event.add("DTEND", _moment(facts["ends_at"]).astimezone(OSLO))
    event.add("SUMMARY", clean_line(facts["summary"]).strip())
    if location := clean_line(facts["location"]).strip():
        event.add("LOCATION", location)
    if description := clean_text(facts.get("description", "")).strip():
        event.add("DESCRIPTION", description)
    if facts["url"]:
        event.add("URL", on_our_site(clean_line(facts["url"])))
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("ORGANIZER", _person(organizer_address(), sender_address().display_name))
    return event


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name := plain_name(clean_line(name)):
        person.params["CN"] = name
    return person


def _calendar(method: str, events: list[Event], *, name: str = "") -> bytes:
    return b"".join([_opening(method, name), *(event.to_ical() for event in events), END])


@functools.lru_cache(maxsize=64)
def _opening(method: str, name: str) -> bytes:
    """Return a calendar up to its first entry, which is the same for thousands of mails."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", method)
    if name:
        # Newer and older programs look for different properties; the library knows the types of neither.
        calendar.add("NAME", vText(name))
        calendar.add("X-WR-CALNAME", vText(name))
        calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return calendar.to_ical().removesuffix(END) + _oslo()


@functools.cache
def _oslo() -> bytes:
    """Return the VTIMEZONE of all our entries, made once.

    By its rules: what the library makes of the system's time zones starts summer time an hour late, ends after some
    years, and is three times as long. A test holds it against the system's.
    """
    zone = Timezone()
    zone.add("TZID", OSLO.key)
    winter, summer = dt.timedelta(hours=1), dt.timedelta(hours=2)
    for change, name, before, after, month, first in (
        (TimezoneDaylight(), "CEST", winter, summer, 3, dt.datetime(1996, 3, 31, 2)),
        (TimezoneStandard(), "CET", summer, winter, 10, dt.datetime(1996, 10, 27, 3)),
    ):
        change.add("DTSTART", first)  # by the clock as it was until then
        change.add("TZOFFSETFROM", before)
        change.add("TZOFFSETTO", after)
        change.add("TZNAME", name)
        change.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        zone.add_component(change)
    return zone.to_ical()


def _moment(value: dt.datetime | str) -> dt.datetime:
    """Return a moment out of a row or out of a snapshot; one without a time zone is none."""
    value = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    if value.tzinfo is None:
        raise ValueError(f"no time zone: {value}")
    return value


def _kept(value: dt.datetime) -> str:
    return _moment(value).astimezone(OSLO).isoformat()

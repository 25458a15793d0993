"""Events to try the site with, one at least in every state. Days count from today, so that the demo never grows old.

Seats are taken by the same actions as everybody's, so that the mails and the lines of the demo are real ones.
"""

import datetime as dt
import uuid

from django.utils import timezone

from events.actions.programme import cancel_event
from events.actions.registration import Party, Person, register_party
from events.demo_texts import AT_PLACES, CONFERENCE, CONFERENCE_DAYS, GUESTS, TALK, TOWNS
from events.models import Event, Registration, Series
from events.offers import OSLO
from incubators.models import Incubator, Municipality
from unlimited.mail.links import absolute
from unlimited.users.models import User

NAMESPACE = uuid.UUID("0b0f1a52-7c39-4c0a-8f0e-5a8b8f7d3e42")
OCTOBER, WEDNESDAY = 10, 2
WEEKS = 3
TALK_HOURS = "17.00–18.30"
EVENING_HOURS = "17.30–20.00"
Kind = Registration.Kind


def load(today: dt.date | None = None) -> None:
    """Make what is missing. What is there already stays as it is."""
    today = today or timezone.localdate()
    _conference(_year_of_conference(today))
    for place in TOWNS:
        _weekly_talks(place, today)
    for key, facts in AT_PLACES.items():
        _at_place(key, today, **facts)


def _year_of_conference(today: dt.date) -> int:
    """Return the year of the next 19 October; this year's until it has begun."""
    return today.year if today < dt.date(today.year, OCTOBER, min(CONFERENCE_DAYS)) else today.year + 1


def _between(day: dt.date, hours: str) -> dict[str, dt.datetime]:
    """Return when something begins and ends, from *09.00–14.30*."""
    starts, ends = (dt.datetime.combine(day, dt.time(*map(int, hour.split("."))), OSLO) for hour in hours.split("–"))
    return {"starts_at": starts, "ends_at": ends}


# --- The conference ---------------------------------------------------------------------------------------------------


def _conference(year: int) -> None:
    slug = f"sosialt-entreprenorskap-og-fremtidens-velferd-{year}"
    series, _ = Series.objects.get_or_create(slug=slug, defaults=CONFERENCE | {"is_published": True})
    days = [_conference_day(series, dt.date(year, OCTOBER, day), **facts) for day, facts in CONFERENCE_DAYS.items()]
    _register(f"kommune-{year}", days, _municipality(), people=("Kari Demo", "Ola Demo", "Nina Demo"), unnamed=1)
    _register(f"alene-{year}", days[1:], _alone("Ingvild Demo", "ingvild@example.no"), people=("Ingvild Demo",))


def _conference_day(series: Series, day: dt.date, *, key: str, hours: str, programme: tuple, **facts) -> Event:
    facts |= {"series": series, "is_published": True} | _between(day, hours)
    event, is_new = Event.objects.get_or_create(slug=f"velferd-{key}-{day.year}", defaults=facts)
    if is_new:
        for when, title, summary, has_speakers_to_come in programme:
            times = _between(day, when)
            event.sessions.create(title=title, summary=summary, has_speakers_to_come=has_speakers_to_come, **times)
    return event


def _municipality() -> dict:
    return {
        "kind": Kind.MUNICIPALITY,
        "municipality": Municipality.objects.get(number="1103"),
        "contact_name": "Kari Demo",
        "contact_email": "kari@example.no",
    }


def _alone(name: str, email: str) -> dict:
    return {"kind": Kind.MYSELF, "contact_name": name, "contact_email": email}


def _register(
    key: str, events: list[Event], facts: dict, *, people: tuple[str, ...], unnamed: int = 0,
    now: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Register a party once: its form token is always the same."""
    persons = [Person(name, f"{name.split()[0].lower()}@example.no") for name in people]
    party = Party(facts | {"language": "nb"}, persons, unnamed)
    token = uuid.uuid5(NAMESPACE, key)
    # Not asked of the action, which refuses what has closed since.
    if not Registration.objects.filter(form_token=token).exists():
        register_party(events=events, party=party, form_token=token, is_by_organiser=True, now=now)


# --- At the incubators ------------------------------------------------------------------------------------------------


def _weekly_talks(place: str, today: dt.date) -> None:
    first = today + dt.timedelta(days=(WEDNESDAY - today.weekday()) % 7)
    incubator = Incubator.objects.get(slug=place)
    for week in range(WEEKS):
        day = first + dt.timedelta(weeks=week)
        facts = TALK | _of(incubator) | _between(day, TALK_HOURS)
        Event.objects.get_or_create(slug=f"onsdagssamtale-{place}-{day:%Y-%m-%d}", defaults=facts)


def _of(incubator: Incubator) -> dict:
    return {
        "incubator": incubator,
        "venue": incubator.name,
        "city": TOWNS[incubator.slug],
        "organisers": incubator.name,
        "is_published": True,
    }


def _at_place(key: str, today: dt.date, *, place: str, days: int, guests: int = 0, then: dict | None = None, **facts):
    """Make one event with those who come, unless one of its sort is still to come; `then` is what happens to it."""
    known = Event.objects.filter(slug__startswith=f"{key}-")
    if (known.upcoming() if days > 0 else known).exists():
        return
    incubator, day = Incubator.objects.get(slug=place), today + dt.timedelta(days=days)
    times = _between(day, EVENING_HOURS)
    event = Event.objects.create(slug=f"{key}-{day:%Y-%m-%d}", **_of(incubator), **times, **facts)
    registered_at = min(timezone.now(), times["starts_at"] - dt.timedelta(days=5))
    for name in GUESTS[:guests]:
        guest = _alone(f"{name} Demo", f"{name.lower()}@example.no")
        _register(f"{event.slug}-{name}", [event], guest, people=(guest["contact_name"],), now=registered_at)
    if days < 0:
        event.materials.create(title="Om metoden", url=absolute("site:about", "nb"))
    _happen(event, **then or {})


def _happen(event: Event, *, opens_in: int = 0, closed_days_ago: int = 0, cancel_reason: str = "") -> None:
    now, rows = timezone.now(), Event.objects.filter(pk=event.pk)
    if opens_in:
        rows.update(registration_opens_at=now + dt.timedelta(days=opens_in))
    if closed_days_ago:
        rows.update(registration_closes_at=now - dt.timedelta(days=closed_days_ago))
    if cancel_reason:
        cancel_event(event=event, reason=cancel_reason, by=User.objects.filter(is_staff=True).first())

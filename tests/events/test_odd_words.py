"""Odd words typed into organisers' forms: an answer in words or a page, never a fault."""

import datetime as dt
import uuid
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from events.models import Event
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LONG_ADDRESS = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.no"
ODD = [
    "\0", "\ud800", "\u202eabc", "\u200b\u200d\u2060", "😀" * 60, "x" * 10_000, "-1", "1" * 40, "1e9",
    "2026-03-29T02:30", "0000-00-00T00:00", "9999-12-31T23:59", "²", "<b>", "%s%(x)s{0}",
    "kari@blåbær.no", LONG_ADDRESS,
]  # fmt: skip


@pytest.fixture
def place():
    return IncubatorFactory()


@pytest.fixture
def client(client_for, place):
    return client_for(MembershipFactory(incubator=place).user)


@pytest.fixture
def event(place):
    return EventFactory(incubator=place)


def desk(event, rest: str = "") -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/{rest}"


def send(client, url: str, fields: dict):
    """Post a form whose words need not be whole characters, which a browser's form would carry as well."""
    body = urlencode(fields, errors="surrogatepass")
    return client.post(url, body, content_type="application/x-www-form-urlencoded")


def written(place, **changes) -> dict:
    day = timezone.localtime() + dt.timedelta(days=30)
    form = {
        "title": "Open house", "language": "nb", "incubator": place.pk, "venue": "KRA", "city": "Oslo",
        "starts_at": f"{day:%Y-%m-%d}T09:00", "ends_at": f"{day:%Y-%m-%d}T10:00", "capacity": "5",
        "reminder_days": "7, 1", "slug": "",
    }  # fmt: skip
    return form | changes


@pytest.mark.parametrize("words", ODD)
def test_each_field_of_the_forms_bears_odd_words(client, place, event, words):
    for name in (
        *written(place),
        "summary",
        "body",
        "street_address",
        "postcode",
        "online_url",
        "series",
        "organisers",
    ):
        answer = send(client, "/en/arbeidsflate/arrangementer/nytt/", written(place, **{name: words}))
        assert answer.status_code in (200, 302, 422), (name, answer.status_code)
    party = {"kind": "organisation", "organisation": "Ljos", "people": "Per", "contact_name": "A", "language": "nb"}
    for name in (*party, "municipality", "district", "unnamed", "contact_email", "form_token"):
        answer = send(client, desk(event, "pameldinger/ny/"), party | {"form_token": str(uuid.uuid4()), name: words})
        assert answer.status_code in (200, 302, 422), (name, answer.status_code)
    for name in ("audience", "subject", "body", "token"):
        message = {"audience": "all", "subject": "A", "body": "B", "token": str(uuid.uuid4()), "send": "1"}
        assert send(client, desk(event, "melding/"), message | {name: words}).status_code in (200, 302, 422), name
    for name in ("q", "status", "uten-navn", "slag", "kommune", "fylke", "etter", "side", "after", "before"):
        query = urlencode({name: words}, errors="surrogatepass")
        assert client.get(desk(event, f"pameldinger/?{query}")).status_code in (200, 404), name
    assert client.get("/en/arbeidsflate/arrangementer/").status_code == 200
    assert client.get(desk(event, "pameldinger/")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity": "-1"},
        {"capacity": "0"},
        {"capacity": "99999999999"},
        {"starts_at": "2031-03-30T02:30", "ends_at": "2031-03-30T05:00"},
        {"title": "\u200b\u2060"},
        {"reminder_days": "²"},
    ],
)
def test_what_cannot_be_is_not_saved(client, place, changes):
    send(client, "/en/arbeidsflate/arrangementer/nytt/", written(place, **changes))
    assert not Event.objects.exists()

"""An organiser takes the lists along: participants and needs as files, numbers for the kitchen, paper for the door."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from events.models import NeedsLookup
from tests.browser.test_organising import enters, register
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def organiser(request, someone, place):
    membership = MembershipFactory(incubator=place)
    return someone(membership.user.email, user=membership.user, java_script_enabled=request.param)


def taken(organiser, press, name: str) -> bytes:
    """Return the file that a press brings."""
    with organiser.page.expect_download() as download:
        press(name)
    return Path(download.value.path()).read_bytes()


def test_organiser_takes_the_lists_along(organiser, place):
    event = EventFactory(incubator=place, title="Practice")
    register(event, "Åse", diet=["vegan"])
    register(event, "Bo")
    organiser.opens(f"/en/arbeidsflate/arrangementer/{event.slug}/")
    enters(organiser, "Registrations", "Registrations")
    sheet = openpyxl.load_workbook(io.BytesIO(taken(organiser, organiser.follows, "Participants (XLSX)"))).active
    assert [sheet["A2"].value, sheet["A3"].value] == ["Bo", "Åse"]
    text = taken(organiser, organiser.follows, "Participants (CSV)").decode("utf-8-sig")
    assert [row["E-mail"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == [
        "bo@example.no", "åse@example.no"
    ]  # fmt: skip

    organiser.follows("Door list")
    organiser.is_at("Door list")
    organiser.page.emulate_media(media="print")
    expect(organiser.page.get_by_role("navigation", name="This event")).to_be_hidden()
    rows = organiser.page.locator(".door tbody tr")
    assert [row.locator("td").first.inner_text() for row in rows.all()] == ["Bo", "Åse"]
    organiser.does_not_see("Vegan")
    organiser.page.emulate_media(media="screen")

    enters(organiser, "Needs", "What those who come need")
    assert "Vegan;1" in taken(organiser, organiser.follows, "Kitchen list (CSV)").decode()
    assert not NeedsLookup.objects.exists()
    assert "Åse" in taken(organiser, organiser.presses_button, "Names and needs (CSV)").decode()
    assert NeedsLookup.objects.count() == 1
    organiser.opens(organiser.page.url)
    organiser.sees("Who has looked at names")

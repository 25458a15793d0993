"""A shared tablet in a real browser: it waits while somebody types, asks before it forgets, and then begins anew."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
# A page whose form saves nothing by itself.
PAGE, LABEL, WORDS = "/tilgjengelighet/", "Hva var vanskelig?", "Menyen er vanskelig å åpne."
MINUTE = 60_000


@pytest.fixture
def incubator():
    return IncubatorFactory()


@pytest.fixture
def tablet(open_page, client_for, incubator):
    """Return `tablet(**options of open_page)`: a page of a browser that the leader has made a shared tablet."""
    client = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    client.post(reverse("incubators:tablet", args=[incubator.slug]))

    def browser(**options):
        return open_page(cookie=client.cookies[settings.SESSION_COOKIE_NAME].value, **options)

    return browser


def test_tablet_waits_while_somebody_types_asks_and_then_begins_anew(tablet, incubator):
    page = tablet()
    page.clock.install()
    page.goto(PAGE)
    expect(page.get_by_text("Dette er et felles nettbrett.")).to_be_visible()
    dialog = page.get_by_role("dialog", name="Er du her ennå?")
    for part in (WORDS[:5], WORDS[5:]):
        page.clock.fast_forward(8 * MINUTE)
        with page.expect_response("**/konto/nettbrett/") as told:
            page.get_by_label(LABEL).press_sequentially(part)
        assert told.value.status == 204
    expect(dialog).to_be_hidden()

    page.clock.fast_forward(9 * MINUTE + 1000)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Ja, jeg er her").click()
    expect(dialog).to_be_hidden()
    assert page.get_by_label(LABEL).input_value() == WORDS

    page.clock.fast_forward(10 * MINUTE + 1000)
    page.wait_for_url(f"**{reverse('ideas:new')}?inkubator={incubator.slug}")

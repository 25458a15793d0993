"""Long words on the narrowest phone: nothing sticks out, and nothing becomes a column of single letters."""

import pytest
from playwright.sync_api import expect

from events.links import make_token
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import EventFactory, IdeaFactory, ParticipantFactory, RegistrationFactory, SeatFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Wolfeschlegelsteinhausenbergerdorff"


@pytest.mark.parametrize("language", ["", "/nn", "/en"])
def test_name_of_35_letters_fits_on_its_ticket(open_page, language):
    assert len(NAME) == 35
    event = EventFactory()
    registration = RegistrationFactory(group=True, contact_email="anna@example.no", contact_name=NAME)
    person = ParticipantFactory(registration=registration, name=NAME, email="kari@example.no")
    SeatFactory(registration=registration, event=event, participant=person)
    page = open_page(width=320)
    page.goto(f"{language}/plass/{make_token(person)}/")
    is_as_wide_as_the_window(page)
    heading = page.get_by_role("heading", level=1)
    assert heading.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_deeply_nested_list_stays_readable(open_page):
    lines = [f"{'  ' * level}- level {level} has words" for level in range(9)]
    idea = IdeaFactory(public=True, proposal="\n".join(lines))
    page = open_page(width=320)
    page.goto(idea.get_absolute_url())
    is_as_wide_as_the_window(page)
    deepest = page.locator("main li", has_text="level 8 has words").last
    expect(deepest).to_be_visible()
    assert deepest.evaluate("one => one.clientWidth") > 150

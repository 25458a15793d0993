"""A concern in a real browser: raised from a case, told to the leader, handed over; and seen by nobody else."""

import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "She writes that she dares not go home"


@pytest.mark.parametrize(("width", "java_script_enabled"), [(1280, True), (320, False)])
def test_concern_is_raised_reaches_the_leader_and_is_seen_by_nobody_else(open_page, post, width, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited", emergency_words="Uteteamet: 22 33 44 55")
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop")
    leads = MembershipFactory(incubator=incubator, leader=True, user__email="lea@example.no", user__language="en").user
    window = {"width": width, "java_script_enabled": java_script_enabled}

    writer = open_page(user=MembershipFactory(incubator=incubator).user, **window)
    writer.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/")
    raise_it(writer)
    address = writer.url

    letter = post.newest(leads.email)
    assert WORDS not in letter.text
    assert "Workshop" not in letter.text
    leader = open_page(user=leads, **window)
    leader.goto(letter.link)
    hand_it_over(leader)
    leader.goto(address)
    expect(leader.locator("main")).to_contain_text("Handed over in writing: Barnevernet i Oslo")

    others = [MembershipFactory(incubator=incubator).user, idea.author, UserFactory(staff=True, is_superuser=True)]
    for user in others:
        it_is_nowhere(open_page(width=width, user=user), address, idea)


def raise_it(writer) -> None:
    """From the case: what the page says first, a form left empty, then the concern itself."""
    writer.get_by_role("link", name="Worried about somebody?").click()
    main = writer.locator("main")
    expect(main).to_contain_text("Uteteamet: 22 33 44 55")
    writer.locator("summary", has_text="What the law asks of you").click()
    expect(main).to_contain_text("avvergeplikt")
    writer.wait_for_load_state()
    is_as_wide_as_the_window(writer)
    writer.get_by_role("button", name="Write it down and tell the leader").click()
    expect(writer.locator("#error-summary")).to_contain_text("Write what worries you.")
    writer.get_by_label("What worries you?").fill(WORDS)
    writer.get_by_label("Whom have you told?").fill("Barnevernsvakten")
    writer.get_by_role("button", name="Write it down and tell the leader").click()
    expect(main).to_contain_text("You and the leader can read it, and nobody else.")
    expect(main).to_contain_text(WORDS)


def hand_it_over(leader) -> None:
    """From the leader's list: read it, and make the page for the authority."""
    leader.get_by_role("region", name="Concern for somebody").get_by_role("link").first.click()
    expect(leader.locator("main")).to_contain_text(WORDS)
    leader.locator("summary", has_text="Hand it over to an authority").click()
    leader.get_by_label("Which authority is it for?").fill("Barnevernet i Oslo")
    leader.get_by_role("button", name="Make the document").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Concern from Tøyen Unlimited")
    expect(leader.locator("main")).to_contain_text("Barnevernet i Oslo")


def it_is_nowhere(page, address: str, idea) -> None:
    """Neither by its address nor on the pages about the case."""
    assert page.goto(address).status == 404
    case = f"arbeidsflate/ideer/{idea.uuid}/"
    for path in ("arbeidsflate/", "arbeidsflate/ideer/?status=alle", case, "min-side/"):
        page.goto(f"/en/{path}")
        expect(page.locator("body")).not_to_contain_text(WORDS)
        expect(page.locator("body")).not_to_contain_text("Barnevernsvakten")
        assert str(uuid.UUID(address.rstrip("/").rpartition("/")[2])) not in page.content()

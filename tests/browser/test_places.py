"""On a phone: nobody is where I live, so I want to start one; and an incubator that closes leaves nobody behind."""

import pytest
from playwright.sync_api import expect

from ideas.models import Idea
from incubators.models import Incubator, Initiative
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, MunicipalityFactory, UserFactory
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


def fits(page) -> None:
    page.wait_for_load_state()
    is_as_wide_as_the_window(page)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_nobody_is_near_so_somebody_starts_and_is_followed_up(open_page, java_script_enabled):
    MunicipalityFactory(number="1804", name="Bodø", county_number="18", county="Nordland")
    IncubatorFactory(name="Tøyen Unlimited")
    national = UserFactory(staff=True, name="Sunniva")
    page = open_page(width=320, java_script_enabled=java_script_enabled)
    find_nobody_and_say_so(page)
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {"kari@example.no", national.email}

    staff = open_page(width=360, user=national, java_script_enabled=java_script_enabled)
    follow_up_and_found(staff)
    one = Initiative.objects.get()
    assert (one.status, one.incubator.stage, one.owner) == ("founded", "pilot", national)

    page.goto("/en/inkubatorer/?q=bodo")
    expect(page.get_by_role("link", name="Bodø Unlimited")).to_be_visible()


def find_nobody_and_say_so(page) -> None:
    """From the search without a hit to the receipt, by way of a form that was not complete."""
    page.goto("/en/inkubatorer/")
    page.get_by_label("Where do you live?").fill("bodo")
    page.get_by_role("button", name="Find incubators").click()
    expect(page.get_by_role("heading", name="There is no incubator in Bodø yet")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="We want to start a neighbourhood incubator").click()
    expect(page.get_by_label("Which municipality?")).to_have_value("Bodø")
    fits(page)
    page.get_by_label("Who are you?").fill("The library")
    page.get_by_label("Your e-mail").fill("kari@example.no")
    page.get_by_role("button", name="Tell us that you want to start one").click()
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.get_by_label("Who are you?")).to_have_value("The library")
    page.get_by_label("Why there?").fill("People come to us with ideas.")
    page.get_by_role("button", name="Tell us that you want to start one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it")
    fits(page)


def follow_up_and_found(staff) -> None:
    """National staff note that they met, and make the incubator."""
    staff.goto("/en/arbeidsflate/nye-inkubatorer/")
    fits(staff)
    staff.get_by_role("link", name="The library").click()
    staff.get_by_label("Where it stands").select_option("talking")
    staff.get_by_label("What was said or done").fill("We met.")
    staff.get_by_role("button", name="Note this").click()
    expect(staff.locator("main")).to_contain_text("We met.")
    fits(staff)
    staff.get_by_role("link", name="It becomes an incubator").click()
    staff.get_by_label("Name", exact=True).fill("Bodø Unlimited")
    staff.get_by_label("Legal status").select_option("association")
    fits(staff)
    staff.get_by_role("button", name="Make the incubator").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("People at Bodø Unlimited")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_leader_closes_and_the_author_reads_who_has_the_idea(open_page, java_script_enabled):
    membership = MembershipFactory(leader=True, incubator__name="Tøyen Unlimited")
    IncubatorFactory(name="Storhaug Unlimited")
    IncubatorFactory(intake=True)
    idea = IdeaFactory(submitted=True, incubator=membership.incubator)
    page = open_page(width=360, user=membership.user, java_script_enabled=java_script_enabled)
    page.goto(f"/en/inkubatorer/{membership.incubator.slug}/")
    page.get_by_role("link", name="Close the incubator for good").click()
    expect(page.locator("main")).to_contain_text("1 idea is open here.")
    fits(page)
    page.get_by_label("Who takes the open ideas?").select_option(label="Storhaug Unlimited")
    page.get_by_role("button", name="Close the incubator").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("Why does it close?").fill("The house is sold.")
    page.get_by_role("button", name="Close the incubator").click()
    expect(page.locator("main")).to_contain_text("The ideas that were open here are with Storhaug Unlimited now.")
    expect(page.locator("main")).to_contain_text("The house is sold.")
    fits(page)

    author = open_page(width=360, user=idea.author, java_script_enabled=java_script_enabled)
    author.goto(f"/en/min-side/ideer/{idea.uuid}/")
    expect(author.locator("main")).to_contain_text("Storhaug Unlimited has it from now on.")
    fits(author)
    assert not Incubator.objects.get(pk=membership.incubator.pk).is_active
    assert Idea.objects.get().answer_due_on == idea.answer_due_on

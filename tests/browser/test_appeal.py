"""A no, an appeal, a yes: on a phone, with the presses it takes, and one answer overtaken on the way."""

import pytest
from playwright.sync_api import expect

from ideas.actions import moderation
from ideas.models import Idea
from tests.browser.people import works_at
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Benker langs elva"
NO = {
    "went_well": "Benker er til glede for alle.",
    "reason": "Kommunen setter opp benker der til våren.",
    "way_on": "Spør velforeningen.",
}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


def arrives(someone, incubator, email: str, **role):
    return someone(email, secret=works_at(incubator, email, email.partition("@")[0].title(), **role), width=360)


def test_a_no_is_appealed_granted_and_becomes_a_yes(someone, incubator):
    leader = arrives(someone, incubator, "ingrid@example.no", leader=True)
    moderator = arrives(someone, incubator, "jonas@example.no")
    author = UserFactory(email="kari@example.no")
    idea = IdeaFactory(submitted=True, incubator=incubator, author=author, title=TITLE)

    decline(moderator, idea)
    appeal(someone("kari@example.no", width=360))
    grant_after_a_colleague_hid_it(leader, idea)
    accept(moderator, idea)

    resident = someone("kari@example.no", width=360)
    yes = resident.post.newest(resident.address)
    resident.logs_in()
    resident.opens(yes.link)
    resident.sees("Nå prøves ideen ut i det små.")
    kinds = list(idea.transitions.values_list("kind", flat=True))
    assert kinds == ["declined", "appealed", "hidden", "appeal_granted", "accepted"]


def decline(moderator, idea) -> None:
    """The form refuses a no that leads to nobody, and keeps its words."""
    moderator.logs_in()
    moderator.opens(f"/arbeidsflate/ideer/{idea.uuid}/")
    form = moderator.page.locator("#takk-nei")
    form.locator("summary").click()
    for name, words in NO.items():
        form.locator(f"[name={name}]").fill(words)
    moderator.presses_button("Send dette svaret", form)
    expect(moderator.page.locator("#error-summary")).to_be_visible()
    expect(form.locator("[name=reason]")).to_have_value(NO["reason"])
    form.locator("[name=way_on_to]").select_option("municipality")
    moderator.presses_button("Send dette svaret", form)
    expect(moderator.page.locator("#takk-nei")).to_have_count(0)


def appeal(resident) -> None:
    """From the mail to the receipt: two presses and a few words."""
    no = resident.post.newest(resident.address)
    resident.logs_in()
    resident.opens(no.link)
    resident.is_at(TITLE)
    resident.sees(*NO.values())
    before = resident.presses
    resident._press(resident.page.locator("main a[href*='/klage/']"))
    resident.page.wait_for_url("**/klage/**")
    resident.page.locator("[name=reason]").fill("Elva er på den andre siden av veien.")
    resident._press(resident.page.locator("main form button[type=submit]"))
    resident.page.wait_for_url("**/min-side/ideer/**")
    resident.is_at(TITLE)
    assert resident.presses - before == 2
    expect(resident.page.locator("main a[href*='/klage/']")).to_have_count(0)
    resident.sees("Elva er på den andre siden av veien.")
    assert len(resident.post.letters_to(resident.address)) == 3  # the code, the no, the receipt of the appeal


def grant_after_a_colleague_hid_it(leader, idea) -> None:
    """The answer is written while a colleague changes the case: told, kept, and sent with one more press."""
    waits = leader.post.newest(leader.address)
    leader.logs_in()
    leader.opens(waits.link)
    leader.page.locator("[name=outcome][value=ja]").check()
    leader.page.locator("[name=answer]").fill("Du har rett.")
    seen = Idea.objects.get(pk=idea.pk)
    moderation.hide_idea(idea=seen, by=UserFactory(name="Ola"), seen_revision=seen.revision, reason="Et navn.")
    send = leader.page.locator("main form button[type=submit]")
    send.click()
    expect(leader.page.locator("#error-summary")).to_be_visible()
    expect(leader.page.locator("[name=answer]")).to_have_value("Du har rett.")
    send.click()
    expect(send).to_have_count(0)
    leader.sees("Du har rett.")


def accept(moderator, idea) -> None:
    moderator.opens("/arbeidsflate/ideer/")
    moderator.follows(TITLE)
    accept = moderator.unfolds("Ta inn ideen")
    moderator.presses_button("Ta inn ideen", accept)
    moderator.sees("Ideen er tatt inn, og den som har ideen, har fått beskjed.")

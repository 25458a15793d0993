"""One idea from accepted to established on three phones, and what the municipality gets to know of it."""

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from ideas.actions.effect import ask_for_measurements
from ideas.models import Idea, Report
from tests.browser.people import Post
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, MunicipalPartnerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
TITLE, KARI = "Workshop in the cellar", "kari@kommune.example.no"


@dataclass
class Three:
    """The unlimiter, the supporter and the leader, each at their phone, and where the idea's pages are for them."""

    idea: Idea
    post: Post
    author: Page
    supporter: Page
    leader: Page

    def mine(self, rest: str = "") -> None:
        self.author.goto(f"/en/min-side/ideer/{self.idea.uuid}/{rest}")

    def desk(self, rest: str = "", page: Page | None = None) -> None:
        (page or self.supporter).goto(f"/en/arbeidsflate/ideer/{self.idea.uuid}/{rest}")

    def newest_link(self, user) -> str:
        return self.post.newest(user.email).link


@pytest.fixture
def three(open_page, post):
    place = IncubatorFactory(name="Tøyen Unlimited", slug="toyen", district="Gamle Oslo")
    facts = {"incubator": place, "user__language": "en"}
    ada = MembershipFactory(**facts, leader=True, user__name="Ada").user
    ali = MembershipFactory(**facts, supporter=True, user__name="Ali").user
    idea = IdeaFactory(accepted=True, incubator=place, title=TITLE, author__language="en", author__name="Amina")
    pages = (open_page(user=user, width=360) for user in (idea.author, ali, ada))
    return Three(idea, post, *pages)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words)
    is_as_wide_as_the_window(page)


def test_idea_goes_from_accepted_to_established_and_the_municipality_reads_of_it(three, open_page):
    find_a_supporter(three)
    meet(three)
    budget_of(three.leader, "20000")
    agree(three, "Does anyone come?", "3000")
    try_it(three)
    count(three)
    talk(three, "Up to the next step")
    says_how_many(three, open_page)
    agree(three, "Do they come back?", "5000")
    found(three)
    talk(three, "Up to the next step")
    agree(three, "Does it pay for itself?", "")
    talk(three, "It stands on its own feet")
    three.mine()
    says(three.author, "stands on its own feet")
    three.idea.refresh_from_db()
    assert three.idea.established_at
    # A report is of days that are over.
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=True):
        send_report(three)
        read_report(open_page, three.idea)


def find_a_supporter(three: Three) -> None:
    ali = three.idea.incubator.memberships.get(role="supporter").user
    three.desk("stotte/", three.leader)
    three.leader.get_by_label("Who could support the idea?").select_option(label="Ali, has 0 of 8")
    press(three.leader, "Ask them")
    three.supporter.goto(three.newest_link(ali))
    press(three.supporter, "Say yes")
    three.mine("stottespiller/")
    press(three.author, "Say yes")
    says(three.author, "You have said yes.")


def meet(three: Three) -> None:
    three.mine("moter/")
    three.author.get_by_text("Propose a meeting").click()
    day = timezone.localtime() + dt.timedelta(days=3)
    three.author.get_by_label("A time that suits you").fill(f"{day:%Y-%m-%dT%H:%M}")
    three.author.get_by_label("Where?").fill("The library")
    press(three.author, "Send the proposal")
    three.desk("moter/")
    three.supporter.locator("main form[action*=velg] button").first.click()
    says(three.supporter, "The meeting is booked.")


def budget_of(leader: Page, kroner: str) -> None:
    leader.goto("/en/arbeidsflate/inkubatorer/toyen/budsjett/")
    leader.get_by_label("How many kroner?").fill(kroner)
    press(leader, "Save the budget")
    says(leader, "The budget is saved.")


def agree(three: Three, find_out: str, kroner: str) -> None:
    """Propose, once for more than there is, and say yes from the mail."""
    three.desk("avtaler/")
    three.supporter.get_by_label("What do you want to find out?").fill(find_out)
    if kroner:
        three.supporter.get_by_label("Money, in kroner").fill("90000")
        press(three.supporter, "Send it to the author")
        says(three.supporter, "kr are left. Nothing is sent; what you wrote is here.")
        three.supporter.get_by_label("Money, in kroner").fill(kroner)
    press(three.supporter, "Send it to the author")
    says(three.supporter, "The agreement is sent to the author.")
    three.author.goto(three.newest_link(three.idea.author))
    press(three.author, "Say yes to this")
    says(three.author, "It is agreed on.")


def try_it(three: Three) -> None:
    three.mine("forsok/ny/")
    three.author.get_by_label("What did you want to find out?").fill("Would anyone come?")
    three.author.get_by_label("What happened?").fill("Forty came.")
    three.author.get_by_label("What did you learn?").fill("They want to build it themselves.")
    press(three.author, "Save the trial")
    three.desk("forsok/")
    says(three.supporter, "They want to build it themselves.")


def count(three: Three) -> None:
    three.mine("effekt/ny/")
    for label, words in (
        ("For whom?", "Young people in the block"),
        ("What do you want to know about them?", "How many come each week?"),
        ("What is counted?", "people"),
        ("How much is it now, before you have changed anything?", "4"),
        ("What is your goal?", "20"),
    ):
        three.author.get_by_label(label).fill(words)
    press(three.author, "Save")
    says(three.author, "Written down.")


def talk(three: Three, outcome: str) -> None:
    three.desk("avtaler/")
    three.supporter.get_by_text("We have talked: write how it went").click()
    three.supporter.get_by_label(outcome).check()
    three.supporter.get_by_label("What did you find out?").fill("Forty came, and thirty came back.")
    three.supporter.get_by_label("What happens now?").fill("We go on.")
    press(three.supporter, "Write it down")
    says(three.supporter, "It is written down, and the author is told.")


def says_how_many(three: Three, open_page) -> None:
    """By the link in the mail, on a phone where nobody is logged in."""
    assert ask_for_measurements() == 1
    phone, link = open_page(width=360), three.newest_link(three.idea.author)
    phone.goto(link)
    phone.get_by_label("How many come each week?").fill("21")
    press(phone, "Save the number")
    says(phone, "Thank you")
    three.desk("effekt/")
    says(three.supporter, "The goal is reached")


def found(three: Three) -> None:
    """No talk leads to “Build it” before somebody has thought about the form."""
    three.desk("avtaler/")
    three.supporter.get_by_text("We have talked: write how it went").click()
    three.supporter.get_by_label("Up to the next step").check()
    three.supporter.get_by_label("What did you find out?").fill("x")
    three.supporter.get_by_label("What happens now?").fill("x")
    press(three.supporter, "Write it down")
    says(three.supporter, "Before it is built")
    three.mine("organisasjon/")
    three.author.get_by_label("Association (forening)").check()
    three.author.get_by_label("Founded on").fill(f"{timezone.localdate():%Y-%m-%d}")
    press(three.author, "Save")
    says(three.author, "It is saved.")


def send_report(three: Three) -> None:
    MunicipalPartnerFactory(incubator=three.idea.incubator, email=KARI, language="en")
    days = {"fra": timezone.localdate() - dt.timedelta(days=1), "til": timezone.localdate() - dt.timedelta(days=1)}
    address = "/en/arbeidsflate/rapport/?om=toyen&periode=egen&" + "&".join(f"{k}={v}" for k, v in days.items())
    three.leader.goto(address)
    three.leader.get_by_label("Your own words").fill("One of ours stands on its own feet.")
    press(three.leader, "Send the report")
    says(three.leader, "The report is sent.")


def read_report(open_page, idea: Idea) -> None:
    kari = open_page(user=UserFactory(email=KARI, language="en"), width=360)
    kari.goto("/en/rapporter/")
    kari.locator("main").get_by_role("link", name="Tøyen Unlimited").click()
    says(kari, "One of ours stands on its own feet.")
    says(kari, "20,000")
    # One idea is somebody: it is in the sums, and nowhere by itself.
    says(kari, "hidden")
    for words in (TITLE, "Amina", "Forty came", "Would anyone come?"):
        expect(kari.locator("body")).not_to_contain_text(words)
    assert kari.goto(f"/en/arbeidsflate/ideer/{idea.uuid}/").status == 404
    figures = {table["key"]: dict(table["rows"]) for table in Report.objects.get().figures["tables"]}
    assert figures["talks"]["established"] is None
    assert figures["organisations"]["association"] is None

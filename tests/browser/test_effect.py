"""What is to change is written down on a phone; the mail's link asks for a number; the page shows how it stands."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ideas.actions.effect import ask_for_measurements
from ideas.models import Indicator
from tests.browser.people import Person
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_number_goes_from_the_mail_to_the_page_of_both(open_page, post, java_script_enabled):
    incubator = IncubatorFactory(name="Tøyen Unlimited")
    ali = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali", user__language="en").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__language="en")
    SupportRelationFactory(idea=idea, supporter=ali)
    window = {"width": 360, "java_script_enabled": java_script_enabled}

    author = Person(open_page(user=idea.author, **window), post, idea.author.email)
    writes_down_what_is_counted(author, idea)
    takes_a_step(idea)
    answers_by_the_link(Person(open_page(**window), post, idea.author.email))

    author.page.reload()
    author.is_at("Effect")
    author.sees("Closer to the goal", "More when it rains")
    desk = Person(open_page(user=ali, **window), post, ali.email)
    desk.opens(f"/en/arbeidsflate/ideer/{idea.uuid}/effekt/")
    with desk.does_it_in(presses=2, screens=3):
        desk.is_at("Effect")
        desk.follows("Write down a number")
        desk.is_at("Write down a number")
        desk.writes("How many come each week?", "21")
        desk.presses_button("Save the number")
        desk.is_at("Effect")
    desk.sees("The number is written down.", "The goal is reached", "More when it rains")


def writes_down_what_is_counted(author: Person, idea) -> None:
    author.opens(f"/en/min-side/ideer/{idea.uuid}/")
    with author.does_it_in(presses=4, screens=4):
        author.follows("Effect")
        author.is_at("Effect")
        author.follows("Write down what is to be counted")
        author.is_at("Write down what is to be counted")
        author.writes("For whom?", "Young people in the block")
        author.writes("What do you want to know about them?", "How many come each week?")
        author.writes("How much is it now, before you have changed anything?", "4,5")
        author.writes("What is your goal?", "20")
        author.presses_button("Save")
        expect(author.page.locator("#error-summary")).to_contain_text("Write what is counted.")
        expect(author.labelled("For whom?")).to_have_value("Young people in the block")
        author.is_at("Write down what is to be counted")
        author.writes("What is counted?", "people")
        author.presses_button("Save")
        author.is_at("Effect")
    author.sees("Written down.", "The goal is 20.")


def takes_a_step(idea) -> None:
    """The idea takes a step once it is counted, and the beat comes by."""
    Indicator.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
    facts = {"from_status": "accepted", "to_status": "accepted", "step": "do", "revision": 9}
    idea.transitions.create(kind="step_changed", at=timezone.now() - dt.timedelta(hours=1), **facts)
    assert ask_for_measurements() == 1


def answers_by_the_link(anybody: Person) -> None:
    """On a phone where nobody is logged in: one press for one number. The link is opened once more afterwards."""
    link = anybody.post.newest(anybody.address).link
    anybody.opens(link)
    with anybody.does_it_in(presses=1, screens=2):
        anybody.is_at("How is it now?")
        anybody.sees("Young people in the block", "4.5 people")
        anybody.writes("How many come each week?", "12,5")
        anybody.writes("A sentence about it", "More when it rains")
        anybody.presses_button("Save the number")
        anybody.is_at("Thank you")
    anybody.sees("12.5 people", "or 6 months after")
    anybody.opens(link)
    anybody.is_at("Thank you")
    anybody.sees("12.5 people", "Is a number wrong?")

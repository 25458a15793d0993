"""A promise that was not kept, in a real browser: on the leader's list, told by an honest mail, and then answered."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ideas.models import Idea
from incubators.actions.promises import tell_of_delays
from incubators.working_days import add_working_days
from tests.browser.widths import is_as_wide_as_the_window
from tests.factories import IdeaFactory, MembershipFactory, UserFactory
from unlimited.content.templatetags.site_text import day

pytestmark = pytest.mark.django_db(transaction=True)


def in_english(date: dt.date) -> str:
    return day(date).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("width", "java_script_enabled"), [(1280, True), (320, False)])
def test_late_answer_is_on_the_leaders_list_told_by_mail_and_answered(someone, open_page, width, java_script_enabled):
    leads = MembershipFactory(leader=True, incubator__name="Tøyen Unlimited")
    writer = UserFactory(language="en", email="ola@example.no")
    idea = IdeaFactory(overdue=True, incubator=leads.incubator, author=writer, title="Benches")
    late = IdeaFactory(quiet=True, incubator=leads.incubator, title="Workshop")
    promised = (idea.answer_due_on, add_working_days(timezone.localdate(), 5))

    leader = open_page(width=width, user=leads.user, java_script_enabled=java_script_enabled)
    leader.goto("/en/arbeidsflate/")
    leader.get_by_role("link", name="For the leader").click()
    main = leader.locator("main")
    expect(main.locator("section", has_text="Late answers")).to_contain_text("Benches")
    expect(main.locator("section", has_text="nobody has touched for long")).to_contain_text(late.title)
    expect(main).to_contain_text("Not told yet")
    leader.wait_for_load_state()
    is_as_wide_as_the_window(leader)

    assert tell_of_delays() == 2

    author = someone(writer.email, user=writer)
    letter = author.post.newest(writer.email)
    assert letter.subject == "The answer to your idea “Benches” is late"
    for date in promised:
        assert f"{date.day} {date:%B}" in letter.text.replace("\N{NO-BREAK SPACE}", " ")
    author.opens(letter.link)
    author.sees("We are sorry that you have to wait.", f"{promised[1].day}\N{NO-BREAK SPACE}{promised[1]:%B}")

    leader.reload()
    expect(main).not_to_contain_text("Not told yet")
    main.get_by_role("link", name="Benches").click()
    expect(main).to_contain_text("The author is told to hear from you by")
    leader.locator("summary", has_text="Take the idea in").click()
    leader.get_by_role("button", name="Take the idea in").click()
    expect(leader.get_by_text("The idea is taken in, and the author is told.")).to_be_visible()
    leader.goto("/en/arbeidsflate/leder/")
    expect(main).to_contain_text("Nobody waits longer than they were promised.")
    assert Idea.objects.get(pk=idea.pk).transitions.get(kind="accepted").due_on == promised[0]
    author.opens(letter.link)
    author.does_not_see("We are sorry that you have to wait.")
    assert author.post.newest(writer.email).subject == "Your idea “Benches” is taken in"

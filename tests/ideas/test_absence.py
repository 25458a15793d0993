"""A colleague is away: whoever chooses one sees it, the case says it, and others hear of its author meanwhile."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from ideas.actions.sharing import ask_along, pass_on_idea
from ideas.actions.submission import write_to_incubator
from ideas.models import Idea, TeamMember
from ideas.models.sharing import readers_of_news
from incubators.actions.absence import set_absence
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def incubator():
    return IncubatorFactory()


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def kari(incubator):
    return MembershipFactory(incubator=incubator, user__name="Kari").user


@pytest.fixture
def lea(incubator):
    return MembershipFactory(incubator=incubator, user__name="Lea", leader=True).user


@pytest.fixture
def idea(incubator, mona):
    return IdeaFactory(overdue=True, incubator=incubator, taken_by=mona)


def away(person, incubator, days: int = 3) -> None:
    set_absence(incubator=incubator, person=person, until=timezone.localdate() + dt.timedelta(days=days), by=person)


def case_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/"


def test_who_chooses_a_colleague_sees_who_is_away_and_can_choose_them(client_for, incubator, idea, mona, kari):
    away(kari, incubator)
    page = client_for(mona).get(case_url(idea)).text
    for name in ("gi-videre", "be-med", "notat"):
        form = page.split(f'id="{name}"')[1].split("</form>")[0]
        assert "Kari (away until " in form, name
        assert "Mona (away" not in form, name
    ask_along(idea=idea, by=mona, seen_revision=idea.revision, colleague=kari)
    idea.refresh_from_db()
    pass_on_idea(idea=idea, by=mona, seen_revision=idea.revision, colleague=kari, internal_note="Later.")
    assert Idea.objects.get().taken_by == kari


def test_case_queue_and_leaders_list_mark_whose_holder_is_away(client_for, incubator, idea, mona, lea):
    desk, pages = client_for(lea), ("/en/arbeidsflate/ideer/", "/en/arbeidsflate/leder/", case_url(idea))
    assert not any("away until" in desk.get(page).text for page in pages)
    away(mona, incubator)
    for page in pages:
        assert desk.get(page).text.count("Mona<br>") == 1, page
        assert "away until" in desk.get(page).text, page
    assert Idea.objects.get().holder_away_until == timezone.localdate() + dt.timedelta(days=3)
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        desk = client_for(lea)
        assert not any("away until" in desk.get(page).text for page in pages)
        assert Idea.objects.get().taken_by == mona


def test_absence_elsewhere_does_not_count(client_for, idea, mona, lea):
    away(mona, MembershipFactory(user=mona).incubator)
    assert "away until" not in client_for(lea).get(case_url(idea)).text
    assert readers_of_news(idea) == [mona]


def test_author_is_heard_by_others_meanwhile_and_by_the_holder_afterwards(incubator, idea, mona, kari, lea, outbox):
    def heard_by() -> list[str]:
        note = write_to_incubator(idea=idea, by=idea.author, body="Hello?")
        return [mail.recipient for mail in outbox("case-author-wrote") if str(note.uuid) in mail.key]

    assert heard_by() == [mona.email]
    away(mona, incubator)
    assert heard_by() == [lea.email]
    TeamMember.objects.create(idea=idea, user=kari)
    assert heard_by() == [kari.email]
    away(kari, incubator)
    assert heard_by() == [lea.email]
    away(lea, incubator)
    # Nobody is here: then it is for those whose case it is.
    assert sorted(heard_by()) == sorted([mona.email, kari.email])
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert sorted(heard_by()) == sorted([mona.email, kari.email])


def test_pages_ask_the_database_equally_often(client_for, incubator, lea, same_queries_at):
    def add_row():
        person = MembershipFactory(incubator=incubator).user
        IdeaFactory(overdue=True, incubator=incubator, taken_by=person)
        away(person, incubator)

    desk = client_for(lea)
    for page in ("/en/arbeidsflate/ideer/", "/en/arbeidsflate/leder/"):
        same_queries_at(add_row, lambda page=page: desk.get(page), limit=12)

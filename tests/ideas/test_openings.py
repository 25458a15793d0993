"""Who of the staff opens a case is written down once a day, and read by its author and its leaders only."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from ideas.models import CaseOpening, SupportRelation
from tests.factories import IdeaFactory, MembershipFactory, UserFactory
from unlimited.users.actions import apply_retention, erase_person, export_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return IdeaFactory(accepted=True, author=UserFactory(name="Kari"))


@pytest.fixture
def staff(idea):
    """Return `staff(role, name)`: somebody who works where the idea is."""
    return lambda role, name: MembershipFactory(incubator=idea.incubator, role=role, user=UserFactory(name=name)).user


def page(name: str, idea) -> str:
    with translation.override("en"):
        return reverse(f"ideas:{name}", args=[idea.uuid])


def openings(idea) -> list[tuple]:
    return list(idea.openings.order_by("pk").values_list("reader__name", "role", "day"))


@pytest.mark.parametrize("name", ["case", "support", "raise_concern", "meetings", "merge", "agreements", "effect"])
def test_each_page_of_a_case_writes_down_who_opens_it_once_a_day(client_for, idea, staff, name):
    client, today = client_for(staff("moderator", "Mona")), timezone.localdate()
    for ahead in (0, 1):
        with time_machine.travel(timezone.now() + dt.timedelta(days=ahead)):
            for _ in range(2):
                assert client.get(page(name, idea)).status_code == 200
    assert openings(idea) == [("Mona", "moderator", today), ("Mona", "moderator", today + dt.timedelta(days=1))]


def test_lists_and_refused_pages_write_nothing(client_for, idea, staff):
    client_for(staff("moderator", "Mona")).get("/en/arbeidsflate/ideer/")
    assert client_for(UserFactory()).get(page("case", idea)).status_code == 404
    assert not CaseOpening.objects.exists()


def test_author_and_leader_read_who_opened_the_case_and_others_do_not(client_for, idea, staff):
    moderator = staff("moderator", "Mona Moe")
    client_for(moderator).get(page("case", idea))
    line = "<li>Mona Moe (Moderator), "
    for reader, name in ((idea.author, "mine_idea"), (staff("leader", "Liv"), "case")):
        assert line in client_for(reader).get(page(name, idea)).content.decode()
    assert "Who has opened the case" not in client_for(moderator).get(page("case", idea)).content.decode()


def test_erased_reader_leaves_a_day_and_no_name(client_for, idea, staff):
    moderator = staff("moderator", "Mona")
    client_for(moderator).get(page("case", idea))
    assert export_person(by=moderator)["openings"]["opened_by_me"][0]["idea__uuid"] == idea.uuid
    assert export_person(by=idea.author)["openings"]["opened_of_mine"][0]["reader__name"] == "Mona"
    erase_person(by=moderator)
    assert openings(idea) == [(None, "moderator", timezone.localdate())]


def test_openings_are_kept_for_a_year(idea, staff):
    for days in (360, 370):
        day = timezone.localdate() - dt.timedelta(days=days)
        CaseOpening.objects.create(idea=idea, reader=staff("moderator", "Mona"), role="moderator", day=day)
    assert apply_retention()["openings"] == 1


def test_one_row_a_reader_case_and_day(idea, staff):
    facts = {"idea": idea, "reader": staff("moderator", "Mona"), "role": "moderator", "day": timezone.localdate()}
    CaseOpening.objects.create(**facts)
    with pytest.raises(IntegrityError, match="case_opening_once_a_day"), transaction.atomic():
        CaseOpening.objects.create(**facts)


@pytest.mark.parametrize("status", ["asked", "offered", "active"])
def test_supporter_opens_what_they_support_or_are_asked_about(client_for, idea, staff, status):
    supporter, now = staff("supporter", "Siri"), timezone.now()
    times = {"asked": {}, "offered": {"offered_at": now}}
    facts = times.get(status, {"offered_at": now, "started_at": now, "contact_at": now})
    SupportRelation.objects.create(idea=idea, supporter=supporter, status=status, **facts)
    assert client_for(supporter).get(page("case", idea)).status_code == 200
    assert openings(idea) == [("Siri", "supporter", timezone.localdate())]


@pytest.mark.parametrize("name", ["case", "support", "raise_concern", "meetings", "agreements", "effect", "merge"])
def test_supporter_opens_no_other_case(client_for, idea, staff, name):
    supporter = staff("supporter", "Siri")
    relation = SupportRelation.objects.create(
        idea=idea, supporter=supporter, status="declined", ended_at=timezone.now()
    )
    assert client_for(supporter).get(page(name, idea)).status_code == 404
    assert relation.supporter == supporter


def test_supporter_reads_title_and_step_of_other_ideas_and_no_more(client_for, idea, staff):
    supporter = staff("supporter", "Siri")
    for address in ("/en/arbeidsflate/ideer/?status=alle", page_of_supporter()):
        shown = client_for(supporter).get(address).content.decode()
        assert idea.proposal not in shown
        assert "Kari" not in shown
        assert shown.count(str(idea.uuid)) == (1 if "stotte/onsker" in shown else 0)  # in the button to ask for it
    assert f'{idea.title}</span> <span class="quiet">Try it</span>' in shown


def page_of_supporter() -> str:
    with translation.override("en"):
        return reverse("ideas:supported")

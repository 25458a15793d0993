"""From pilot to established: the checklist of each stage, and dated steps both ways."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incubators.actions.places import ChangedMeanwhileError
from incubators.actions.stage import change_stage, tick_item
from incubators.models import ChecklistItem, ChecklistTick, Incubator, StageChange
from incubators.privacy import export_incubators
from tests.factories import ChecklistItemFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen", stage="pilot")


@pytest.fixture
def national(client_for):
    return client_for(UserFactory(staff=True, name="Sunniva"))


def page_of(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/stadium/"


def words(**more) -> dict:
    given = {"seen_stage": "pilot", "to_stage": "adjust", "decided_on": "2026-03-02", "note": "Six ideas were tried."}
    return given | more


def test_each_stage_has_a_checklist_in_three_languages(incubator, national):
    assert {item.stage for item in ChecklistItem.objects.all()} == set(Incubator.Stage.values)
    for prefix, name in (("", "name_nb"), ("/nn", "name_nn"), ("/en", "name_en")):
        text = national.get(page_of(incubator).replace("/en", prefix, 1)).text
        assert all(getattr(item, name) in text for item in ChecklistItem.objects.all())


def test_leader_ticks_what_is_in_place_and_takes_it_away(incubator, client_for):
    leader = MembershipFactory(incubator=incubator, leader=True, user__name="Ingrid").user
    address = f"{page_of(incubator)}pilot-place/"
    for _press in range(2):
        assert client_for(leader).post(address, {"is_done": "1"}).url == page_of(incubator)

    tick = ChecklistTick.objects.get()
    assert (tick.item.slug, tick.incubator, tick.ticked_by) == ("pilot-place", incubator, leader)
    assert "In place, says Ingrid" in client_for(leader).get(page_of(incubator)).text
    assert len(export_incubators(leader)["checklist_ticks"]) == 1

    leader.delete()
    assert ChecklistTick.objects.get().ticked_by is None
    tick_item(incubator=incubator, item=tick.item, is_done=False, by=UserFactory())
    assert ChecklistTick.objects.count() == 0


@pytest.mark.parametrize(("item", "given"), [("no-such", {"is_done": "1"}), ("gone", {"is_done": "1"})])
def test_what_is_not_asked_for_cannot_be_ticked(incubator, national, item, given):
    ChecklistItemFactory(slug="gone", is_active=False)
    assert national.post(f"{page_of(incubator)}{item}/", given).status_code == 404
    national.post(f"{page_of(incubator)}pilot-place/", {"is_done": "x"})
    assert ChecklistTick.objects.count() == 0


def test_national_staff_change_the_stage_both_ways_and_everyone_sees_it(incubator, national, client):
    assert national.post(page_of(incubator), words()).url == page_of(incubator)
    national.post(page_of(incubator), words(seen_stage="adjust", to_stage="pilot", note="Not yet."))

    back, onwards = incubator.stage_changes.all()
    assert (onwards.from_stage, onwards.to_stage, onwards.decided_on) == ("pilot", "adjust", dt.date(2026, 3, 2))
    assert (onwards.by.name, onwards.note) == ("Sunniva", "Six ideas were tried.")
    assert (back.from_stage, back.to_stage) == ("adjust", "pilot")
    assert "Six ideas were tried." in national.get(page_of(incubator)).text
    public = client.get(incubator.get_absolute_url()).text
    assert "Six ideas" not in public
    Incubator.objects.update(stage="established")
    assert "Established. It is here to stay." in client.get(f"/en/inkubatorer/{incubator.slug}/").text


def test_leader_reads_and_does_not_change_the_stage(incubator, client_for):
    leader = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    assert "Change the stage" not in leader.get(page_of(incubator)).text
    assert leader.post(page_of(incubator), words()).status_code == 403
    assert client_for(MembershipFactory(incubator=incubator).user).get(page_of(incubator)).status_code == 403


def test_second_of_two_is_told_and_changes_nothing(incubator, national):
    facts = {"seen_stage": "pilot", "decided_on": timezone.localdate(), "note": "x", "by": UserFactory()}
    change_stage(incubator=incubator, to_stage="established", **facts)

    response = national.post(page_of(incubator), words())

    assert "Somebody else has changed the stage" in response.text
    assert "Six ideas were tried.</textarea>" in response.text
    with pytest.raises(ChangedMeanwhileError):
        change_stage(incubator=incubator, to_stage="adjust", **facts)
    assert StageChange.objects.count() == 1


@pytest.mark.parametrize(
    "given", [{"note": ""}, {"decided_on": "2999-01-01"}, {"decided_on": "0001-01-01"}, {"to_stage": "pilot"}]
)
def test_what_is_missing_is_told(incubator, national, given):
    assert national.post(page_of(incubator), words(**given)).context["form"].errors
    assert StageChange.objects.count() == 0


def test_page_asks_equally_often(incubator, national, same_queries_at):
    def one_more():
        item = ChecklistItemFactory()
        tick_item(incubator=incubator, item=item, is_done=True, by=UserFactory())

    same_queries_at(one_more, lambda: national.get(page_of(incubator)), limit=12)


@pytest.mark.parametrize(
    ("name", "facts"), [("stage_change_changes", {"to_stage": "pilot"}), ("stage_change_has_note", {"note": ""})]
)
def test_database_refuses_what_is_no_change(incubator, name, facts):
    given = {"from_stage": "pilot", "to_stage": "adjust", "note": "x"} | facts
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        incubator.stage_changes.create(**given)


def test_database_refuses_a_second_tick(incubator):
    item = ChecklistItemFactory()
    incubator.ticks.create(item=item)
    with pytest.raises(IntegrityError, match="tick_once_per_incubator"), transaction.atomic():
        incubator.ticks.create(item=item)

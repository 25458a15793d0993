"""A budget's total is always the sum of its rows, and the leader says what an overtaken agreement spent."""

import pytest
from django.db import IntegrityError, connection, transaction

from ideas.actions.agreements import AgreementChangedError, MoneySettledError, settle_money
from ideas.actions.submission import withdraw_idea
from ideas.models import Agreement, Budget, Grant, Idea
from ideas.models.agreements import money_to_settle, with_money_to_settle
from incubators.models import Incubator
from tests.factories import AgreementFactory, BudgetFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
LEADER = "/en/arbeidsflate/leder/"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def budget(incubator):
    return BudgetFactory(incubator=incubator, kroner=10_000)


def agreement(budget: Budget, state: str) -> Agreement:
    """Return an agreement of 3000 kroner, proposed, agreed, ended with 1200 spent, overtaken, or declined."""
    idea = SupportRelationFactory(idea__incubator=budget.incubator, idea__title="Verksted").idea
    row = AgreementFactory(idea=idea, kroner=3000, budget=budget, agreed=state == "agreed", ended=state == "ended")
    if state == "ended":
        Agreement.objects.filter(pk=row.pk).update(spent=1200)
    if state == "overtaken":
        Agreement.objects.filter(pk=row.pk).update(status="agreed", answered_at=row.proposed_at)
        withdraw_idea(idea=idea, by=idea.author)
    if state == "declined":
        Agreement.objects.filter(pk=row.pk).update(status="declined", answered_at=row.proposed_at)
    row.refresh_from_db()
    return row


def sum_of_rows(budget: Budget) -> int:
    held = [row.kroner if row.spent is None else row.spent for row in budget.agreements.exclude(status="declined")]
    return sum(held + [row.kroner if row.spent is None else row.spent for row in budget.grants.all()])


def given(budget: Budget) -> int:
    budget.refresh_from_db()
    assert budget.given == sum_of_rows(budget)
    return budget.given


def delete_by_hand(row: Agreement) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ideas_agreement WHERE id = %s", [row.pk])


WAYS = {
    "erasure of the author": lambda row: erase_person(by=row.idea.author),
    "the idea, by cascade": lambda row: row.idea.delete(),
    "many ideas, by cascade": lambda row: Idea.objects.all().delete(),
    "the row itself": lambda row: row.delete(),
    "a set of rows": lambda row: Agreement.objects.filter(pk=row.pk).delete(),
    "SQL by hand": delete_by_hand,
}
# What each holds while it is there, and what is left of it once it is deleted.
HELD = {
    "proposed": (3000, 0),
    "agreed": (3000, 3000),
    "ended": (1200, 1200),
    "overtaken": (3000, 3000),
    "declined": (0, 0),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", HELD)
def test_total_is_the_sum_of_the_rows_however_an_agreement_vanishes(budget, state, way):
    row, (before, after) = agreement(budget, state), HELD[state]
    assert given(budget) == before
    WAYS[way](row)
    assert not Agreement.objects.exists()
    assert given(budget) == after
    assert [grant.spent for grant in Grant.objects.all()] == {0: [], 1200: [1200], 3000: [None]}[after]


def test_total_follows_a_row_that_is_changed_by_hand(budget):
    row = agreement(budget, "agreed")
    Agreement.objects.filter(pk=row.pk).update(kroner=4000)
    assert given(budget) == 4000
    other = BudgetFactory(incubator=budget.incubator, year=budget.year + 1)
    Agreement.objects.filter(pk=row.pk).update(budget=other)
    assert (given(budget), given(other)) == (0, 4000)


def test_total_never_exceeds_the_budget_whatever_writes_it(budget):
    row = agreement(budget, "agreed")
    with pytest.raises(IntegrityError, match="budget_not_overdrawn"), transaction.atomic():
        Agreement.objects.filter(pk=row.pk).update(kroner=10_001)


@pytest.mark.parametrize("name", ["grant_is_money", "grant_spent_is_held"])
def test_grant_constraints(budget, name):
    facts = {"grant_is_money": {"kroner": 0}, "grant_spent_is_held": {"kroner": 1, "spent": 2}}[name]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Grant.objects.create(budget=budget, **facts)


def test_grant_names_no_person_and_no_idea():
    related = {field.related_model for field in Grant._meta.get_fields() if field.is_relation}
    assert Idea not in related
    assert {field.name for field in Grant._meta.get_fields()} == {
        "id", "uuid", "budget", "step", "kroner", "spent", "answered_at", "ended_at",
    }  # fmt: skip


# --- What was spent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_deleted", [False, True])
def test_leader_says_what_was_spent_and_the_rest_is_free(client_for, budget, is_deleted):
    user = MembershipFactory(incubator=budget.incubator, leader=True).user
    row = agreement(budget, "overtaken")
    if is_deleted:
        erase_person(by=row.idea.author)
        row = Grant.objects.get()
    page = f"{LEADER}penger/{row.uuid}/"
    leader = client_for(user)
    listed = leader.get(LEADER).text
    assert page in listed
    assert ("An idea that is deleted" in listed, "Verksted" in listed) == (is_deleted, not is_deleted)
    assert "3,000 kr were given." in leader.get(page).text
    assert leader.post(page, {"spent": "3001"}).status_code == 422
    assert leader.post(page, {"spent": "500"}).url == LEADER
    row.refresh_from_db()
    assert (row.spent, given(budget)) == (500, 500)
    assert page not in leader.get(LEADER).text
    assert leader.post(page, {"spent": "500"}).status_code == 302
    refused = leader.post(page, {"spent": "600"})
    assert (refused.status_code, "another number: 500 kr" in refused.text) == (409, True)


def test_leader_of_another_incubator_does_not_find_it(client_for, budget):
    row = agreement(budget, "overtaken")
    other = client_for(MembershipFactory(leader=True).user)
    assert other.get(f"{LEADER}penger/{row.uuid}/").status_code == 404


@pytest.mark.parametrize("state", ["proposed", "agreed", "ended", "declined"])
def test_nothing_else_is_asked_about(budget, state):
    agreement(budget, state)
    assert money_to_settle(with_money_to_settle(Incubator.objects.all())) == []


def test_agreement_that_is_gone_meanwhile_is_said(budget):
    grant = Grant.objects.create(budget=budget, kroner=100)
    Grant.objects.all().delete()
    with pytest.raises(AgreementChangedError):
        settle_money(row=grant, by=None, spent=1)


def test_second_answer_is_refused_with_the_first(budget):
    grant, user = Grant.objects.create(budget=budget, kroner=100), MembershipFactory().user
    for _press in range(2):
        settle_money(row=grant, by=user, spent=60)
    with pytest.raises(MoneySettledError) as told:
        settle_money(row=grant, by=user, spent=70)
    assert (told.value.spent, given(budget)) == (60, 60)


def test_list_does_not_grow_and_asks_equally_often(client_for, budget, same_queries_at):
    leader = client_for(MembershipFactory(incubator=budget.incubator, leader=True).user)

    def add() -> None:
        Grant.objects.create(budget=budget, kroner=10)

    same_queries_at(add, lambda: leader.get(LEADER), limit=12, rows=(1, 3, 30))
    assert leader.get(LEADER).text.count("/penger/") == 25

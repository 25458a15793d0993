"""The last of a budget, and one agreement, reached for by two at the same moment."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ideas.actions.agreements import (
    OverdrawnError,
    agree,
    decline_agreement,
    end_agreement,
    propose_agreement,
    set_budget,
)
from ideas.actions.submission import withdraw_idea
from ideas.actions.transitions import IdeaError
from ideas.models import Agreement, Budget
from tests.factories import AgreementFactory, BudgetFactory, IdeaFactory, IncubatorFactory, SupportRelationFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def two_ideas(incubator) -> list:
    ideas = [IdeaFactory(accepted=True, incubator=incubator) for _each in range(2)]
    for idea in ideas:
        SupportRelationFactory(idea=idea)
    return ideas


def take(idea, kroner: int):
    today = timezone.localdate()
    facts = {"starts_on": today, "ends_on": today, "talk_on": today, "find_out": "x", "kroner": kroner}
    return lambda: propose_agreement(idea=idea, by=idea.author, seen_revision=idea.revision, **facts)


def test_of_two_who_reach_for_the_last_of_the_budget_one_is_told():
    for _each in range(5):
        incubator = IncubatorFactory()
        budget = BudgetFactory(incubator=incubator)
        results = at_once(*[take(idea, 6000) for idea in two_ideas(incubator)], refused=IdeaError)
        refused = [one for one in results if isinstance(one, OverdrawnError)]
        assert [one.left for one in refused] == [4000], results
        budget.refresh_from_db()
        assert budget.given == 6000


def test_without_the_budgets_lock_only_the_database_stops_the_second():
    """What the lock is worth: both read that there is enough, and the second gets a fault instead of words."""
    incubator = IncubatorFactory()
    budget = BudgetFactory(incubator=incubator)
    takes = [take(idea, 6000) for idea in two_ideas(incubator)]
    results = at_once(*takes, refused=(IdeaError, IntegrityError), without_lock_on=Budget)
    [refused] = [one for one in results if not isinstance(one, Agreement)]
    assert "budget_not_overdrawn" in str(refused)
    budget.refresh_from_db()
    assert budget.given == 6000


def test_budget_lowered_while_it_is_given_stays_above_what_is_given():
    for _each in range(5):
        incubator = IncubatorFactory()
        budget = BudgetFactory(incubator=incubator)
        idea = two_ideas(incubator)[0]
        year = timezone.localdate().year
        lower = lambda: set_budget(incubator=incubator, by=idea.author, year=year, kroner=5000)  # noqa: B023, E731
        results = at_once(take(idea, 6000), lower, refused=IdeaError)
        assert len([one for one in results if isinstance(one, OverdrawnError)]) == 1, results
        budget.refresh_from_db()
        assert budget.given <= budget.kroner


def test_yes_and_no_and_the_end_of_an_idea_at_once_leave_the_sum_right():
    def acts(row: Agreement) -> list:
        return [
            lambda: agree(agreement=row, by=row.idea.author),
            lambda: decline_agreement(agreement=row, by=row.supporter),
            lambda: withdraw_idea(idea=row.idea, by=row.idea.author),
            lambda: end_agreement(agreement=row, by=row.supporter, outcome="stay", learnt="x", onwards="x", spent=10),
        ]

    for one in range(4):
        for other in range(one):
            for agreed in (False, True):
                relation = SupportRelationFactory()
                budget = BudgetFactory(incubator=relation.idea.incubator)
                row = AgreementFactory(idea=relation.idea, kroner=4000, budget=budget, agreed=agreed)
                told = f"{one} {other}: {at_once(acts(row)[one], acts(row)[other], refused=IdeaError)}"
                row.refresh_from_db()
                budget.refresh_from_db()
                held = row.spent if row.spent is not None else row.kroner
                assert budget.given == (0 if row.status == "declined" else held), told

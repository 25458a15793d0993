"""Two people at one case at once, on real connections. The negative control shows the race that the lock closes."""

import pytest
from django.db import IntegrityError

from ideas.actions import moderation
from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaError
from ideas.models import Idea, Transition
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once, held_elsewhere
from unlimited import locks

pytestmark = pytest.mark.django_db(transaction=True)

NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}


def yes_and_no_at_once(**how) -> tuple[Idea, list]:
    idea, kari, ola = IdeaFactory(submitted=True), UserFactory(name="Kari"), UserFactory(name="Ola")
    results = at_once(
        lambda: moderation.accept_idea(idea=idea, by=kari, seen_revision=idea.revision),
        lambda: moderation.decline_idea(idea=idea, by=ola, seen_revision=idea.revision, **NO),
        refused=(IdeaError, IntegrityError),
        **how,
    )
    idea.refresh_from_db()
    return idea, results


def test_one_of_two_answers_counts_and_the_other_is_told_of_it(outbox):
    for _ in range(5):
        idea, results = yes_and_no_at_once()
        (refused,) = [result for result in results if isinstance(result, Exception)]
        assert isinstance(refused, EditedElsewhereError)
        assert refused.last == idea.transitions.get()
        assert refused.last.to_status == idea.status
    assert len(outbox()) == 5


def test_without_the_lock_both_pass_and_only_the_database_stops_the_second():
    """The negative control: with the check but no lock, both see the revision that they expect."""
    _, results = yes_and_no_at_once(without_lock_on=Idea)

    (refused,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refused, IntegrityError)
    assert "transition_one_per_revision" in str(refused)


def test_row_held_too_long_gets_a_friendly_answer_that_keeps_the_text(client_for, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    incubator = IncubatorFactory()
    idea = IdeaFactory(submitted=True, incubator=incubator)
    client = client_for(MembershipFactory(incubator=incubator).user)
    fields = {"revision": idea.revision, **NO, "way_on_to": "other"}

    with held_elsewhere(idea):
        response = client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", fields)

    assert response.status_code == 503
    assert "Someone else is saving this case just now" in response.text
    assert "We lack a cellar." in response.text
    assert not Transition.objects.exists()
    assert client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", fields).status_code == 302


def test_busy_row_is_said_as_such(monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    idea, by = IdeaFactory(submitted=True), UserFactory()

    with held_elsewhere(idea), pytest.raises(IdeaBusyError):
        moderation.take_idea(idea=idea, by=by, seen_revision=idea.revision)

"""No way of pressing buttons leads outside the table of transitions, and each change has its row in the log."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.actions import moderation, submission
from ideas.actions.transitions import IdeaError
from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {"went_well": "Good.", "reason": "Because."}
STAFF = {
    "take": (moderation.take_idea, {}),
    "release": (moderation.release_idea, {}),
    "request_changes": (moderation.request_changes, {"reason": "Say where."}),
    "accept": (moderation.accept_idea, {"step": "try"}),
    "decline": (moderation.decline_idea, {**WORDS, "way_on": "Ask the library."}),
    "do": (moderation.change_step, {"step": "do"}),
    "pause": (moderation.pause_idea, {"reason": "Winter."}),
    "resume": (moderation.resume_idea, {}),
    "end": (moderation.end_idea, WORDS),
    "hide": (moderation.hide_idea, {"reason": "A name."}),
    "show": (moderation.show_idea, {}),
}
AUTHOR = {
    "save": (submission.save_draft, {"values": {"joiners": "All"}}),
    "submit": (submission.submit_idea, {}),
    "withdraw": (submission.withdraw_idea, {}),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*STAFF, *AUTHOR]), min_size=1, max_size=10))
def test_every_sequence_of_actions_stays_within_the_table_and_is_logged(presses):
    incubator = IncubatorFactory()
    idea, staff = IdeaFactory(incubator=incubator), UserFactory()
    for name in ["submit", *presses]:
        before, logged = (idea.status, idea.step, idea.is_hidden), idea.transitions.count()
        try:
            if name in STAFF:
                act, given = STAFF[name]
                act(idea=idea, by=staff, seen_revision=idea.revision, **given)
            else:
                act, given = AUTHOR[name]
                act(idea=idea, by=idea.author, **given)
        except IdeaError:
            idea.refresh_from_db()
            assert (idea.status, idea.step, idea.is_hidden) == before, name
            assert idea.transitions.count() == logged, name
            continue
        idea.refresh_from_db()
        after = (idea.status, idea.step, idea.is_hidden)
        assert idea.status == before[0] or idea.status in Idea.TRANSITIONS[before[0]], name
        assert after == before or idea.transitions.count() == logged + 1, name
    assert [change.revision for change in idea.transitions.order_by("revision")] == sorted(
        {change.revision for change in idea.transitions.all()}
    )

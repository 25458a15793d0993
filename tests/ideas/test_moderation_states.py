"""A walk through the states that nobody wrote down: no change outside the table, and a log row for each."""

import contextlib

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ideas.actions import moderation
from ideas.actions import submission as authors
from ideas.actions.transitions import EditedElsewhereError, TransitionNotAllowedError
from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00["), min_size=1, max_size=20)
# Each action of staff, and what it needs besides the idea, who and the revision.
ACTIONS = {
    "take_idea": (),
    "release_idea": (),
    "request_changes": ("reason",),
    "accept_idea": ("step",),
    "decline_idea": ("went_well", "reason", "way_on"),
    "change_step": ("step",),
    "pause_idea": ("reason",),
    "resume_idea": (),
    "end_idea": ("went_well", "reason"),
    "hide_idea": ("reason",),
    "show_idea": (),
}


class IdeaLife(RuleBasedStateMachine):
    """Whatever anybody tries in whatever order, stale pages included."""

    @initialize()
    def begin(self):
        incubator = IncubatorFactory()
        self.author, self.moderator = UserFactory(), UserFactory()
        self.idea = IdeaFactory(author=self.author, incubator=incubator)
        self.walked = []

    @rule(
        name=st.sampled_from(sorted(ACTIONS)), text=TEXT, step=st.sampled_from(Idea.Step.values), age=st.integers(0, 2)
    )
    def staff_try(self, name, text, step, age):
        needs = {field: step if field == "step" else text for field in ACTIONS[name]}
        seen = max(1, self.idea.revision - age)
        self._try(
            lambda: getattr(moderation, name)(idea=self.idea, by=self.moderator, seen_revision=seen, **needs), seen
        )

    @rule()
    def author_writes(self):
        """Words are no step in the case. They raise the revision, so that nobody decides on others than they read."""
        before = self.idea
        with contextlib.suppress(authors.NotOpenError):
            authors.save_draft(idea=before, by=self.author, values={"joiners": f"{before.joiners}x"})
        self.idea = Idea.objects.get(pk=before.pk)
        assert self.idea.status == before.status
        assert (self.idea.revision > before.revision) == before.is_editable_by_author

    @rule()
    def author_sends_in(self):
        self._try(lambda: authors.submit_idea(idea=self.idea, by=self.author))

    @rule()
    def author_withdraws(self):
        self._try(lambda: authors.withdraw_idea(idea=self.idea, by=self.author))

    def _try(self, change, seen=None):
        before, refused = self.idea, None
        try:
            change()
        except (EditedElsewhereError, TransitionNotAllowedError) as error:
            refused = error
        self.idea = Idea.objects.get(pk=before.pk)
        is_stale = seen is not None and seen != before.revision
        assert isinstance(refused, EditedElsewhereError) == is_stale
        if refused:
            for name in ("status", "step", "is_hidden", "revision"):
                assert getattr(self.idea, name) == getattr(before, name)
        elif self.idea.revision != before.revision:
            self.walked.append((before.status, self.idea.status))

    @invariant()
    def only_the_table_was_walked(self):
        for old, new in self.walked:
            assert old == new or new in Idea.TRANSITIONS[old]

    @invariant()
    def each_step_is_in_the_log(self):
        log = self.idea.transitions.order_by("revision").values_list("from_status", "to_status")
        assert list(log) == self.walked

    @invariant()
    def clock_stands_exactly_where_an_answer_is_given(self):
        if self.idea.status == Idea.Status.SUBMITTED:
            assert self.idea.answered_at is None
        if self.idea.status in (*Idea.ANSWERS, Idea.Status.PAUSED, Idea.Status.ENDED):
            assert self.idea.answered_at is not None


class TestIdeaLife(TestCase, IdeaLife.TestCase):
    settings = settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck))

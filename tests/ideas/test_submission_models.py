import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from ideas.models import Idea, Version
from tests.factories import IdeaFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "traits", "change"),
    [
        ("idea_submitted_is_complete", {}, {"status": "submitted"}),
        ("idea_submitted_is_complete", {"submitted": True}, {"slug": ""}),
        ("idea_submitted_is_complete", {"submitted": True}, {"answer_due_on": None}),
        ("idea_submitted_is_complete", {"submitted": True}, {"incubator": None}),
        ("idea_step_while_taken_in", {"accepted": True}, {"step": ""}),
        ("idea_step_while_taken_in", {"submitted": True}, {"step": "try"}),
        ("idea_hidden_has_reason", {"public": True}, {"is_hidden": True}),
        ("idea_publish_needs_age", {}, {"may_publish": True}),
        ("idea_key_only_on_draft", {"submitted": True}, {"draft_key": "a" * 64}),
        ("idea_taken_at_a_time", {"submitted": True}, {"taken_by": UserFactory}),
        ("idea_picture_has_alt", {"submitted": True}, {"picture": "ideas/a.webp"}),
    ],
)
def test_database_refuses(constraint, traits, change):
    idea = IdeaFactory(**traits)
    change = {name: value() if callable(value) else value for name, value in change.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(**change)


def test_database_refuses_two_ideas_at_one_address():
    idea = IdeaFactory(submitted=True)
    with pytest.raises(IntegrityError, match="idea_slug_unique"), transaction.atomic():
        IdeaFactory(submitted=True, slug=idea.slug)


def test_database_refuses_two_versions_of_one_number():
    idea = IdeaFactory(submitted=True)
    with pytest.raises(IntegrityError, match="version_number_unique"), transaction.atomic():
        Version.objects.create(idea=idea, number=1, texts={}, created_at=idea.submitted_at)


@pytest.mark.parametrize(
    ("traits", "is_public"),
    [
        ({"public": True}, True),
        ({"paused": True, "consenting": True}, True),
        ({"ended": True, "consenting": True}, True),
        ({"submitted": True, "consenting": True}, False),
        ({"withdrawn": True, "consenting": True}, False),
        ({"accepted": True}, False),
        ({"accepted": True, "may_publish": True, "age_band": "13_14"}, False),
        ({"public": True, "hidden": True}, False),
    ],
)
def test_public_is_the_same_rule_for_a_row_and_for_the_set(traits, is_public):
    idea = IdeaFactory(**traits)
    assert idea.is_public is is_public
    assert Idea.objects.public().exists() is is_public


def test_a_draft_without_a_name_is_known_by_its_first_words():
    assert str(IdeaFactory(title="", proposal="", need="A bench")) == "A bench"
    assert str(IdeaFactory(title="", proposal="\n We build benches. \nWith the school.")) == "We build benches"
    assert str(IdeaFactory(title="", proposal="...")) == "..."
    assert str(IdeaFactory(title="", proposal=f"{'We build ' * 10}benches.")).endswith("…")
    with translation.override("en"):
        assert str(IdeaFactory(title="", proposal="", need="")) == "An idea without a name"

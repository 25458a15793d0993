"""Who may do what with an idea, in every status: the rules for what one may do, the QuerySets for what one may see."""

import pytest

from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Status = Idea.Status
ROLES = ("leader", "moderator", "supporter", "former", "elsewhere", "national", "author", "resident")


def person(role: str, incubator):
    if role in ("author", "resident"):
        return UserFactory()
    if role == "national":
        return UserFactory(staff=True, is_superuser=True)
    if role == "elsewhere":
        return MembershipFactory(leader=True).user
    if role == "former":
        return MembershipFactory(incubator=incubator, leader=True, former=True).user
    return MembershipFactory(incubator=incubator, role=role).user


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_it_needs_and_no_more(role, status):
    incubator = IncubatorFactory()
    user = person(role, incubator)
    facts = {"incubator": incubator} if status == Status.DRAFT else {"incubator": incubator, status: True}
    idea = IdeaFactory(author=user if role == "author" else UserFactory(), **facts)

    moderates = role in ("leader", "moderator") and status != Status.DRAFT
    is_known = role == "supporter" and status in Idea.PUBLIC_STATUSES
    expected = {
        "moderate_idea": moderates,
        "withdraw_idea": role == "author" and Status.WITHDRAWN in Idea.TRANSITIONS[status],
    }

    assert {name: user.has_perm(f"ideas.{name}", idea) for name in expected} == expected
    assert Idea.objects.cases_of(user).exists() == moderates
    assert Idea.objects.known_by_title_to(user).exists() == is_known
    assert Idea.objects.submitted_to(user).exists() == moderates
    mine = Idea.objects.written_by(user)
    assert mine.exists() == (role == "author")
    is_editable = role == "author" and status in (Status.DRAFT, Status.CHANGES_REQUESTED)
    assert mine.editable_by_author().exists() == is_editable


def test_idea_whose_author_has_left_is_nobodys_own():
    user = UserFactory()
    assert not user.has_perm("ideas.withdraw_idea", IdeaFactory(submitted=True, author=None))
    assert not Idea.objects.written_by(user).exists()

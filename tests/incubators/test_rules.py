import pytest
import rules

from incubators.rules import forget_memberships, has_role_at, memberships_of
from tests.factories import IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

PERMISSIONS = ("use_desk", "edit_incubator", "manage_people")


def granted(user, incubator) -> set[str]:
    return {name for name in PERMISSIONS if user.has_perm(f"incubators.{name}", incubator)}


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"supporter": True}, {"use_desk"}),
        ({}, {"use_desk"}),
        ({"leader": True}, set(PERMISSIONS)),
        ({"leader": True, "former": True}, set()),
    ],
    ids=["supporter", "moderator", "leader", "former leader"],
)
def test_each_role_may_what_it_needs_and_no_more(traits, expected):
    membership = MembershipFactory(**traits)

    assert granted(membership.user, membership.incubator) == expected


def test_roles_give_nothing_at_another_incubator():
    membership = MembershipFactory(leader=True)

    assert granted(membership.user, IncubatorFactory()) == {"use_desk"}


@pytest.mark.parametrize("is_superuser", [False, True])
def test_national_staff_change_incubators_and_see_no_case(is_superuser):
    user = UserFactory(staff=True, is_superuser=is_superuser)

    assert granted(user, IncubatorFactory()) == {"use_desk", "edit_incubator", "manage_people"}


def test_closed_account_may_nothing():
    membership = MembershipFactory(leader=True, user__is_active=False)

    assert granted(membership.user, membership.incubator) == set()


def test_resident_may_nothing():
    assert granted(UserFactory(), IncubatorFactory()) == set()


def test_rules_without_an_incubator_say_no():
    user = MembershipFactory(leader=True).user

    assert not rules.has_perm("incubators.manage_people", user, None)


def test_memberships_are_read_once_per_user_object(django_assert_num_queries):
    membership = MembershipFactory()

    with django_assert_num_queries(1):
        for _ in range(3):
            assert has_role_at(membership.user, membership.incubator_id, "moderator")
    assert memberships_of(membership.user) == {membership.incubator_id: frozenset({"moderator"})}


def test_forgotten_memberships_are_read_again():
    user = UserFactory()
    assert memberships_of(user) == {}
    membership = MembershipFactory(user=user)

    forget_memberships(user)

    assert has_role_at(user, membership.incubator_id)

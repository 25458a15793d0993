"""Two people at once, on real connections; the negative control shows that without the lock it goes wrong."""

from functools import partial

import pytest

from incubators.actions import people as actions
from incubators.models import Incubator, Invitation, Membership
from tests.factories import IncubatorFactory, InvitationFactory, MembershipFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

at_once = partial(at_once, refused=actions.Error)


def two_leaders_end_each_other(**how) -> int:
    incubator = IncubatorFactory()
    first = MembershipFactory(incubator=incubator, leader=True)
    second = MembershipFactory(incubator=incubator, leader=True)
    at_once(
        lambda: actions.end_membership(membership=Membership.objects.get(pk=second.pk), by=first.user),
        lambda: actions.end_membership(membership=Membership.objects.get(pk=first.pk), by=second.user),
        **how,
    )
    return incubator.memberships.current().count()


def test_two_leaders_who_end_each_other_leave_one():
    assert [two_leaders_end_each_other() for _ in range(5)] == [1] * 5


def test_without_the_lock_an_incubator_is_left_without_a_leader():
    assert two_leaders_end_each_other(without_lock_on=Incubator) == 0


def test_double_click_on_accept_makes_one_membership_and_one_mail(outbox):
    invitation = InvitationFactory()
    invited = UserFactory(email=invitation.email)

    results = at_once(
        *[
            lambda: actions.accept_invitation(invitation=Invitation.objects.get(pk=invitation.pk), by=invited)
            for _ in range(4)
        ]
    )

    membership = Membership.objects.get()
    assert results == [membership] * 4
    assert len(outbox()) == 1


def accept_and_withdraw() -> tuple[str, bool]:
    invitation = InvitationFactory()
    invited = UserFactory(email=invitation.email)
    at_once(
        lambda: actions.accept_invitation(invitation=invitation, by=invited),
        lambda: actions.withdraw_invitation(invitation=invitation, by=invitation.invited_by),
    )
    invitation.refresh_from_db()
    return invitation.status, invited.memberships.current().exists()


def test_accept_and_withdraw_at_once_end_in_one_of_the_two():
    assert {accept_and_withdraw() for _ in range(5)} <= {("accepted", True), ("withdrawn", False)}


def test_double_click_on_invite_makes_one_invitation_and_one_mail(outbox):
    leader = MembershipFactory(leader=True)

    results = at_once(
        *[
            lambda: actions.invite_person(
                incubator=Incubator.objects.get(pk=leader.incubator_id),
                email="kari@example.no",
                role="moderator",
                by=leader.user,
            )
            for _ in range(4)
        ]
    )

    assert Invitation.objects.count() == 1
    assert sorted(type(result).__name__ for result in results) == ["AlreadyInvitedError"] * 3 + ["Invitation"]
    assert len(outbox()) == 1

import datetime as dt

import pytest
from django.utils import timezone

from incubators.models import Invitation, Membership
from incubators.privacy import erase_incubators, export_incubators, purge_incubators
from tests.factories import InitiativeFactory, InvitationFactory, MembershipFactory, UserFactory
from unlimited.users.rules import is_staff

pytestmark = pytest.mark.django_db


def test_export_holds_roles_and_invitations_and_no_other_persons_address():
    membership = MembershipFactory(user__email="kari@example.no", incubator__name="Tøyen")
    InvitationFactory(email="Kari@example.no", incubator__name="Storhaug", declined=True)
    InvitationFactory(email="ola@example.no", invited_by=membership.user, incubator=membership.incubator)
    InvitationFactory(email="per@example.no")

    exported = export_incubators(membership.user)

    assert [(row["incubator__name"], row["role"]) for row in exported["memberships"]] == [("Tøyen", "moderator")]
    assert [(row["incubator__name"], row["status"]) for row in exported["invitations"]] == [("Storhaug", "declined")]
    assert [row["incubator__name"] for row in exported["invitations_sent"]] == ["Tøyen"]
    assert "ola@" not in str(exported)
    assert "per@" not in str(exported)


def test_erasing_a_person_leaves_no_trace_and_keeps_what_others_need():
    user = MembershipFactory(user__email="kari@example.no").user
    InvitationFactory(email="kari@example.no")
    sent = InvitationFactory(email="ola@example.no", invited_by=user)

    erase_incubators(user)
    user.delete()

    assert Membership.objects.count() == 0
    assert list(Invitation.objects.values_list("pk", "email", "invited_by")) == [(sent.pk, "ola@example.no", None)]


def test_who_waits_for_an_erased_person_is_told_without_their_name(outbox):
    user, owner = UserFactory(email="kari@example.no"), UserFactory(is_staff=True)
    inviter = MembershipFactory(leader=True).user
    InvitationFactory(email="kari@example.no", invited_by=inviter)
    InvitationFactory(email="kari@example.no", invited_by=inviter, declined=True)
    InitiativeFactory(email="kari@example.no", owner=owner)
    InitiativeFactory(email="kari@example.no")

    erase_incubators(user)

    (answered,) = outbox("incubator-invitation-answered")
    assert (answered.recipient, answered.snapshot["is_accepted"]) == (inviter.email, False)
    assert [mail.recipient for mail in outbox("initiative-withdrawn")] == [owner.email]
    assert not any("kari" in str(mail.snapshot) for mail in outbox())


def test_purge_removes_invitations_a_year_after_their_end():
    now = timezone.now()
    long_ago = now - dt.timedelta(days=366)
    InvitationFactory(declined=True, closed_at=long_ago)
    InvitationFactory(expires_at=long_ago)
    kept = [InvitationFactory(), InvitationFactory(expired=True), InvitationFactory(accepted=True)]

    assert purge_incubators(now) == 2
    assert set(Invitation.objects.all()) == set(kept)


def test_whoever_works_at_an_incubator_counts_as_staff():
    assert is_staff(MembershipFactory(supporter=True).user)
    assert not is_staff(MembershipFactory(former=True).user)
    assert not is_staff(UserFactory())

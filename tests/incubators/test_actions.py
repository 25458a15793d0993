import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from incubators.actions import people as actions
from incubators.actions import places
from incubators.models import Invitation, Membership
from incubators.rules import has_role_at
from tests.factories import IncubatorFactory, InvitationFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Role = Membership.Role
Status = Invitation.Status


def leader_of(incubator):
    return MembershipFactory(incubator=incubator, leader=True).user


# --- Inviting ---------------------------------------------------------------------------------------------------------


def test_invite_person_opens_an_invitation_for_two_weeks_and_mails_the_link(outbox):
    leader = MembershipFactory(leader=True, user__name="Ingrid Vik", starts_on=dt.date(2026, 1, 1))

    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), tick=False):
        invitation = actions.invite_person(
            incubator=leader.incubator, email=" Kari@Example.no ", role=Role.SUPPORTER, by=leader.user
        )

    assert (invitation.email, invitation.role, invitation.status) == ("kari@example.no", "supporter", "pending")
    assert invitation.invited_by == leader.user
    assert invitation.expires_at == dt.datetime(2026, 3, 16, 9, tzinfo=dt.UTC)
    [mail] = outbox()
    assert (mail.kind, mail.recipient, mail.language) == ("incubator-invitation", "kari@example.no", "nb")
    assert mail.expires_at == invitation.expires_at
    assert mail.snapshot["inviter"] == "Ingrid Vik"
    assert mail.snapshot["url"].endswith(f"/invitasjon/{invitation.uuid}/{invitation.token}/")


@pytest.mark.parametrize(("known", "expected"), [("en", "en"), (None, "nn")])
def test_invitation_speaks_the_language_of_the_person_else_of_the_incubator(known, expected, outbox):
    incubator = IncubatorFactory(default_language="nn")
    if known:
        UserFactory(email="kari@example.no", language=known)

    actions.invite_person(incubator=incubator, email="kari@example.no", role=Role.LEADER, by=leader_of(incubator))

    [mail] = outbox()
    assert mail.language == expected
    assert f"/{expected}/invitasjon/" in mail.snapshot["url"]


def test_invite_person_refuses_one_who_has_that_role_but_not_another_role(outbox):
    member = MembershipFactory(user__email="kari@example.no")
    by = leader_of(member.incubator)

    with pytest.raises(actions.AlreadyMemberError):
        actions.invite_person(incubator=member.incubator, email="KARI@example.no", role=member.role, by=by)
    assert outbox() == []

    actions.invite_person(incubator=member.incubator, email="kari@example.no", role=Role.LEADER, by=by)
    assert len(outbox()) == 1


def test_invite_person_refuses_a_second_invitation_while_one_is_open(outbox):
    invitation = InvitationFactory()

    with pytest.raises(actions.AlreadyInvitedError):
        actions.invite_person(
            incubator=invitation.incubator,
            email=invitation.email,
            role=invitation.role,
            by=leader_of(invitation.incubator),
        )
    assert (Invitation.objects.count(), outbox()) == (1, [])


def test_invite_person_opens_an_expired_invitation_again(outbox):
    expired = InvitationFactory(expired=True)
    by = leader_of(expired.incubator)

    again = actions.invite_person(incubator=expired.incubator, email=expired.email, role=expired.role, by=by)

    assert again.pk == expired.pk
    assert again.is_open
    assert again.invited_by == by
    assert len(outbox()) == 1


def test_resend_invitation_mails_again_and_a_second_click_does_not(outbox):
    invitation = InvitationFactory()
    seen, leader = invitation.expires_at.isoformat(), leader_of(invitation.incubator)

    for _ in range(2):
        actions.resend_invitation(invitation=invitation, seen_expires_at=seen, by=leader)

    assert len(outbox("incubator-invitation")) == 1
    renewed = Invitation.objects.get()
    assert renewed.expires_at > invitation.expires_at
    assert renewed.token == invitation.token, "the link of the first mail still works"


@pytest.mark.parametrize("trait", ["accepted", "declined", "withdrawn"])
def test_resend_invitation_refuses_a_closed_one(trait, outbox):
    invitation = InvitationFactory(**{trait: True})

    with pytest.raises(actions.InvitationClosedError):
        actions.resend_invitation(
            invitation=invitation, seen_expires_at=invitation.expires_at.isoformat(), by=invitation.invited_by
        )
    assert outbox() == []


@pytest.mark.parametrize(
    ("traits", "expected"),
    [({}, Status.WITHDRAWN), ({"expired": True}, Status.WITHDRAWN), ({"withdrawn": True}, Status.WITHDRAWN)],
    ids=["open", "expired", "already withdrawn"],
)
def test_withdraw_invitation_closes_it(traits, expected, outbox):
    invitation = InvitationFactory(**traits)

    assert actions.withdraw_invitation(invitation=invitation, by=invitation.invited_by).status == expected
    assert Invitation.objects.get().closed_at is not None
    assert outbox() == []


@pytest.mark.parametrize("trait", ["accepted", "declined"])
def test_withdraw_invitation_comes_too_late_after_an_answer(trait):
    invitation = InvitationFactory(**{trait: True})

    with pytest.raises(actions.InvitationClosedError):
        actions.withdraw_invitation(invitation=invitation, by=invitation.invited_by)
    assert Invitation.objects.get().status == trait


# --- Answering --------------------------------------------------------------------------------------------------------


def test_accept_invitation_gives_the_role_at_once_and_tells_the_inviter_once(outbox):
    invitation = InvitationFactory(email="Kari@example.no", invited_by__language="en")
    kari = UserFactory(email="kari@example.no", name="Kari")
    assert not has_role_at(kari, invitation.incubator_id)

    first = actions.accept_invitation(invitation=invitation, by=kari)
    second = actions.accept_invitation(invitation=invitation, by=kari)

    assert first == second
    assert (first.user, first.role, first.ends_on) == (kari, invitation.role, None)
    assert has_role_at(kari, invitation.incubator_id, invitation.role)
    assert Invitation.objects.get().status == Status.ACCEPTED
    [mail] = outbox()
    assert (mail.kind, mail.recipient) == ("incubator-invitation-answered", invitation.invited_by.email)
    assert (mail.snapshot["person"], mail.snapshot["is_accepted"], mail.snapshot["role"]) == ("Kari", True, "Moderator")
    assert mail.snapshot["url"].endswith(f"/en/arbeidsflate/inkubatorer/{invitation.incubator.slug}/folk/")


def test_accept_invitation_is_for_the_invited_address_alone(outbox):
    invitation = InvitationFactory()

    with pytest.raises(actions.WrongPersonError):
        actions.accept_invitation(invitation=invitation, by=UserFactory())

    assert Membership.objects.count() == 0
    assert Invitation.objects.get().status == Status.PENDING
    assert outbox() == []


@pytest.mark.parametrize(
    ("traits", "error"),
    [
        ({"expired": True}, actions.InvitationExpiredError),
        ({"declined": True}, actions.InvitationClosedError),
        ({"withdrawn": True}, actions.InvitationClosedError),
        ({"accepted": True}, actions.InvitationClosedError),
    ],
    ids=["expired", "declined", "withdrawn", "accepted, and the role ended since"],
)
def test_accept_invitation_refuses_what_is_over(traits, error):
    invitation = InvitationFactory(**traits)
    invited = UserFactory(email=invitation.email)
    MembershipFactory(user=invited, incubator=invitation.incubator, role=invitation.role, former=True)

    with pytest.raises(error):
        actions.accept_invitation(invitation=invitation, by=invited)
    assert not Membership.objects.current().exists()


def test_accept_invitation_keeps_a_role_that_is_there_already():
    invitation = InvitationFactory()
    member = MembershipFactory(user__email=invitation.email, incubator=invitation.incubator, role=invitation.role)

    assert actions.accept_invitation(invitation=invitation, by=member.user) == member


def test_decline_invitation_tells_the_inviter_once(outbox):
    invitation = InvitationFactory()

    for _ in range(2):
        assert actions.decline_invitation(invitation=invitation).status == Status.DECLINED

    [mail] = outbox()
    assert (mail.snapshot["person"], mail.snapshot["is_accepted"]) == (invitation.email, False)


def test_nobody_is_told_where_the_inviter_has_left(outbox):
    actions.decline_invitation(invitation=InvitationFactory(invited_by=None))
    actions.decline_invitation(invitation=InvitationFactory(invited_by__is_active=False))

    assert outbox() == []


def test_ask_for_new_invitation_tells_each_leader_once(outbox):
    expired = InvitationFactory(expired=True)
    leaders = [leader_of(expired.incubator), leader_of(expired.incubator)]

    for _ in range(2):
        actions.ask_for_new_invitation(invitation=expired)

    assert [mail.recipient for mail in outbox()] == [leader.email for leader in leaders]


def test_ask_for_new_invitation_turns_to_the_inviter_where_nobody_leads(outbox):
    expired = InvitationFactory(expired=True)
    actions.ask_for_new_invitation(invitation=expired)
    actions.ask_for_new_invitation(invitation=InvitationFactory(expired=True, invited_by=None))

    assert [mail.recipient for mail in outbox()] == [expired.invited_by.email]


def test_ask_for_new_invitation_does_nothing_while_it_is_open_and_refuses_when_closed(outbox):
    actions.ask_for_new_invitation(invitation=InvitationFactory())
    with pytest.raises(actions.InvitationClosedError):
        actions.ask_for_new_invitation(invitation=InvitationFactory(withdrawn=True))

    assert outbox() == []


# --- Ending -----------------------------------------------------------------------------------------------------------


def test_end_membership_takes_effect_at_once_and_keeps_the_history():
    membership = MembershipFactory()

    for _ in range(2):
        actions.end_membership(membership=membership, by=leader_of(membership.incubator))

    ended = Membership.objects.get(pk=membership.pk)
    assert ended.ends_on == timezone.localdate()
    assert ended not in Membership.objects.current()


def test_end_membership_keeps_the_last_leader():
    incubator = IncubatorFactory()
    leader = MembershipFactory(incubator=incubator, leader=True)
    MembershipFactory(incubator=incubator)
    MembershipFactory(incubator=incubator, leader=True, former=True)
    MembershipFactory(leader=True)

    with pytest.raises(actions.LastLeaderError):
        actions.end_membership(membership=leader, by=leader.user)
    leader.refresh_from_db()
    assert leader.ends_on is None


def test_end_membership_lets_a_leader_go_where_another_stays():
    incubator = IncubatorFactory()
    leader = MembershipFactory(incubator=incubator, leader=True)
    leader_of(incubator)
    assert leader.user.has_perm("incubators.manage_people", incubator)

    actions.end_membership(membership=leader, by=leader.user)

    assert not leader.user.has_perm("incubators.manage_people", incubator)


def test_deleting_a_person_keeps_their_invitations():
    invitation = InvitationFactory()

    invitation.invited_by.delete()

    invitation.refresh_from_db()
    assert invitation.invited_by is None


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_change_facts_refuses_what_was_changed_meanwhile():
    incubator = IncubatorFactory(summary="old")
    seen_at = incubator.updated_at.isoformat()

    places.change_facts(incubator=incubator, facts={"summary": "first"}, seen_at=seen_at, by=UserFactory())
    with pytest.raises(places.ChangedMeanwhileError):
        places.change_facts(incubator=incubator, facts={"summary": "second"}, seen_at=seen_at, by=UserFactory())

    incubator.refresh_from_db()
    assert incubator.summary == "first"

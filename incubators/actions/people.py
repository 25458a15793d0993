"""Who works at an incubator: inviting, accepting, ending. Who may do it is said in `rules.py`; the view asks.

Which role may be given to whom is checked here, by `granting.py`. Locks: the incubator, then the invitation.
"""

from django.db import transaction
from django.utils import timezone

from incubators import emails
from incubators.actions.granting import (
    check_may_accept,
    check_may_grant,
    current_leaders,
    lapse_appointments,
)
from incubators.actions.places import Error, lock_incubator
from incubators.models import Incubator, Invitation, Membership
from incubators.rules import forget_memberships
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.security_log import security_event
from unlimited.users.models import User

Role = Membership.Role


class AlreadyMemberError(Error):
    """The person has that role there already."""


class AlreadyInvitedError(Error):
    """An invitation to that role is waiting for an answer."""


class InvitationClosedError(Error):
    """The invitation has been answered or withdrawn."""


class InvitationExpiredError(Error):
    """The invitation's time is over."""


class WrongPersonError(Error):
    """The invitation is for another address."""


class LastLeaderError(Error):
    """An incubator is never left without a leader."""


@audited
def invite_person(*, incubator: Incubator, email: str, role: str, by: User) -> Invitation:
    """Invite the holder of `email`. An expired invitation to the same role is opened again.

    Raises SelfGrantError, NotFirstLeaderError, AlreadyMemberError, AlreadyInvitedError.
    """
    email = email.strip().lower()
    with transaction.atomic():
        lock_incubator(incubator)
        is_first_leader = check_may_grant(incubator=incubator, email=email, role=role, granter=by)
        if incubator.memberships.current().filter(user__email=email, role=role).exists():
            raise AlreadyMemberError
        pending = Invitation.objects.filter(incubator=incubator, role=role, status=Invitation.Status.PENDING)
        invitation = pending.filter(email__iexact=email).select_for_update(no_key=True, of=("self",)).first()
        if invitation and invitation.is_open:
            raise AlreadyInvitedError
        invitation = invitation or Invitation(incubator=incubator, email=email, role=role)
        invitation.is_first_leader = is_first_leader
        _open(invitation, by)
    return invitation


@audited
def resend_invitation(*, invitation: Invitation, seen_expires_at: str, by: User) -> Invitation:
    """Open the invitation anew and mail it again. A second click on the same page does nothing.

    Sending it again grants the role: raises SelfGrantError and NotFirstLeaderError as inviting does.
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        _check_pending(invitation)
        invitation.is_first_leader = check_may_grant(
            incubator=invitation.incubator, email=invitation.email, role=invitation.role, granter=by
        )
        if invitation.expires_at.isoformat() == seen_expires_at:
            _open(invitation, by)
    return invitation


@audited
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Take the invitation back. No mail is sent: the page of the link says so."""
    with transaction.atomic():
        invitation = _locked(invitation)
        if invitation.status != Invitation.Status.WITHDRAWN:
            _check_pending(invitation)
            _close(invitation, Invitation.Status.WITHDRAWN)
    return invitation


@audited
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Make `by` a member in the role that was offered, and tell the leaders. A second click returns the same row.

    Raises WrongPersonError, SelfGrantError, NotFirstLeaderError, InvitationClosedError, InvitationExpiredError.
    """
    if not invitation.is_for(by):
        raise WrongPersonError
    with transaction.atomic():
        invitation = _locked(invitation)
        if invitation.status != Invitation.Status.ACCEPTED:
            _check_open(invitation)
            check_may_accept(invitation, by)
            _close(invitation, Invitation.Status.ACCEPTED)
            told = emails.mail_answered(invitation, person=by)
            security_event("role-granted", user=by, role=invitation.role, incubator=invitation.incubator_id)
            membership = _grant(invitation, by, told=told)
        else:
            membership = _membership_from(invitation, by)
    forget_memberships(by)
    return membership


def decline_invitation(*, invitation: Invitation) -> Invitation:
    """Say no for the holder of the link: no account is needed to decline."""
    with transaction.atomic():
        invitation = _locked(invitation)
        if invitation.status != Invitation.Status.DECLINED:
            _check_open(invitation)
            _close(invitation, Invitation.Status.DECLINED)
            emails.mail_answered(invitation)
    return invitation


def ask_for_new_invitation(*, invitation: Invitation) -> None:
    """Tell those who may renew an expired invitation that it is still wanted."""
    with transaction.atomic():
        invitation = _locked(invitation)
        _check_pending(invitation)
        if invitation.is_expired:
            for reader in _who_may_renew(invitation):
                emails.mail_asked_again(invitation, to=reader)


@audited
def end_membership(*, membership: Membership, by: User) -> Membership:
    """End a role today. The incubator's lock keeps two leaders from removing each other at once."""
    today = timezone.localdate()
    with transaction.atomic():
        lock_incubator(membership.incubator)
        membership.refresh_from_db()
        if membership.ends_on and membership.ends_on <= today:
            return membership
        leaders = current_leaders(membership.incubator)
        # A closed account leads nothing, so its role may end also where it is the last.
        is_leading = membership.role == Role.LEADER and membership.user.is_active
        if is_leading and not leaders.exclude(pk=membership.pk).exists():
            raise LastLeaderError
        readers = list(leaders.values_list("user", flat=True))
        membership.ends_on, membership.ended_by = max(today, membership.starts_on), by
        membership.save(update_fields=["ends_on", "ended_by"])
        emails.mail_role_ended(membership, by=by, to=[*readers, membership.user_id])
        security_event("role-ended", user=membership.user, role=membership.role, incubator=membership.incubator_id)
    forget_memberships(by)
    return membership


@audited
def set_capacity(*, membership: Membership, capacity: int, by: User) -> Membership:
    """Say how many ideas a supporter has room for here. What they have already stays, also where it is more."""
    with transaction.atomic():
        row = Membership.objects.select_for_update(no_key=True, of=("self",)).get(pk=membership.pk)
        row.capacity = capacity
        row.save(update_fields=["capacity"])
    return row


def _grant(invitation: Invitation, person: User, *, told: User | None) -> Membership:
    """Make the role that was accepted; where the person has it already, it stays as it was given.

    `told` has a mail about the answer, and gets no second one about the role.
    """
    membership, is_new = Membership.objects.get_or_create(
        incubator=invitation.incubator,
        user=person,
        role=invitation.role,
        ends_on=None,
        defaults={"granted_by": invitation.invited_by},
    )
    if is_new:
        emails.mail_role_given(membership, is_first_leader=invitation.is_first_leader, told=told)
    if membership.role == Role.LEADER:
        lapse_appointments(invitation)
    return membership


def _locked(invitation: Invitation) -> Invitation:
    lock_incubator(invitation.incubator)
    locked = Invitation.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("incubator", "invited_by").get(pk=invitation.pk)


def _open(invitation: Invitation, by: User) -> None:
    invitation.invited_by = by
    invitation.expires_at = timezone.now() + Invitation.LASTS
    invitation.save()
    emails.mail_invitation(invitation)


def _close(invitation: Invitation, status: str) -> None:
    invitation.status = status
    invitation.closed_at = timezone.now()
    invitation.save(update_fields=["status", "closed_at"])


def _check_pending(invitation: Invitation) -> None:
    if not invitation.is_pending:
        raise InvitationClosedError


def _check_open(invitation: Invitation) -> None:
    _check_pending(invitation)
    if invitation.is_expired:
        raise InvitationExpiredError


def _membership_from(invitation: Invitation, by: User) -> Membership:
    """The role that this invitation once gave, unless it has ended since."""
    membership = by.memberships.current().filter(incubator=invitation.incubator, role=invitation.role).first()
    if not membership:
        raise InvitationClosedError
    return membership


def _who_may_renew(invitation: Invitation) -> list[User]:
    """The leaders there now; where there is none, the one who invited."""
    leading = Membership.objects.current().filter(incubator=invitation.incubator, role=Role.LEADER)
    leaders = list(User.objects.filter(OneOf("pk", leading.values("user")), is_active=True).order_by("pk"))
    inviter = invitation.invited_by
    return leaders or ([inviter] if inviter and inviter.is_active else [])

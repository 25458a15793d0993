"""Who may give which role: a leader any role to somebody else, national staff the first leader's role only.

No role may give itself what it must not have. National staff read no cases, so they appoint a leader only where an
incubator has none now (a new one, or one that every leader has left), and never somebody of national staff.
"""

from django.utils import timezone

from incubators.actions.places import Error
from incubators.models import Incubator, Invitation, Membership
from unlimited.users.addresses import addresses_of
from unlimited.users.models import User

Role = Membership.Role


class SelfGrantError(Error):
    """A person gives a role to themselves, or national staff to one of their own."""


class NotFirstLeaderError(Error):
    """Somebody who does not lead the incubator gives a role other than that of its first leader."""


def check_may_grant(*, incubator: Incubator, email: str, role: str, granter: User) -> bool:
    """Return whether this is the appointment of a first leader, by somebody who does not lead the incubator.

    The caller holds the incubator's lock. Raises SelfGrantError, NotFirstLeaderError.
    """
    if mailbox(email) in {mailbox(address) for address in (granter.email, *addresses_of(granter))}:
        raise SelfGrantError
    if leads(granter, incubator):
        return False
    if role != Role.LEADER or current_leaders(incubator).exists():
        raise NotFirstLeaderError
    if User.objects.filter(email=email, is_staff=True).exists():
        raise SelfGrantError
    return True


def check_may_accept(invitation: Invitation, person: User) -> None:
    """Refuse an invitation whose conditions no longer hold. Raises SelfGrantError, NotFirstLeaderError.

    The caller holds the incubator's lock.
    """
    if invitation.invited_by_id == person.pk:
        raise SelfGrantError
    if not invitation.is_first_leader:
        return
    if person.is_staff:
        raise SelfGrantError
    if current_leaders(invitation.incubator).exists():
        raise NotFirstLeaderError


def lapse_appointments(invitation: Invitation) -> None:
    """Withdraw what else waits for a first leader: the incubator has one now."""
    waiting = invitation.incubator.invitations.filter(status=Invitation.Status.PENDING, is_first_leader=True)
    waiting.exclude(pk=invitation.pk).update(status=Invitation.Status.WITHDRAWN, closed_at=timezone.now())


def current_leaders(incubator: Incubator):
    """Return the rows of those who lead it today. A closed account counts until its role is ended."""
    return incubator.memberships.current().filter(role=Role.LEADER)


def leads(user: User, incubator: Incubator) -> bool:
    """Whether `user` leads the incubator now, as the database has it."""
    return current_leaders(incubator).filter(user=user).exists()


def mailbox(email: str) -> str:
    """Return the mailbox that an address leads to: `kari+x@example.no` is read by the owner of `kari@example.no`."""
    name, _at, domain = email.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"

"""What is kept about a person who works, worked or is invited to work at an incubator."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from incubators.models import Invitation
from unlimited.users.models import User
from unlimited.users.privacy import addresses_of
from unlimited.users.registry import register_eraser, register_exporter, register_retention

# An address that came to nothing, or has done its work, is of no use after this.
INVITATIONS_KEPT_FOR = dt.timedelta(days=365)


def export_incubators(user: User) -> dict[str, object]:
    """Roles now and before, invitations got and sent. The addresses of others stay with us."""
    return {
        "memberships": list(user.memberships.order_by("pk").values("incubator__name", "role", "starts_on", "ends_on")),
        "invitations": list(
            _invitations_to(user).order_by("pk").values("incubator__name", "role", "email", "status", "created_at")
        ),
        "invitations_sent": list(
            user.sent_invitations.order_by("pk").values("incubator__name", "role", "status", "created_at")
        ),
    }


def erase_incubators(user: User) -> None:
    """Invitations to the person go here; memberships go with the user's row, and what they sent loses their name."""
    _invitations_to(user).delete()


def purge_incubators(now: dt.datetime) -> int:
    """Invitations a year after they were answered, withdrawn or expired."""
    long_ago = now - INVITATIONS_KEPT_FOR
    done = Q(closed_at__lt=long_ago) | Q(status=Invitation.Status.PENDING, expires_at__lt=long_ago)
    return Invitation.objects.filter(done).delete()[0]


def _invitations_to(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.annotate(to=Lower("email")).filter(to__in=addresses_of(user))


register_exporter("incubators", export_incubators)
register_eraser("incubators", erase_incubators)
register_retention("incubators", purge_incubators)

"""What becomes of rows with an e-mail address when the account that has it changes to another one."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from incubators import emails
from incubators.models import Incubator, Initiative, Invitation, MunicipalPartner
from unlimited.users.addresses import with_address
from unlimited.users.models import User


def move_invitations(*, user: User, old: str, new: str) -> None:
    """Move invitations to `new`, and mail there what waits for an answer: the links in the old mailbox end.

    Where `new` is invited to the same role already, the invitation to `old` is withdrawn.
    """
    rows = with_address(Invitation.objects.all(), "email", [old])
    list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    pending = Invitation.objects.filter(status=Invitation.Status.PENDING)
    same = with_address(pending, "email", [new]).filter(incubator=OuterRef("incubator"), role=OuterRef("role"))
    rows.filter(Exists(same), status=Invitation.Status.PENDING).update(
        status=Invitation.Status.WITHDRAWN, closed_at=timezone.now()
    )
    moved = list(rows.values_list("pk", flat=True))
    rows.update(email=new)
    for invitation in pending.filter(pk__in=moved).select_related("incubator", "invited_by").order_by("pk"):
        if invitation.is_open:
            emails.mail_invitation(invitation)


def move_initiatives(*, user: User, old: str, new: str) -> None:
    with_address(Initiative.objects.all(), "email", [old]).update(email=new)


def move_contacts(*, user: User, old: str, new: str) -> None:
    """Name the contact of each incubator under their new address."""
    with_address(Incubator.objects.all(), "contact_email", [old]).update(contact_email=new)


def move_partners(*, user: User, old: str, new: str) -> None:
    """Let a reader of reports go on under `new`: the leader sees that address. Two rows at one place become one."""
    rows = MunicipalPartner.objects.filter(email=old)
    both = MunicipalPartner.objects.current().filter(email=new, incubator=OuterRef("incubator"))
    rows.current().filter(Exists(both)).update(ended_at=timezone.now())
    rows.update(email=new)

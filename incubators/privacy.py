"""What is kept about a person who works, worked or is invited to work at an incubator."""

import datetime as dt
from itertools import groupby

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from incubators.actions.addresses import move_contacts, move_initiatives, move_invitations, move_partners
from incubators.emails import invitation_subject, mail_answered, mail_initiative_withdrawn, mail_roles_erased
from incubators.models import Incubator, Initiative, Invitation, Membership, MunicipalPartner, ShownPerson
from unlimited.lookups import OneOf
from unlimited.mail.actions import forget_subjects
from unlimited.users.acts import register_acts
from unlimited.users.addresses import addresses_of, register_address_rows, with_address
from unlimited.users.models import Consent, User
from unlimited.users.registry import (
    register_accounts_in_use,
    register_consent,
    register_eraser,
    register_exporter,
    register_kept,
    register_retention,
)

# An address that came to nothing, or has done its work, is of no use after this.
INVITATIONS_KEPT_FOR = dt.timedelta(days=365)
# Who wanted to start an incubator may come back within a year; their data is of no use after that.
CLOSED_INITIATIVES_KEPT_FOR = dt.timedelta(days=365)
# An open one without a contact for two years is deleted, with the people in it.
FORGOTTEN_INITIATIVES_KEPT_FOR = dt.timedelta(days=730)
# Who read the reports of a municipality can be asked for a while after they have left.
ENDED_PARTNERS_KEPT_FOR = dt.timedelta(days=365)
ENDED_MEMBERSHIPS_KEPT_FOR = dt.timedelta(days=5 * 365)


def export_incubators(user: User) -> dict[str, object]:
    """Roles now and before, invitations got and sent. The addresses of others stay with us."""
    return {
        "memberships": list(
            user.memberships.order_by("pk").values("incubator__name", "role", "starts_on", "ends_on", "absent_until")
        ),
        "invitations": list(
            _invitations_to(user).order_by("pk").values("incubator__name", "role", "email", "status", "created_at")
        ),
        "contact_of": list(_contact_of(user).order_by("pk").values("name", "contact_name", "contact_email")),
        "shown_at": list(user.shown_at.order_by("pk").values("incubator__name", "words")),
        "initiatives": list(
            _initiatives_of(user)
            .order_by("pk")
            .values("who", "municipality__name", "why", "email", "status", "created_at")
        ),
        "checklist_ticks": list(
            user.checklist_ticks.order_by("pk").values("incubator__name", "item__slug", "ticked_at")
        ),
        "stage_changes": list(
            user.stage_changes.order_by("pk").values("incubator__name", "to_stage", "decided_on", "note")
        ),
        "municipal_partner_at": list(
            _partner_rows_of(user).order_by("pk").values("incubator__name", "name", "email", "added_at", "ended_at")
        ),
        "roles_given": list(user.memberships_granted.order_by("pk").values("incubator__name", "role", "starts_on")),
        "roles_ended": list(user.memberships_ended.order_by("pk").values("incubator__name", "role", "ends_on")),
        "closed_incubators": list(user.closed_incubators.order_by("pk").values("name", "closed_at")),
        "invitations_sent": list(
            user.sent_invitations.order_by("pk").values("incubator__name", "role", "status", "created_at")
        ),
    }


def erase_incubators(user: User) -> None:
    """What is about the person goes here; memberships go with the user's row, and what they did loses their name.

    A role that ends so is told to the leaders like any other, without the name.
    Who waits for an answer of theirs is told: who invited them, and who has their wish to start an incubator.
    """
    invitations = list(_invitations_to(user).select_related("incubator", "invited_by"))
    for one in invitations:
        if one.is_pending and not one.is_expired:
            one.status = Invitation.Status.DECLINED
            mail_answered(one)
    for one in _initiatives_of(user).open().select_related("municipality", "owner"):
        mail_initiative_withdrawn(one)
    roles = user.memberships.current().select_related("incubator").order_by("incubator", "pk")
    for _incubator, ended in groupby(roles, key=lambda row: row.incubator_id):
        mail_roles_erased(list(ended))
    forget_subjects(subjects=[invitation_subject(one) for one in invitations])
    _contact_of(user).update(contact_name="", contact_email="")
    _invitations_to(user).delete()
    _initiatives_of(user).delete()
    _partner_rows_of(user).delete()


def purge_incubators(now: dt.datetime) -> int:
    """Invitations, initiatives and readers of reports a year after their end, whatever it was."""
    long_ago = now - INVITATIONS_KEPT_FOR
    done = Q(closed_at__lt=long_ago) | Q(status=Invitation.Status.PENDING, expires_at__lt=long_ago)
    over = Q(closed_at__lt=now - CLOSED_INITIATIVES_KEPT_FOR) | Q(
        next_contact_on__lt=timezone.localdate(now - FORGOTTEN_INITIATIVES_KEPT_FOR)
    )
    partners = MunicipalPartner.objects.filter(ended_at__lt=now - ENDED_PARTNERS_KEPT_FOR).delete()[0]
    Membership.objects.filter(absent_until__lt=timezone.localdate(now)).update(absent_until=None)
    ended = Initiative.objects.filter(over).delete()[1].get(Initiative._meta.label, 0)
    return Invitation.objects.filter(done).delete()[0] + ended + partners


def purge_memberships(now: dt.datetime) -> int:
    """Roles that ended long ago."""
    ended_before = timezone.localdate(now - ENDED_MEMBERSHIPS_KEPT_FOR)
    return Membership.objects.filter(ends_on__lt=ended_before).delete()[1].get(Membership._meta.label, 0)


def accounts_in_use(users: QuerySet[User]) -> QuerySet[User]:
    """Those with a role now or later, readers of reports, and those who are starting an incubator."""
    roles = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))
    readers = MunicipalPartner.objects.filter(ended_at=None).annotate(folded=Lower("email"))
    starters = Initiative.objects.filter(closed_at=None).annotate(folded=Lower("email"))
    of_address = OneOf("email", readers.values("folded")) | OneOf("email", starters.values("folded"))
    return users.filter(OneOf("pk", roles.values("user")) | of_address)


def _contact_of(user: User) -> QuerySet[Incubator]:
    return with_address(Incubator.objects.all(), "contact_email", addresses_of(user))


def _invitations_to(user: User) -> QuerySet[Invitation]:
    return with_address(Invitation.objects.all(), "email", addresses_of(user))


def _initiatives_of(user: User) -> QuerySet[Initiative]:
    return with_address(Initiative.objects.all(), "email", addresses_of(user))


def _partner_rows_of(user: User) -> QuerySet[MunicipalPartner]:
    return MunicipalPartner.objects.filter(email__in=addresses_of(user))


def describe_consents(consents: list[Consent]) -> dict[str, str]:
    """Return the names of the incubators on whose pages somebody is shown, by subject."""
    ids = [consent.subject.removeprefix("incubator:") for consent in consents]
    return {f"incubator:{row.pk}": row.name for row in Incubator.objects.filter(pk__in=ids)}


def consent_withdrawn(consent: Consent) -> None:
    """Take the person off the page."""
    ShownPerson.objects.consents_to(consent).delete()


register_consent(Consent.Purpose.SHOW_PERSON, describe=describe_consents, on_withdrawn=consent_withdrawn)
register_exporter("incubators", export_incubators)
register_eraser("incubators", erase_incubators)
register_acts(
    "incubators",
    {
        "Initiative.owner": ("created_at", "status", "municipality__name"),
        "InitiativeEntry.by": ("at", "note", "initiative__municipality__name"),
        "MunicipalPartner.added_by": ("added_at", "incubator__name"),
    },
)
register_retention(
    "incubators",
    purge_incubators,
    what="invitations, initiatives, readers of reports; absences",
    age="1 year after their end; an initiative nobody followed up after 2 years; an absence after its last day",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("incubators.Invitation", "incubators.Initiative", "incubators.MunicipalPartner"),
)
register_retention(
    "memberships",
    purge_memberships,
    what="roles that have ended",
    age="5 years after their end",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("incubators.Membership",),
)
register_accounts_in_use("incubators", accounts_in_use)
register_kept(
    {
        "incubators.Incubator": "a place; the names of its contact and of who closed it go with their accounts",
        "incubators.ChecklistTick": "what an incubator has done; the name goes with the account",
        "incubators.StageChange": "what became of an incubator; the name goes with the account",
    }
)
register_address_rows("incubators.Invitation", "email", move=move_invitations)
register_address_rows("incubators.Initiative", "email", move=move_initiatives)
register_address_rows("incubators.MunicipalPartner", "email", move=move_partners)
register_address_rows("incubators.Incubator", "contact_email", move=move_contacts)

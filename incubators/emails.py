"""Mails about who works at an incubator. Each is put in the outbox by the action whose fact it tells."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from incubators.contacts import replies_to
from incubators.models import Incubator, Initiative, Invitation, Membership, MunicipalPartner
from unlimited.mail.actions import cancel_mails, enqueue, enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.mail.subjects import named, register_subject
from unlimited.users.emails import name_of
from unlimited.users.models import User

register_subject("invitation", instead=_("Someone who has deleted their account"))
INVITATION = register(MailKind("incubator-invitation", _("Invitation to an incubator"), is_listed=True))
ANSWERED = register(MailKind("incubator-invitation-answered", _("Answer to an invitation"), is_listed=True))
ASKED_AGAIN = register(MailKind("incubator-invitation-asked-again", _("Wish for a new invitation"), is_listed=True))
ROLE_GIVEN = register(MailKind("role-given", _("Somebody has a new role"), is_listed=True))
ROLE_ENDED = register(MailKind("role-ended", _("A role has ended"), is_listed=True))
FACTOR_WAITS = register(MailKind("factor-waits", _("A second factor to confirm"), is_listed=True))
FACTOR_CONFIRMED = register(MailKind("factor-confirmed", _("A second factor is confirmed"), is_listed=True))
INITIATIVE_RECEIVED = register(
    MailKind("initiative-received", _("Receipt for a wish to start an incubator"), is_listed=True)
)
INITIATIVE_CAME = register(MailKind("initiative-came", _("Somebody wants to start an incubator"), is_listed=True))
INITIATIVE_WITHDRAWN = register(
    MailKind("initiative-withdrawn", _("A wish to start an incubator is withdrawn"), is_listed=True)
)
INITIATIVE_LATE = register(
    MailKind("initiative-late", _("We are late with a wish to start an incubator"), is_listed=True)
)
NETWORK_NOTICE = register(MailKind("network-notice", _("Somebody waits for national staff"), is_listed=True))
PARTNER_ADDED = register(MailKind("partner-added", _("Access to reports"), is_listed=True))


def mail_invitation(invitation: Invitation) -> None:
    """Send the link. A renewed invitation has another end, one that has moved another link: each is another mail."""
    known = User.objects.filter(email=invitation.email.lower()).first()
    language = known.language if known else invitation.incubator.default_language
    enqueue(
        kind=INVITATION.name,
        key=f"incubator-invitation:{invitation.uuid}:{invitation.expires_at.isoformat()}:{invitation.token[:8]}",
        to=invitation.email,
        language=language,
        expires_at=invitation.expires_at,
        snapshot={
            "incubator": invitation.incubator.name,
            **replies_to(invitation.incubator),
            "inviter": name_of(invitation.invited_by) or invitation.incubator.name,
            "role": _role(invitation, language),
            "expires_on": timezone.localdate(invitation.expires_at).isoformat(),
            "url": absolute("incubators:invitation", language, invitation.uuid, invitation.token),
        },
    )


def mail_answered(invitation: Invitation, *, person: User | None = None) -> User | None:
    """Tell the one who invited, once, what the answer was; return who is told.

    `person` is who answered, where they have an account.
    """
    inviter = invitation.invited_by
    if not (inviter and inviter.is_active):
        return None
    enqueue(
        kind=ANSWERED.name,
        key=f"incubator-invitation-answered:{invitation.uuid}",
        to=inviter.email,
        language=inviter.language,
        snapshot={
            **_facts_for(inviter, invitation),
            "person": named(str(person or invitation.email), invitation_subject(invitation)),
            "is_accepted": invitation.status == Invitation.Status.ACCEPTED,
        },
    )
    return inviter


def mail_asked_again(invitation: Invitation, *, to: User) -> None:
    """Tell someone who may renew it that an expired invitation is wanted; once for each time it expired."""
    enqueue(
        kind=ASKED_AGAIN.name,
        key=f"incubator-invitation-asked-again:{invitation.uuid}:{invitation.expires_at.isoformat()}:{to.uuid}",
        to=to.email,
        language=to.language,
        snapshot={**_facts_for(to, invitation), "person": named(invitation.email, invitation_subject(invitation))},
    )


def mail_role_given(membership: Membership, *, is_first_leader: bool, told: User | None) -> None:
    """Tell all leaders who has a new role, and who gave it; without `told`, who reads so in another mail.

    The first leader of an incubator is appointed from outside: everybody who works there and all national staff hear
    of it, so that no appointment goes unseen.
    """
    there = Membership.objects.current().filter(incubator=membership.incubator_id)
    if is_first_leader:
        readers = Q(pk__in=there.values("user")) | Q(is_staff=True)
    else:
        readers = Q(pk__in=there.filter(role=Membership.Role.LEADER).values("user"))
    if told:
        readers &= ~Q(pk=told.pk)
    _mail_roles(ROLE_GIVEN, [membership], readers, by=membership.granted_by)


def mail_role_ended(membership: Membership, *, by: User | None, to: Iterable[int]) -> None:
    """Tell those with the ids `to`, the leaders and the person, whose role has ended and who ended it."""
    _mail_roles(ROLE_ENDED, [membership], Q(pk__in=list(to)), by=by)


def mail_roles_erased(memberships: list[Membership]) -> None:
    """Tell the other leaders that all roles of one person at an incubator have ended with the account.

    The name is not in it.
    """
    first = memberships[0]
    leading = Membership.objects.current().filter(incubator=first.incubator_id, role=Membership.Role.LEADER)
    others = Q(pk__in=leading.exclude(user=first.user_id).values("user"))
    _mail_roles(ROLE_ENDED, memberships, others, by=None, is_named=False)


def _mail_roles(
    kind: MailKind, memberships: list[Membership], readers: Q, *, by: User | None, is_named: bool = True
) -> None:
    """Tell `readers` of the roles that one person has got or lost at one incubator at once: one mail each."""
    first = memberships[0]
    incubator = first.incubator
    leading = incubator.memberships.current().filter(role=Membership.Role.LEADER, user=OuterRef("pk"))
    people = User.objects.filter(readers, is_active=True).annotate(may_manage=Exists(leading) | Q(is_staff=True))
    enqueue_many(
        {
            "kind": kind.name,
            "key": f"{kind.name}:{first.pk}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            "snapshot": {
                "incubator": incubator.name,
                **replies_to(incubator),
                "person": name_of(first.user) if is_named else "",
                "role": ", ".join(_role(membership, person.language) for membership in memberships),
                "by": name_of(by),
                "url": absolute(
                    "incubators:people" if person.may_manage else "incubators:detail", person.language, incubator.slug
                ),
            },
        }
        for person in people
    )


def mail_initiative_received(initiative: Initiative) -> None:
    """The receipt, with the day by which they hear from us."""
    enqueue(
        kind=INITIATIVE_RECEIVED.name,
        key=f"initiative-received:{initiative.uuid}",
        to=initiative.email,
        language=initiative.language,
        snapshot={
            "municipality": str(initiative.municipality),
            "contact_on": initiative.answer_due_on.isoformat(),
            "url": absolute("site:about", initiative.language),
        },
    )


def mail_initiative_came(initiative: Initiative) -> None:
    """Tell national staff where, and no more: who and why stay behind the log-in."""
    enqueue_many(
        {
            "kind": INITIATIVE_CAME.name,
            "key": f"initiative-came:{initiative.uuid}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            "snapshot": {
                "municipality": str(initiative.municipality),
                "contact_on": initiative.answer_due_on.isoformat(),
                "url": absolute("incubators:initiative", person.language, initiative.uuid),
            },
        }
        for person in User.objects.filter(is_staff=True, is_active=True)
    )


def mail_initiative_withdrawn(initiative: Initiative) -> None:
    """Tell who was to be in touch that the wish is gone with an account: where it was, and no more."""
    owner = initiative.owner
    if owner and owner.is_active:
        enqueue(
            kind=INITIATIVE_WITHDRAWN.name,
            key=f"initiative-withdrawn:{initiative.uuid}",
            to=owner.email,
            language=owner.language,
            snapshot={
                "municipality": str(initiative.municipality),
                "url": absolute("incubators:initiatives", owner.language),
            },
        )


def invitation_subject(invitation: Invitation) -> str:
    """Whom an invitation names: somebody with an account, or only an address."""
    return f"invitation:{invitation.uuid}"


def mail_initiatives_late(promised: Iterable[tuple[Initiative, dt.date]]) -> None:
    """Tell each that the day they were told has passed, and the new one. One INSERT for all."""
    enqueue_many(
        {
            "kind": INITIATIVE_LATE.name,
            "key": _late_key(row),
            "to": row.email,
            "language": row.language,
            "snapshot": {
                "municipality": str(row.municipality),
                "promised_on": day.isoformat(),
                "new_due_on": row.new_due_on.isoformat(),
                "url": absolute("site:contact", row.language),
            },
        }
        for row, day in promised
    )


def cancel_initiative_late(initiative: Initiative) -> None:
    """Take back word of a delay that has not left: they hear from us now."""
    cancel_mails(keys=[_late_key(initiative)])


def _late_key(initiative: Initiative) -> str:
    return f"{INITIATIVE_LATE.name}:{initiative.uuid}:{initiative.new_due_on.isoformat()}"


def mail_network_notice(day: dt.date) -> None:
    """Tell national staff that somebody waits longer than they were promised; once a day each. Who, is on the desk."""
    enqueue_many(
        {
            "kind": NETWORK_NOTICE.name,
            "key": f"{NETWORK_NOTICE.name}:{day.isoformat()}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            # A page of a higher app, known here by its name.
            "snapshot": {"url": absolute("site:desk", person.language)},
        }
        for person in User.objects.filter(is_staff=True, is_active=True)
    )


def _facts_for(reader: User, invitation: Invitation) -> dict:
    incubator: Incubator = invitation.incubator
    return {
        "incubator": incubator.name,
        **replies_to(incubator),
        "role": _role(invitation, reader.language),
        "url": absolute("incubators:people", reader.language, incubator.slug),
    }


def _role(row: Invitation | Membership, language: str) -> str:
    with override(language):
        return row.get_role_display()


def mail_partner_added(partner: MunicipalPartner, *, by: User) -> None:
    """Tell somebody of the municipality where the reports are; the link is a page behind their log-in."""
    enqueue(
        kind=PARTNER_ADDED.name,
        key=f"partner-added:{partner.uuid}",
        to=partner.email,
        language=partner.language,
        snapshot={
            "incubator": partner.incubator.name,
            **replies_to(partner.incubator),
            "by": name_of(by),
            # A page of a higher app, known here by its name.
            "url": absolute("ideas:my_reports", partner.language),
        },
    )


def mail_factor_waits(person: User, digits: str, *, to: Iterable[User]) -> None:
    """Ask those who may to confirm a second factor; once for the same factors. The digits are not in it."""
    enqueue_many(
        {
            "kind": FACTOR_WAITS.name,
            "key": f"{FACTOR_WAITS.name}:{person.uuid}:{digits}:{reader.uuid}",
            "to": reader.email,
            "language": reader.language,
            "snapshot": {
                "person": name_of(person),
                "url": absolute("incubators:confirm_factor", reader.language, person.uuid),
            },
        }
        for reader in to
    )


def mail_factor_confirmed(person: User, digits: str, *, by: User) -> None:
    """Tell the owner who has confirmed it."""
    enqueue(
        kind=FACTOR_CONFIRMED.name,
        key=f"{FACTOR_CONFIRMED.name}:{person.uuid}:{digits}",
        to=person.email,
        language=person.language,
        # A page of a higher app, known here by its name.
        snapshot={"by": name_of(by), "url": absolute("site:desk", person.language)},
    )

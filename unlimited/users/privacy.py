"""What the ground itself keeps about a person: the account, its mails and its sessions."""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from unlimited import history
from unlimited.lookups import OneOf
from unlimited.mail.actions import forget_recipient, forget_subjects, move_recipient
from unlimited.mail.models import OutgoingMail, Suppression
from unlimited.origin import pseudonym
from unlimited.users.actions import end_sessions, purge_unverified
from unlimited.users.addresses import addresses_of, register_address_rows
from unlimited.users.emails import subject_of
from unlimited.users.models import User
from unlimited.users.registry import register_eraser, register_exporter, register_retention

# Author of what erased accounts did in the admin. The domain is reserved (RFC 2606): no person can have the address.
ERASED_STAFF = "erased-staff@erased.invalid"
MAILS_KEPT_FOR = dt.timedelta(days=365)
# Of each mail, what the person is handed out.
MAIL = ("kind", "recipient", "language", "status", "created_at", "sent_at")


def export_account(user: User) -> dict[str, object]:
    """The account itself. Secrets of passwords and second factors stay where they are."""
    return {
        "account": {
            "uuid": user.uuid,
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "created_at": user.created_at,
            "last_login": user.last_login,
            "has_password": user.has_usable_password(),
        },
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values(
                "type", "created_at", "last_used_at", "confirmation__source", "confirmation__confirmed_at"
            )
        ),
        "own_confirmations": list(user.factor_confirmations.order_by("pk").values("source", "confirmed_at")),
        "second_factors_confirmed": list(user.factors_confirmed.order_by("pk").values("confirmed_at")),
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "last_seen_at", "ip", "user_agent")
        ),
        "consents": list(
            user.consents.values("purpose", "subject", "text_version", "source", "given_at", "withdrawn_at")
        ),
    }


def erase_account(user: User) -> None:
    """What would not go by itself with the user's row, and what must not go with it."""
    end_sessions(user=user)
    LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).delete()
    _keep_admin_log(user)


def _keep_admin_log(user: User) -> None:
    """Leave what the person did in the admin to an anonymous account: Django deletes it with its author."""
    entries = LogEntry.objects.filter(user=user)
    if entries.exists():
        entries.update(user=User.objects.get_or_create(email=ERASED_STAFF, defaults={"is_active": False})[0])


def purge_account(now: dt.datetime) -> int:
    """Accounts never verified, and sessions that have run out with what they knew."""
    ended = Session.objects.filter(expire_date__lt=now)
    UserSession.objects.filter(OneOf("session_key", ended.values("session_key"))).delete()
    return ended.delete()[0] + purge_unverified(now=now)


def export_mails(user: User) -> list[dict[str, object]]:
    """Which mails went out, not their words: those are wiped after 30 days, codes at once."""
    return list(_mails_of(user).filter(is_secret=False).order_by("pk").values(*MAIL))


def _mails_of(user: User) -> QuerySet[OutgoingMail]:
    """Mails to the addresses that the account has now, and those it got at addresses that it has given up."""
    now = Q(owner=None, to__in=addresses_of(user))
    return OutgoingMail.objects.alias(to=Lower("recipient")).filter(Q(owner=user) | now)


def move_mails(*, user: User, old: str, new: str) -> None:
    move_recipient(old=old, new=new, owner=user)


def erase_mails(user: User) -> None:
    """All of the person's rows in the outbox, sent or not, and the note that an address takes no mail."""
    user.earlier_mails.all().delete()
    forget_subjects(subjects=[subject_of(user)])
    for address in addresses_of(user):
        forget_recipient(address=address)
        Suppression.objects.filter(address__iexact=address).delete()


def purge_mails(now: dt.datetime) -> int:
    """Rows of mails that were done with a year ago; what they said was wiped long before."""
    return OutgoingMail.objects.filter(finished_at__lt=now - MAILS_KEPT_FOR).delete()[0]


def export_history(user: User) -> list[dict[str, object]]:
    """When the person changed something that is followed up, and by which action; the rows say what it led to."""
    return history.actions_of(pseudonym(user))


register_exporter("history", export_history)
register_retention(
    "history",
    history.purge,
    what="history of rows",
    age="2 years after the change",
    effect="deleted",
    ground="GDPR 6(1)(f): to find misuse",
    models=(),
)
register_exporter("users", export_account)
register_eraser("users", erase_account)
register_retention(
    "users",
    purge_account,
    what="accounts never verified; sessions that have run out",
    age="1 day; 60 days without use",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=(),
)
# The outbox knows no users, so the account's app speaks for it.
register_exporter("mail", export_mails)
register_eraser("mail", erase_mails)
register_retention(
    "mail",
    purge_mails,
    what="mails in the outbox",
    age="1 year after they are done with",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("mail.OutgoingMail",),
)
register_address_rows("mail.OutgoingMail", "recipient", move=move_mails)
# The note that an address takes no mail goes with its mails.
register_address_rows("mail.Suppression", "address", move=move_mails)

"""The account's mails: codes, and a word to the owner when something about the account has changed."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unlimited.mail.actions import enqueue, enqueue_many
from unlimited.mail.kinds import MailKind, Priority, register
from unlimited.mail.links import absolute
from unlimited.mail.subjects import Named, named, register_subject
from unlimited.users.models import User

register_subject("person", instead=_("Someone who has deleted their account"))
register(MailKind("login-code", _("Code to log in"), priority=Priority.URGENT, is_secret=True, is_listed=True))
register(
    MailKind("address-code", _("Code for a new address"), priority=Priority.URGENT, is_secret=True, is_listed=True)
)
register(MailKind("account-changed", _("A change to the account"), is_listed=True))
IDLE = register(
    MailKind("account-idle", _("An unused account will be deleted"), priority=Priority.BULK, is_listed=True)
)

# What allauth tells an account's owner about; the words for each are in emails/account-changed.txt.
CHANGES = {
    "email_changed", "email_deleted", "password_changed", "password_set", "totp_activated", "totp_deactivated",
    "recovery_codes_generated", "webauthn_added", "webauthn_removed",
}  # fmt: skip


def name_of(person: User | None) -> Named:
    """Return what mails call a person, marked so that it can be taken out of them; empty for None."""
    return named(str(person), subject_of(person)) if person else named("")


def subject_of(person: User) -> str:
    return f"person:{person.uuid}"


def mail_login_code(*, to: str, language: str, code: str) -> None:
    """A code that logs its reader in. It carries no link: nothing for a mail scanner to follow."""
    _mail_code("login-code", to, language, code)


def mail_address_code(*, to: str, language: str, code: str) -> None:
    """A code that shows that an account's owner also reads mail to the address they want to use."""
    _mail_code("address-code", to, language, code)


def _mail_code(kind: str, to: str, language: str, code: str) -> None:
    enqueue(
        kind=kind,
        key=f"{kind}:{uuid.uuid4()}",
        to=to,
        language=language,
        snapshot={"code": code, "minutes": settings.LOGIN_CODE_MINUTES},
    )


def mail_account_changed(*, to: str, language: str, change: str, owner: User | None = None) -> None:
    """A receipt, and a warning where somebody else did it. `owner` is the account where it has given up `to`."""
    if change not in CHANGES:
        raise ValueError(f"No words for the change {change}.")
    enqueue(
        kind="account-changed",
        key=f"account-changed:{uuid.uuid4()}",
        to=to,
        language=language,
        snapshot={"change": change, "url": absolute("users:profile", language)},
        owner=owner,
    )


def idle_key(user: User, used_at: dt.datetime) -> str:
    """Return the key of the warning: one for each time that the account fell idle."""
    return f"{IDLE.name}:{user.uuid}:{used_at:%Y-%m-%d}"


def mail_accounts_idle(accounts: Iterable[tuple[User, dt.datetime]], *, goes_on: dt.datetime) -> None:
    """Warn the owner of each account, once: it was used last at that moment, and goes unless they log in."""
    day = timezone.localdate(goes_on).isoformat()
    enqueue_many(
        {
            "kind": IDLE.name,
            "key": idle_key(user, used_at),
            "to": user.email,
            "language": user.language,
            "snapshot": {"goes_on": day, "url": absolute("account_login", user.language)},
        }
        for user, used_at in accounts
    )

"""Accounts that were not used for two years: their owner is warned, and a month later the account is erased.

Who logs in starts the time anew. An app says which accounts it needs all the same (`registry.accounts_in_use`).
"""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from unlimited.lookups import Found, OneOf
from unlimited.mail.actions import keys_sent_before
from unlimited.runs.parts import Parts
from unlimited.users import registry
from unlimited.users.actions import erase_person
from unlimited.users.emails import idle_key, mail_accounts_idle
from unlimited.users.models import User
from unlimited.users.registry import register_kept, register_retention

IDLE_FOR = dt.timedelta(days=2 * 365)
WARNED_FOR = dt.timedelta(days=30)
# Of one run. The rest is left to the next one, an hour later.
MOST = 500


def unused_since(moment: dt.datetime) -> QuerySet[User]:
    """Accounts without a log-in or an open session since `moment`, that no app needs; `used_at` on each.

    National staff stay. A blocked account stays, too, so that its owner stays blocked.
    """
    sessions = UserSession.objects.filter(user=OuterRef("pk"), last_seen_at__gte=moment)
    users = User.objects.annotate(used_at=Coalesce("last_login", "created_at"))
    users = users.filter(~Found(sessions), used_at__lt=moment, is_active=True, is_staff=False, is_superuser=False)
    for in_use in registry.accounts_in_use.values():
        users = users.filter(~OneOf("pk", in_use(User.objects.all()).values("pk")))
    return users


def due_accounts(now: dt.datetime) -> list[int]:
    """Return the ids of unused accounts whose owner was warned a month ago, at most MOST."""
    users = list(unused_since(now - IDLE_FOR).order_by("used_at", "pk")[:MOST])
    warned = keys_sent_before(now - WARNED_FOR, [idle_key(user, user.used_at) for user in users])
    return [user.pk for user in users if idle_key(user, user.used_at) in warned]


def erase_idle_accounts(now: dt.datetime) -> int:
    """Warn the owners of accounts that are soon due, and erase those that are; return how many are erased."""

    def warn(users: list[User]) -> int:
        mail_accounts_idle([(user, user.used_at) for user in users], goes_on=now + WARNED_FOR)
        return 0

    with Parts("users.erase_idle_accounts") as parts:
        parts.in_batches("warnings", unused_since(now - IDLE_FOR + WARNED_FOR), warn)
        return parts.each("accounts", due_accounts(now), lambda pk: _erase(pk, now))


@transaction.atomic
def _erase(pk: int, now: dt.datetime) -> int:
    """Erase the account unless its owner has logged in meanwhile.

    The person is locked before what belongs to them, against the usual order: a log-in has to wait. Where somebody
    else is at work on what belongs to them, the wait is short (`erase_person`), and the next run tries again.
    """
    unused = unused_since(now - IDLE_FOR).select_for_update(no_key=True, skip_locked=True, of=("self",))
    user = unused.filter(pk=pk).first()
    if user is None:
        return 0
    erase_person(by=user)
    return 1


register_retention(
    "idle_accounts",
    erase_idle_accounts,
    what="accounts that nobody uses",
    age="2 years without a log-in; a warning 30 days before",
    effect="erased, as when the owner does it",
    ground="GDPR 5(1)(e)",
    models=("users.User",),
    count=lambda now: len(due_accounts(now)),
    in_parts=True,
)
register_kept({"mail.Suppression": "ends with the account that has verified the address, or when that changes it"})

"""Which account the rows with an e-mail address belong to: the one that has verified that address now.

A row with an address needs no account when it is written, so it is found by its address later. Before an account gives
up an address, each such row gets the new address, or ends, in the transaction of the change. So the next owner of the
address finds only rows that are newer than the change. docs/decisions/addresses.md has the reasons and the limits.

An app registers in `AppConfig.ready()`; a test fails on a model that has an e-mail field and has not registered it.

    register_address_rows("events.Participant", "email", move=move_participants)
"""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from django.db.models.functions import Lower

from unlimited.users.models import User

# Called as `move(user=…, old=…, new=…)`, both addresses in small letters, inside the transaction of the change.
Move = Callable[..., None]

address_rows: dict[tuple[str, str], Move] = {}


def register_address_rows(model: str, field: str, *, move: Move) -> None:
    """Let `move` give the rows of `model` with an old address in `field` the new one, or end them."""
    address_rows[model, field] = move


def addresses_of(user: User) -> list[str]:
    """Return each address that the account has verified, in small letters.

    An account without address rows is made by a command, and has the one address of its own row.
    """
    rows = list(user.emailaddress_set.values_list(Lower("email"), "verified"))
    return sorted(address for address, verified in rows if verified) if rows else [user.email.lower()]


def with_address(rows: QuerySet, field: str, addresses: Iterable[str]) -> QuerySet:
    """Return the rows that have one of `addresses`, which are in small letters, in `field`."""
    return rows.alias(folded_address=Lower(field)).filter(folded_address__in=list(addresses))


def move_addresses(*, user: User, new: str) -> None:
    """Move all rows with an address of the account to `new`, which it has just shown to be its own.

    For the caller's transaction, before the account's own row is changed: rows of the apps are locked before the
    person, as everywhere. The highest app moves first, as in an erasure.
    """
    new = new.lower()
    for old in addresses_of(user):
        if old != new:
            for move in reversed(address_rows.values()):
                move(user=user, old=old, new=new)

"""The list of erased accounts, so that they can be erased again after an old copy of the database is restored.

A restore brings back the rows of the list as they were then, so the list is also kept outside of the database: a task
appends each row to ERASURES_FILE, a file on another disk. It holds no personal data in clear: the account's uuid and
addresses are hashes with the secret key. What is in the file and not in the restored table was erased after the copy
was made; `replay` erases exactly that.
"""

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from unlimited.users.actions import erase_person
from unlimited.users.addresses import address_rows, addresses_of
from unlimited.users.models import Erasure, User
from unlimited.users.registry import register_eraser, register_retention

# Three times as long as a backup is kept (docs/operations.md).
KEPT_FOR = dt.timedelta(days=90)
BATCH = 1000


@dataclasses.dataclass
class Replayed:
    """What a replay did. `left`: addresses that belong to another account now, for a person to look at."""

    accounts: int = 0
    addresses: int = 0
    left: int = 0


def note_erasure(user: User) -> None:
    """Write down, in the transaction that erases the person, that they are erased."""
    Erasure.objects.create(
        person_hash=_hashes(str(user.uuid))[0], address_hashes=[_hashes(address)[0] for address in addresses_of(user)]
    )


def lines(rows: Iterable[Erasure]) -> Iterator[str]:
    """Return each row as a line of the file."""
    for row in rows:
        facts = {"uuid": str(row.uuid), "at": row.at.isoformat()}
        yield json.dumps(facts | {"person": row.person_hash, "addresses": row.address_hashes})


def write_erasures() -> int:
    """Append what is not in ERASURES_FILE yet; return how many. A line that is written twice does no harm."""
    if not settings.ERASURES_FILE:
        return 0
    with transaction.atomic():
        rows = Erasure.objects.select_for_update(skip_locked=True, of=("self",)).filter(written_at=None)
        rows = list(rows.order_by("pk")[:BATCH])
        if rows:
            with Path(settings.ERASURES_FILE).open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines(rows))
                file.flush()
                os.fsync(file.fileno())
            Erasure.objects.filter(pk__in=[row.pk for row in rows]).update(written_at=timezone.now())
    return len(rows)


def read_lines(texts: Iterable[str]) -> list[Erasure]:
    """Return the erasures of a file. Raises ValueError at a line that is none."""
    rows = {}
    for text in filter(str.strip, texts):
        try:
            facts = json.loads(text)
            row = Erasure(
                uuid=UUID(facts["uuid"]),
                at=dt.datetime.fromisoformat(facts["at"]),
                person_hash=facts["person"],
                address_hashes=list(facts["addresses"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"Not a line of the list of erasures: {text[:80]}") from error
        rows[row.uuid] = row
    return list(rows.values())


def replay(rows: Iterable[Erasure], *, now: dt.datetime | None = None) -> Replayed:
    """Erase again who was erased after the copy was made; a second run does nothing.

    What the restored table has was erased before the copy was made: such a person may have come back since.
    """
    now = now or timezone.now()
    known = set(Erasure.objects.values_list("uuid", flat=True))
    rows = [row for row in rows if row.uuid not in known and row.at > now - KEPT_FOR]
    done = Replayed()
    if not rows:
        return done
    persons = {row.person_hash for row in rows}
    for pk, uuid in list(User.objects.values_list("pk", "uuid")):
        if not persons.isdisjoint(_hashes(str(uuid))):
            erase_person(by=User.objects.get(pk=pk))
            done.accounts += 1
    _replay_addresses({one for row in rows for one in row.address_hashes}, done)
    for row in rows:
        row.written_at = now
    Erasure.objects.bulk_create(rows, ignore_conflicts=True)
    return done


def _replay_addresses(hashes: set[str], done: Replayed) -> None:
    """Erase what was written from an address whose account was made after the copy, such as a registration."""
    for address in sorted(_addresses_in_database()):
        if hashes.isdisjoint(_hashes(address)):
            continue
        if User.objects.filter(email=address).exists():
            done.left += 1
            continue
        # An account without address rows has the one address of its own row (`addresses_of`).
        erase_person(by=User.objects.create_user(email=address))
        done.addresses += 1


def _addresses_in_database() -> set[str]:
    """Return every address of a person that a row of any model holds, in small letters."""
    columns = [("users.User", "email"), *address_rows]
    return {
        address.lower()
        for label, field in columns
        for address in apps.get_model(label)._base_manager.order_by().values_list(field, flat=True).distinct()
        if address
    }


def _hashes(value: str) -> list[str]:
    """Return the keyed hash of `value` with the secret key, then with each that it replaced."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("unlimited.users.erasures", value, key, algorithm="sha256").hexdigest() for key in keys]


def purge_erasures(now: dt.datetime) -> int:
    """Remove what no backup can bring back any more."""
    return Erasure.objects.filter(at__lt=now - KEPT_FOR).delete()[0]


register_eraser("erasures", note_erasure)
register_retention(
    "erasures",
    purge_erasures,
    what="hashes of erased accounts",
    age="90 days",
    effect="deleted",
    ground="GDPR 17: to erase again after a restore",
    models=("users.Erasure",),
)

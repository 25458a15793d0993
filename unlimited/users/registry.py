"""What each app says about the personal data it keeps: how to hand it out, how to erase it, how long it stays.

An app registers in `AppConfig.ready()`; a test fails on a model that holds a person and whose app registered none.

    register_exporter("ideas", export_ideas)   # (user) -> JSON-ready data, shown to that user and nobody else
    register_eraser("ideas", erase_ideas)      # (user) -> None, inside the one transaction that erases the person
    register_retention("ideas", purge_ideas, age="1 year", effect="deleted", ...)   # (now) -> number of rows, hourly
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import QuerySet

from unlimited.users.models import Consent, User

Exporter = Callable[[User], object]
Eraser = Callable[[User], None]
Retention = Callable[[dt.datetime], int]
AccountsInUse = Callable[[QuerySet[User]], QuerySet[User]]


@dataclasses.dataclass(frozen=True)
class Rule:
    """One line of the retention table in docs/privacy.md, and the work behind it.

    `models` are the labels of the models whose rows the rule ends. `count(now)` says how many rows are due; without it,
    a dry run does the work in a transaction and rolls it back. A rule `in_parts` opens its own transactions.
    """

    name: str
    apply: Retention
    what: str
    age: str
    effect: str
    ground: str
    models: tuple[str, ...] = ()
    count: Retention | None = None
    in_parts: bool = False

    def run(self, now: dt.datetime) -> int:
        """Do what is due; return how many rows."""
        if self.in_parts:
            return self.apply(now)
        with transaction.atomic():
            return self.apply(now)

    def due(self, now: dt.datetime) -> int:
        """Return how many rows are due, and change none."""
        if self.count:
            return self.count(now)
        with transaction.atomic():
            due = self.apply(now)
            transaction.set_rollback(True)
        return due


exporters: dict[str, Exporter] = {}
erasers: dict[str, Eraser] = {}
retentions: dict[str, Rule] = {}
# Of models that hold a person and that no rule ends, directly or by CASCADE: why.
kept: dict[str, str] = {}
accounts_in_use: dict[str, AccountsInUse] = {}


def register_exporter(app: str, exporter: Exporter) -> None:
    """Let `exporter` hand out what `app` keeps about a person."""
    exporters[app] = exporter


def register_eraser(app: str, eraser: Eraser) -> None:
    """Let `eraser` remove, or part from the person, what `app` keeps about them. It may not touch the user's row."""
    erasers[app] = eraser


def register_retention(name: str, retention: Retention, **facts) -> None:
    """Let `retention` end what has been kept long enough; `facts` are the other fields of the `Rule`."""
    retentions[name] = Rule(name, retention, **facts)


def register_kept(reasons: dict[str, str]) -> None:
    """Say why no rule ends the rows of these models, by label."""
    kept.update(reasons)


def register_accounts_in_use(app: str, in_use: AccountsInUse) -> None:
    """Let `in_use(users)` name those of `users` whose account `app` needs, also where nobody logs in for long."""
    accounts_in_use[app] = in_use


@dataclasses.dataclass(frozen=True)
class ConsentPurpose:
    """What an app does with the consents it asks for."""

    describe: Callable[[list[Consent]], dict[str, str]]
    on_withdrawn: Callable[[Consent], None]


purposes: dict[str, ConsentPurpose] = {}


def register_consent(
    purpose: str,
    *,
    describe: Callable[[list[Consent]], dict[str, str]],
    on_withdrawn: Callable[[Consent], None],
) -> None:
    """Say what consents of `purpose` are about and what follows when one is withdrawn.

    `describe(consents)` returns titles by subject, for the profile page. `on_withdrawn(consent)` runs in the
    transaction that withdraws it, wherever that is done.
    """
    purposes[purpose] = ConsentPurpose(describe, on_withdrawn)


def described(consents: Iterable[Consent]) -> list[tuple[Consent, str]]:
    """Return each consent with the title of what it is about; each purpose is asked once, however many there are."""
    consents = list(consents)
    titles = {}
    for name, purpose in purposes.items():
        if of_purpose := [consent for consent in consents if consent.purpose == name]:
            titles |= purpose.describe(of_purpose)
    return [(consent, titles.get(consent.subject, "")) for consent in consents]

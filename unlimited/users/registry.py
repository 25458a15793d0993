"""What each app says about the personal data it keeps: how to hand it out, how to erase it, how long it stays.

An app registers in `AppConfig.ready()`; a test fails on a model that holds a person and whose app registered none.

    register_exporter("ideas", export_ideas)   # (user) -> JSON-ready data, shown to that user and nobody else
    register_eraser("ideas", erase_ideas)      # (user) -> None, inside the one transaction that erases the person
    register_retention("ideas", purge_ideas)   # (now) -> number of rows removed, run once a day
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from unlimited.users.models import Consent, User

Exporter = Callable[[User], object]
Eraser = Callable[[User], None]
Retention = Callable[[dt.datetime], int]

exporters: dict[str, Exporter] = {}
erasers: dict[str, Eraser] = {}
retentions: dict[str, Retention] = {}


def register_exporter(app: str, exporter: Exporter) -> None:
    """Let `exporter` hand out what `app` keeps about a person."""
    exporters[app] = exporter


def register_eraser(app: str, eraser: Eraser) -> None:
    """Let `eraser` remove, or part from the person, what `app` keeps about them. It may not touch the user's row."""
    erasers[app] = eraser


def register_retention(app: str, retention: Retention) -> None:
    """Let `retention` remove what `app` has kept long enough."""
    retentions[app] = retention


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

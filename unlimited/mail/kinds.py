"""Every kind of mail is declared once, by the app that sends it (in its `emails.py`, imported by `AppConfig.ready`)."""

import dataclasses

from django.db import models
from django.utils.functional import Promise


class Priority(models.IntegerChoices):
    """What leaves first. Somebody sits and waits for an urgent mail: a code."""

    URGENT = 1
    NORMAL = 5
    BULK = 9


class UnknownKindError(LookupError):
    """No app has declared this kind of mail."""


@dataclasses.dataclass(frozen=True)
class MailKind:
    """A kind of mail and its one template, `templates/emails/<name>.txt`, whose context is the snapshot's own keys.

    `label` is what staff read in the outbox. Secret: carries a code; sent at most once, has an end, and its snapshot is
    wiped at once. Verbatim: the framework's own words, kept as they are. Listed: national staff see each mail of this
    kind with its recipient. All others are about somebody's case, and are shown to them as numbers only.
    """

    name: str
    label: Promise | str = dataclasses.field(default="", compare=False)
    priority: int = Priority.NORMAL
    is_secret: bool = False
    is_verbatim: bool = False
    is_listed: bool = False

    @property
    def template(self) -> str:
        return f"emails/{self.name}.txt"


_kinds: dict[str, MailKind] = {}


def register(kind: MailKind) -> MailKind:
    """Declare `kind`; two different declarations of one name are a mistake."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"The mail kind {kind.name} is declared twice.")
    return kind


def get(name: str) -> MailKind:
    """Return the kind declared as `name`; raise UnknownKindError where there is none."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKindError(name) from None


def names() -> list[str]:
    """Return the names of all kinds, sorted."""
    return sorted(_kinds)


def listed() -> list[str]:
    """Return the names of the kinds whose mails national staff see one by one, sorted."""
    return sorted(name for name, kind in _kinds.items() if kind.is_listed)


def label_of(name: str) -> str:
    """Return what staff call a kind; its name where it has no label, or is not declared any more."""
    kind = _kinds.get(name)
    return str(kind.label) if kind and kind.label else name

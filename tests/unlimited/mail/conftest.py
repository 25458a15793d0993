"""Mails under test: a kind of each sort, a template with every block, and a server that answers as told."""

from pathlib import Path

import pytest
from django.db import transaction

from unlimited.mail import bell, delivery, kinds
from unlimited.mail.actions import enqueue
from unlimited.mail.models import OutgoingMail

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def _calm_circuits():
    """No test inherits another's failures."""
    bell.circuit.worked()
    delivery.smtp_circuit.worked()


@pytest.fixture(autouse=True)
def _kinds(monkeypatch, settings):
    """`letter` has all blocks; `code` is urgent and secret; `lost` has no template; `invited` tells of an event."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    for kind in (
        kinds.MailKind("letter", is_listed=True),
        kinds.MailKind("bulk-letter", priority=kinds.Priority.BULK, is_listed=True),
        kinds.MailKind("code", priority=kinds.Priority.URGENT, is_secret=True, is_listed=True),
        kinds.MailKind("lost", is_listed=True),
        kinds.MailKind("invited", "Invitation", is_listed=True),
        kinds.MailKind("case-letter", "An idea is declined"),
    ):
        monkeypatch.setitem(kinds._kinds, kind.name, kind)


@pytest.fixture
def put():
    """Return `put(key, **changes)`: enqueue one letter, in a transaction of its own."""

    def put_one(key: str = "letter:1", **changes) -> OutgoingMail | None:
        mail = {
            "kind": "letter",
            "key": key,
            "to": "kari@example.no",
            "language": "en",
            "snapshot": {"title": "Coffee on the steps", "url": "http://localhost:8000/en/min-side/"},
        }
        with transaction.atomic():
            return enqueue(**mail | changes)

    return put_one


@pytest.fixture
def row():
    """Return `row(mail)`: a mail as the database has it now."""
    return lambda mail: OutgoingMail.objects.get(pk=mail.pk)

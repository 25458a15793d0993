"""The bell: tells the workers, through Redis, that there is mail. Losing it costs seconds and never a mail."""

import logging
from collections.abc import Sequence

from django.db import connection, transaction
from kombu.pools import producers

from unlimited.celery import app
from unlimited.circuit import redis_circuit as circuit
from unlimited.mail.delivery import deliver_due

logger = logging.getLogger(__name__)

TASK = "mail.deliver_due"
# Somebody waits for a page while the bell is rung.
IMPATIENT = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry_on_timeout": False}
# An unheard bell expires; the beat runs every 15 s.
FORGET_AFTER = 60
URGENT_SECONDS = 5.0


class _Bell:
    """What one transaction does after its commit: one ring, however many mails it has enqueued."""

    def __init__(self) -> None:
        self.urgent: list[str] = []

    def __call__(self) -> None:
        if not ring() and self.urgent:
            # Somebody waits for a code and no worker will come: this process delivers it.
            deliver_due(seconds=URGENT_SECONDS, message_ids=self.urgent)


def ring_after_commit(urgent: Sequence[str]) -> None:
    """Ring once this transaction is committed; `urgent` are the Message-IDs that cannot wait for the beat."""
    mine = set(connection.savepoint_ids)
    for savepoints, callback, *_ in connection.run_on_commit:
        # One that was asked for inside a savepoint goes with it, so only those that outlive ours serve us too.
        if isinstance(callback, _Bell) and set(savepoints) <= mine:
            callback.urgent.extend(urgent)
            return
    bell = _Bell()
    bell.urgent.extend(urgent)
    transaction.on_commit(bell, robust=True)


def ring() -> bool:
    """Ring the bell; return whether it was heard. Never raises: the mail is safe in its row."""
    if circuit.is_open:
        return False
    try:
        link = app.connection_for_write(connect_timeout=0.3, transport_options=IMPATIENT)
        with producers[link].acquire(block=True, timeout=0.3) as producer:
            app.send_task(TASK, producer=producer, expires=FORGET_AFTER, retry=True, retry_policy={"max_retries": 0})
    except Exception as error:  # whatever a broker may raise, the change is committed
        circuit.failed()
        logger.warning("The bell could not be rung (%s times so far): %s", circuit.total, type(error).__name__)
        return False
    circuit.worked()
    return True

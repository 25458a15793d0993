"""Rendered pieces of pages, kept in Redis by version. Losing them costs time, never truth: every error is swallowed.

A key names all that the piece depends on, such as (pk, updated_at, language), so a change is seen at once and nothing
is ever taken out. What differs per person is never kept here.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from redis.exceptions import RedisError

from unlimited.circuit import redis_circuit

Row = TypeVar("Row")
logger = logging.getLogger(__name__)

# What the cache can throw when Redis is closed, frozen, or speaks nonsense.
AWAY = (RedisError, OSError)


def get_many(keys: Iterable[str]) -> dict[str, str]:
    """Return what is kept under `keys`, in one round trip; nothing while Redis is away."""
    return _ask(lambda cache: cache.get_many(list(keys)), otherwise={})


def set_many(fragments: Mapping[str, str]) -> None:
    """Keep `fragments`, in one round trip; or do not."""
    if fragments:
        _ask(lambda cache: cache.set_many(dict(fragments)), otherwise=None)


def render_each(rows: Iterable[Row], *, key: Callable[[Row], str], render: Callable[[Row], str]) -> list[SafeString]:
    """Return the rendered piece of each row in order: the kept one, else a new one, which is then kept."""
    keys = {key(row): row for row in rows}
    kept = get_many(keys)
    new = {name: str(render(row)) for name, row in keys.items() if name not in kept}
    set_many(new)
    # Only what our own templates rendered is ever put in.
    return [mark_safe(kept.get(name) or new[name]) for name in keys]  # noqa: S308


def _ask(question, *, otherwise):
    if redis_circuit.is_open:
        return otherwise
    try:
        answer = question(caches["fragments"])
    except AWAY as error:
        redis_circuit.failed()
        logger.warning("fragments: Redis is away (%s); left alone for %s s", type(error).__name__, redis_circuit.pause)
        return otherwise
    redis_circuit.worked()
    return answer

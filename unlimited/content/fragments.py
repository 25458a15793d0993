"""Rendered pieces of pages, kept by version in Redis, and by each process near at hand.

A key names all that the piece depends on, such as (pk, updated_at, language), so a change is seen at once and nothing
is ever taken out; the day and the release are part of every key. What differs per person is never kept here. Losing
what is kept costs time, never truth: every error is swallowed.
"""

import hashlib
import logging
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from redis.exceptions import RedisError

from unlimited.circuit import redis_circuit

Row = TypeVar("Row")
logger = logging.getLogger(__name__)

# What the cache can throw when Redis is closed, frozen, or speaks nonsense.
AWAY = (RedisError, OSError)
# Pieces of some kilobytes each. A process that holds so many begins anew.
MOST_NEAR = 2_000
_near: dict[str, str] = {}


def get_many(keys: Iterable[str]) -> dict[str, str]:
    """Return what is kept under `keys`, in one round trip at most; from Redis nothing while it is away."""
    if settings.DEBUG:
        return {}  # whoever edits a template wants to see it
    made = _made()
    names = {f"{made}:{key}": key for key in keys}
    found = {name: _near[name] for name in names if name in _near}
    far = [name for name in names if name not in found]
    if far:
        asked = _ask(lambda redis: redis.get_many(far), otherwise={})
        _keep_near(asked)
        found |= asked
    return {names[name]: piece for name, piece in found.items()}


def set_many(fragments: Mapping[str, str]) -> None:
    """Keep `fragments`, in one round trip; or do not."""
    if fragments:
        made = _made()
        pieces = {f"{made}:{key}": piece for key, piece in fragments.items()}
        _keep_near(pieces)
        _ask(lambda redis: redis.set_many(pieces), otherwise=None)


def render_each(
    rows: Iterable[Row], *, key: Callable[[Row], str], render: Callable[[list[Row]], Iterable[str]]
) -> list[SafeString]:
    """Return the rendered piece of each row in order: the kept one, else a new one, which is then kept.

    `render` is asked once, for all rows whose piece nobody has kept.
    """
    keys = {key(row): row for row in rows}
    kept = get_many(keys)
    missing = {name: row for name, row in keys.items() if name not in kept}
    new = dict(zip(missing, map(str, render(list(missing.values()))), strict=True)) if missing else {}
    set_many(new)
    pieces = kept | new
    # Only what our own templates rendered is ever put in.
    return [mark_safe(pieces[name]) for name in keys]  # noqa: S308


def render_once(key: str, render: Callable[[], str]) -> SafeString:
    """Return the piece that this process keeps under `key`, rendered where it keeps none. Redis is not asked."""
    name = f"{_made()}:{key}"
    piece = None if settings.DEBUG else _near.get(name)
    if piece is None:
        piece = str(render())
        _keep_near({name: piece})
    return mark_safe(piece)  # noqa: S308 - only what our own templates rendered is ever put in


def version_of(rows: Iterable) -> str:
    """Return a short mark of all that `rows` hold, for a piece that is made of many."""
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:32]


def forget_near() -> None:
    """Forget what this process holds."""
    _near.clear()


def _keep_near(pieces: Mapping[str, str]) -> None:
    if len(_near) + len(pieces) > MOST_NEAR:
        _near.clear()
    _near.update(pieces)


def _made() -> str:
    """Return how every key begins: what a piece is made with, and on which day, for some say *today*."""
    return f"{_release()}:{timezone.localdate()}"


@cache
def _release() -> str:
    """Return a mark of what all pieces are made with: templates, their tags, and words."""
    made_with = [
        path
        for pattern in ("templates/**/*.html", "locale/**/*.mo", "*/templatetags/*.py", "*/*/templatetags/*.py")
        for path in sorted(settings.BASE_DIR.glob(pattern))
    ]
    return f"{zlib.crc32(b''.join(path.read_bytes() for path in made_with)):08x}"


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

"""How often something may be asked for from one network or for one address, where the database is too dear to count in.

allauth's limits take a lock in the database for each request: right for log-in, where each try counts, and too slow for
a form that many people at one network send in the same minute. Here Redis counts, in windows. While it is away nobody
is refused: these limits hold off a flood, they guard no secret.
"""

import hashlib
import time

from allauth.core.internal.ratelimit import get_ip, parse_rates
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from redis.exceptions import RedisError

from unlimited.circuit import redis_circuit


def is_within_limits(request: HttpRequest, *, action: str, key: str) -> bool:
    """Count one more `action`, and say whether its limits in ACCOUNT_RATE_LIMITS allow it.

    `key` is whom it concerns, such as the address that would get a mail.
    """
    if redis_circuit.is_open:
        return True
    try:
        counts = [(_count(request, action, rate, key), rate.amount) for rate in _rates(action)]
    except (RedisError, OSError):
        redis_circuit.failed()
        return True
    redis_circuit.worked()
    return all(count <= amount for count, amount in counts)


def _rates(action: str) -> list:
    return parse_rates(settings.ACCOUNT_RATE_LIMITS.get(action))


def _count(request: HttpRequest, action: str, rate, key: str) -> int:
    whom = get_ip(request) if rate.per == "ip" else key
    window = int(time.time() // rate.duration)
    # Whoever looks into Redis finds nobody's address.
    mark = hashlib.sha256(f"{settings.SECRET_KEY}:{whom}".encode()).hexdigest()[:32]
    name = f"limit:{action}:{rate}:{window}:{mark}"
    redis = caches["fragments"]
    try:
        return redis.incr(name)
    except ValueError:  # the first of its window
        redis.add(name, 1, timeout=int(rate.duration) + 1)
        return 1

"""Rate limits that a stranger cannot use up for somebody else. docs/decisions/limits.md has the table of all limits.

A limit by an address that anybody may type counts per address and network. A browser that has logged in with the
address before, and an account that uses its own address, count by themselves.

allauth's limits take a lock in the database for each request: right for log-in, where each try counts, and too slow for
a form that many people at one network send in the same minute. There Redis counts, in windows (`is_within_limits`).
While Redis is away, these limits allow everything: they hold off a flood, they guard no secret.
"""

import hashlib
import time

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip, parse_rates
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from unlimited.circuit import redis_circuit

# The session's list of addresses that have logged in here, as keyed hashes. It outlives the log-out.
SESSION_KEY = "known_to"
KNOWN_AT_MOST = 5


def remember_browser(session, email: str) -> None:
    """Note in the session that this browser has logged in with `email`."""
    mark = _mark(email)
    others = [known for known in session.get(SESSION_KEY, []) if known != mark]
    session[SESSION_KEY] = [mark, *others][:KNOWN_AT_MOST]


def own_bucket(request: HttpRequest, address: str) -> str:
    """Return the key by which this browser counts for `address`, apart from all others; empty where it proves nothing.

    It asks no table about the address, so known and unknown addresses cost the same.
    """
    user = request.user
    if user.is_authenticated and user.email.lower() == address.lower():
        return f"account:{user.pk}"
    if _mark(address) in request.session.get(SESSION_KEY, []):
        return f"browser:{request.session.session_key}:{address.lower()}"
    return ""


def per_network(request: HttpRequest, address: str) -> str:
    """Return the key of `address` as asked for from the network of the request."""
    return f"{address.lower()}|{get_ip(request)}"


def may_mail(request: HttpRequest, *, action: str, address: str) -> bool:
    """Count one more mail to an address that anybody may type, and say whether the limits of `action` allow it.

    Where very many ask for one address, each network still gets one mail an hour: strangers need one more network for
    each mail, and the owner of the address still gets in from theirs.
    """
    own = own_bucket(request, address)
    if own and ratelimit.consume(request, action="known_browser", key=f"{action}|{own}"):
        return True
    pair, anywhere = per_network(request, address), f"{action}|{address.lower()}"
    if not ratelimit.consume(request, action=action, key=pair):
        return False
    if ratelimit.consume(request, action="mails_to_address", key=anywhere):
        return True
    return ratelimit.consume(request, action="first_from_network", key=f"{action}|{pair}") and ratelimit.consume(
        request, action="mails_to_address_at_most", key=anywhere
    )


def may_do(request: HttpRequest, *, action: str, browser: str = "") -> bool:
    """Count one more `action`, and say whether its limits allow it.

    An account counts by itself, so logging in helps where a network is full. `browser` is the key of a browser that has
    done it before; it counts by that. Only a browser that is new counts by its network.
    """
    if request.user.is_authenticated:
        return ratelimit.consume(request, action=f"{action}_logged_in")
    if browser:
        return ratelimit.consume(request, action=f"{action}_again", key=browser)
    return ratelimit.consume(request, action=action)


def _mark(address: str) -> str:
    return salted_hmac("known-browser", address.lower(), algorithm="sha256").hexdigest()


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
    # Redis holds no address in the clear.
    mark = hashlib.sha256(f"{settings.SECRET_KEY}:{whom}".encode()).hexdigest()[:32]
    name = f"limit:{action}:{rate}:{window}:{mark}"
    redis = caches["fragments"]
    try:
        return redis.incr(name)
    except ValueError:  # the first of its window
        redis.add(name, 1, timeout=int(rate.duration) + 1)
        return 1

"""The environment as the settings read it: a missing or unsafe value stops the start with one sentence."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, FileAwareEnv

# NAME_FILE names a file that holds the value of NAME: the form in which containers get secrets.
env = FileAwareEnv(strip_whitespace=True)


def required(name: str, hint: str, read=env.str):
    """Return the environment's value of `name`. Raises ImproperlyConfigured with `hint` where there is none."""
    try:
        return read(name)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"The environment variable {name} is missing or wrong: {hint}") from error


def in_production(name: str, development, hint: str, *, check, read=env.str):
    """Return the environment's value of `name`; with DEBUG, the value of `development` where there is none.

    Raises ImproperlyConfigured with `hint` where production has no value, or one that fails `check(value)`.
    """
    if env.bool("DEBUG", default=False):
        return read(name, default=development)
    value = required(name, hint, read)
    if not check(value):
        raise ImproperlyConfigured(f"The environment variable {name} is missing or wrong: {hint}")
    return value


def is_strong(key: str) -> bool:
    """Whether a secret key is as long and varied as Django's deployment check demands (security.W009)."""
    return len(key) >= 50 and len(set(key)) >= 5


def is_public_address(url: str) -> bool:
    """Whether a URL uses TLS and names a host that other machines can reach."""
    host = urlsplit(url).hostname or ""
    return url.startswith("https://") and "." in host and not host.startswith("127.")

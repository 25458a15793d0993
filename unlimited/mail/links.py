"""Addresses in mails: never from a request, always SITE_URL and the recipient's language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def absolute(view_name: str, language: str, *args) -> str:
    """Return the whole address of a page, in the recipient's language."""
    with translation.override(known_language(language)):
        return settings.SITE_URL + reverse(view_name, args=args)


def known_language(language: str) -> str:
    """Return `language` where we speak it, else the site's own."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def on_our_site(url: str) -> str:
    """Return `url` with our own scheme and host, whatever it claimed: a forged Host header gets nobody anywhere."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()


def own_domain() -> str:
    """Return the domain that mails name as theirs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"

"""The same page in the other languages, as links: the language is in the address, so no cookie is needed."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

register = template.Library()

# Each language has its own name, so that its readers recognise it.
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@register.simple_tag(takes_context=True)
def language_links(context) -> list[dict]:
    """Return one dict per language: code, name, url and whether it is the page's own. Empty without a request.

    A view sets `request.shown_at` where the page it answers with has another address.
    """
    request = context.get("request")
    if request is None:
        return []
    return in_each_language(getattr(request, "shown_at", "") or request.get_full_path())


def in_each_language(here: str) -> list[dict]:
    """Return those dicts for an address in the language of now."""
    own = get_language()
    # An address is the same in each language but for how it begins, so nothing is looked up: that cost a page's tenth.
    # Without the slashes that would make another host of what follows: /en//evil.example.
    rest = here.removeprefix(_beginning(own)).lstrip("/")
    return [
        {"code": code, "name": NAMES[code], "url": f"{_beginning(code)}{rest}", "is_current": code == own}
        for code, _name in settings.LANGUAGES
    ]


def _beginning(code: str) -> str:
    return "/" if code == settings.LANGUAGE_CODE else f"/{code}/"

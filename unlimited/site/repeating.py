"""Sending a form again whose CSRF token was no longer good.

CSRF is an attack by another site, and a browser says which site a form came from: nothing is offered unless that is
ours. The person presses a button of their own, on a page that shows what is sent, where to, and as whom.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from unlimited.content.typed import asked_at, forms_of, is_secret, is_trap, match_of, posted

# The largest form of the site has a hundred people with twenty inputs each.
MOST_VALUES = 2_500
CSRF_FIELD = "csrfmiddlewaretoken"
# A word of an address that is longer may be a key, such as a signed link.
LONGEST_WORD = 60


@dataclass(frozen=True)
class Repeat:
    """A POST to make once more."""

    address: str
    # The address for people, without keys.
    shown_address: str
    values: list[tuple[str, str]]
    has_files: bool


def repeat_of(request: HttpRequest) -> Repeat | None:
    """Return the POST as it can be made again; None where it must not be.

    That is: from another site, to a view that is not marked with its forms, with a password or a code in it, or with
    more values than a form of ours has.
    """
    if asked_at(request) is None or not comes_from_here(request):
        return None
    data = posted(request)
    fields = {name: field for form_class in forms_of(request) for name, field in form_class.base_fields.items()}
    left_out = {CSRF_FIELD, *(name for name, field in fields.items() if is_trap(field))}
    values = [(name, value) for name, given in data.lists() for value in given if name not in left_out]
    if any(map(is_secret, fields.values())) or len(values) > MOST_VALUES:
        return None
    return Repeat(request.get_full_path(), _without_keys(request), values, bool(request.FILES))


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it. Another site can hide, but not claim it."""
    said = request.headers.get("Origin")
    if said is None:
        parts = urlsplit(request.headers.get("Referer", ""))
        said = f"{parts.scheme}://{parts.netloc}"
    return said in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def _without_keys(request: HttpRequest) -> str:
    path = request.path
    for word in match_of(request).kwargs.values():
        if isinstance(word, str) and len(word) > LONGEST_WORD:
            path = path.replace(word, "…")
    return f"{request.get_host()}{path}"

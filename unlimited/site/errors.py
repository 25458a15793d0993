"""What a person sees when something is wrong: words, what was typed, and a way on. Wired in `unlimited/urls.py`."""

import sys
from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_path, override

from ideas.forms.submission import KeptTextsForm
from unlimited.users.login import with_query
from unlimited.users.rules import needs_factor

# Seconds after which a browser or a monitor may ask again.
RETRY_AFTER = "10"
# Never shown again, whatever the form.
SECRET_WORDS = ("csrf", "password", "code", "token")
# Chosen or carried along, not typed.
NOT_TYPED = {
    "age_band", "comes", "days", "go", "help_needed", "incubator", "kind", "language", "may_publish",
    "decided_on", "ends_on", "invites_leader", "is_done", "is_shown", "legal_status", "municipality_number", "next",
    "next_contact_on", "owner", "remove", "revision", "role", "screen", "seen", "seen_at", "seen_expires_at",
    "seen_stage", "starts_on", "status", "step", "themes", "to", "to_stage", "wish",
}  # fmt: skip
# The same of one person among several, whose fields have a prefix.
NOT_TYPED_OF_MANY = ("-access", "-diet")
# A party of a hundred, each with name, address and role.
MOST_TEXTS = 400
WHERE_IDEAS_ARE_WRITTEN = ("ideas:new", "ideas:draft")


def posted(request: HttpRequest) -> Mapping[str, str]:
    """Return what was posted; nothing where that cannot be read, or not once more."""
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, OSError):
        return {}


def typed_texts(request: HttpRequest) -> list[str]:
    """Return what a person typed into the form that could not be taken in, so that they can copy it."""
    return [value for name, value in posted(request).items() if len(value.strip()) > 1 and _is_typed(name)][:MOST_TEXTS]


def _is_typed(name: str) -> bool:
    is_chosen = name in NOT_TYPED or name.endswith(NOT_TYPED_OF_MANY)
    return not is_chosen and not any(word in name.lower() for word in SECRET_WORDS)


def _page(request: HttpRequest, status: int, template: str = "", **context) -> HttpResponse:
    """Render the page of `status` within the site's frame; without the frame where that fails too."""
    try:
        texts = {"texts": typed_texts(request), "factor_url": _factor_url(request) if status in (403, 404) else ""}
        return render(request, template or f"errors/{status}.html", texts | context, status=status)
    except OperationalError:
        return _bare_page(request, 503)


def _factor_url(request: HttpRequest) -> str:
    """Return where staff show their second factor, for those to whom that may open the page; empty for others."""
    user = getattr(request, "user", None)
    if user is None or not needs_factor(user):
        return ""
    return with_query("users:second_factor", next=request.get_full_path() if request.method == "GET" else "")


def _bare_page(request: HttpRequest, status: int) -> HttpResponse:
    """Render a page that asks neither the database nor the session: only the address tells the language."""
    language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with override(language):
        words = render_to_string(f"errors/{status}.html", {"language": language, "texts": typed_texts(request)})
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": RETRY_AFTER} if status == 503 else {})
    return HttpResponse(words, status=status, headers=headers)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer someone who tried too often (allauth's rate limits lead here)."""
    return _page(request, 429)


@login_not_required
def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose secret is gone: the page lay open too long, or cookies are off. Nothing typed is lost.

    An idea's words can go on as a new draft. Anything else is shown to be copied: this form cannot be trusted, and a
    press here must not do what another site has asked for.
    """
    is_an_idea = request.resolver_match and request.resolver_match.view_name in WHERE_IDEAS_ARE_WRITTEN
    kept = KeptTextsForm(posted(request) if is_an_idea else {})
    return _page(request, 403, "errors/form_out_of_date.html", form=kept)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; an unreachable database is said as what it is: away for a moment."""
    is_database_away = isinstance(sys.exc_info()[1], OperationalError)
    return _bare_page(request, 503 if is_database_away else 500)

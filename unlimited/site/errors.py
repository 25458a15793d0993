"""What a person sees when something is wrong: words, what was typed, and a way on. Wired in `unlimited/urls.py`."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_path, override

from ideas.forms.submission import KeptTextsForm
from unlimited.content.methods import wants_json
from unlimited.content.typed import LostAccessError, posted, what_was_typed
from unlimited.site.repeating import comes_from_here, repeat_of
from unlimited.users.login import with_query
from unlimited.users.rules import needs_factor

# Seconds after which a browser or a monitor may ask again.
RETRY_AFTER = "10"
WHERE_IDEAS_ARE_WRITTEN = ("ideas:new", "ideas:draft")


def _page(request: HttpRequest, status: int, template: str = "", **context) -> HttpResponse:
    """Render the page of `status` within the site's frame; without the frame where that fails too."""
    try:
        facts = context | {"factor_url": _factor_url(request) if status in (403, 404) else ""}
        return render(request, template or f"errors/{status}.html", facts, status=status)
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
        typed = {"language": language, "typed": what_was_typed(request)}
        words = render_to_string(f"errors/{status}.html", typed)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": RETRY_AFTER} if status == 503 else {})
    return HttpResponse(words, status=status, headers=headers)


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    """Answer who may not do this. Words that came along are shown again.

    The page is made of the POST and of who asks: it is the same whether the object is another's or was never there.
    """
    return _page(request, status, "errors/refused.html" if what_was_typed(request) else "")


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return _page(request, 413 if is_too_much else 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refused(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is not there for this person. Somebody who had access until now is told what has happened."""
    if isinstance(exception, LostAccessError):
        facts = {"words": exception.words, "way_on": resolve_url(exception.back)}
        return _page(request, 404, "errors/not_saved.html", **facts)
    return _refused(request, 404)


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer someone who tried too often (allauth's rate limits lead here)."""
    return _page(request, 429)


@login_not_required
def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is no longer good: the page lay open too long, or cookies are off.

    A script that saves a draft gets a good token, and saves once more; no other site can read that answer. Otherwise
    what was typed is shown, with a button that sends it again. Where the form came from another site there is no such
    button, so that a press here never does what that site has asked for; an idea's words can still begin a draft.
    """
    if wants_json(request) and comes_from_here(request):
        return JsonResponse({"csrf": get_token(request)}, status=403)
    repeat = repeat_of(request)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    is_kept = repeat is None and view_name in WHERE_IDEAS_ARE_WRITTEN
    kept = KeptTextsForm(posted(request) if is_kept else {})
    return _page(request, 403, "errors/form_out_of_date.html", form=kept, repeat=repeat)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; an unreachable database is said as what it is: away for a moment."""
    is_database_away = isinstance(sys.exc_info()[1], OperationalError)
    return _bare_page(request, 503 if is_database_away else 500)

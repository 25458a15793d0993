"""What holds for every page of somebody logged in."""

import re
import uuid
from functools import partial

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from unlimited import logs, origin
from unlimited.users.factor import is_factor_shown
from unlimited.users.login import with_query
from unlimited.users.rules import needs_factor

# What concerns one person, also where the address alone opens it, such as an invitation or a seat.
PRIVATE_PATHS = re.compile(
    r"^/(?:(?:nn|en)/)?(?:admin|arbeidsflate|ideer/(?:kvittering|utkast)|invitasjon|konto|min-side|pamelding|plass)(?:/|$)"
)
STAFF_PATHS = re.compile(r"^/(?:(?:nn|en)/)?(?:arbeidsflate|admin)(?:/|$)")


class OriginMiddleware:
    """Give each request an id, and attribute what it writes to its person and its page.

    The person is asked for at the first write only: a page that writes nothing asks no session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4().hex
        request.environ[logs.REQUEST] = request.id
        of_request = origin.Origin(request_id=request.id, actor=lambda: _actor(request), address=lambda: _ip(request))
        with origin.begun(of_request):
            return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        origin.current().action = request.environ[logs.ROUTE] = request.resolver_match.view_name


def _actor(request) -> str:
    """Return the pseudonym of who is logged in; empty before the session is read."""
    return origin.pseudonym(getattr(request, "user", None))


def _ip(request) -> str:
    return get_adapter().get_client_ip(request)


class NoStoreMiddleware:
    """A page made in a session is kept by no cache: the next person at the same tablet sees nothing by going back.

    Also before log-in: a draft is shown to the session that wrote it. And no search engine shows what is private,
    should such an address get about. Asks no database.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_private = PRIVATE_PATHS.match(request.path_info)
        if is_private:
            response["X-Robots-Tag"] = "noindex"
        if is_private or request.session.session_key:
            response["Cache-Control"] = "private, no-store"
        return response


class SessionUserMiddleware(AuthenticationMiddleware):
    """As Django's, and the user of the request carries whether their session has shown the second factor.

    Lazy, as the user itself: a page that asks for no user reads no session. This is the only place that gives a user
    object staff permissions.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_user_with_factor, request))


def _user_with_factor(request):
    user = get_user(request)
    if settings.REQUIRE_STAFF_MFA and user.is_authenticated:
        user.has_shown_factor = is_factor_shown(request, user)
    return user


class SecondFactorMiddleware:
    """Show staff the way to the second factor where they look for the desk or the admin.

    It guards nothing: without the factor they have no staff permission there or anywhere. So a form that is sent after
    the factor ran out is refused by its own page, which keeps what was typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        looks_for_desk = request.method in {"GET", "HEAD"} and STAFF_PATHS.match(request.path_info)
        if looks_for_desk and needs_factor(request.user):
            return redirect(with_query("users:second_factor", next=request.get_full_path()))
        return self.get_response(request)

"""Tablet mode: a machine that visitors of an incubator share forgets each of them after ten minutes without a request.

The session says so, and the server enforces it. The mode outlives log-out and all else that ends a session; only
`end_tablet_mode` ends it.
"""

import time

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _

SESSION_KEY = "tablet"
IDLE_SECONDS = 10 * 60
# The clock in the session may be behind by this much, so that not every request writes the session.
STEP_SECONDS = 20


def start_tablet_mode(request: HttpRequest, *, home: str) -> None:
    """Log out, forget what the session holds, and make it one of a shared tablet that comes back to `home`."""
    logout(request)
    request.session[SESSION_KEY] = {"home": home, "at": time.time()}


def end_tablet_mode(request: HttpRequest) -> None:
    request.session[SESSION_KEY] = None


def is_tablet(session) -> bool:
    return bool(session.get(SESSION_KEY))


class TabletMiddleware:
    """Forget the last visitor when the tablet was idle, and have the page load again so that the screen forgets too.

    Reads no session where the request has none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        tablet = request.session.get(SESSION_KEY) if request.session.session_key else None
        if not tablet:
            return self.get_response(request)
        now = time.time()
        idle = now - tablet["at"]
        if idle > IDLE_SECONDS:
            start_tablet_mode(request, home=tablet["home"])
            messages.info(request, _("Ten minutes went by, so this machine has forgotten who was here before you."))
            return HttpResponseRedirect(tablet["home"])
        if idle > STEP_SECONDS:
            tablet["at"] = now
            request.session[SESSION_KEY] = tablet
        response = self.get_response(request)
        if SESSION_KEY not in request.session:  # somebody has logged out
            request.session[SESSION_KEY] = {"home": tablet["home"], "at": now}
        if is_tablet(request.session):
            response["Refresh"] = str(IDLE_SECONDS + 5)
        return response

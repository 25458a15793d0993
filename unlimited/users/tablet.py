"""Tablet mode: a machine that visitors of an incubator share forgets each of them after ten minutes without a press.

The session says so, and the server enforces it by the time since the last request. `static/js/tablet.js` tells the
server of presses on a page that sends no request, warns a minute before the end, and loads the first page after it.
Without JavaScript the page loads the first page ten minutes after it was opened, and says so beforehand. The mode
outlives log-out and all else that ends a session; only `end_tablet_mode` ends it.
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
# The page warns so long before it forgets, and tells the server of presses as often as this.
WARN_SECONDS = 60
PING_SECONDS = 30


def start_tablet_mode(request: HttpRequest, *, home: str) -> None:
    """Log out, forget what the session holds, and make it one of a shared tablet that comes back to `home`."""
    logout(request)
    request.session[SESSION_KEY] = {"home": home, "at": time.time()}


def end_tablet_mode(request: HttpRequest) -> None:
    request.session[SESSION_KEY] = None


def is_tablet(session) -> bool:
    return bool(session.get(SESSION_KEY))


def timing_of(request: HttpRequest) -> dict | None:
    """Return what a page of a shared tablet needs to forget in time; None on other machines.

    A page that asks for it keeps the time itself; all others load again by a header.
    """
    home = getattr(request, "tablet_home", "")
    if not home:
        return None
    request.keeps_tablet_time = True
    return {"home": home, "idle": IDLE_SECONDS, "warn": WARN_SECONDS, "ping": PING_SECONDS, "reload": reload_after()}


def reload_after() -> int:
    """Seconds after which a page without a script loads again: a little later than the server forgets."""
    return IDLE_SECONDS + 5


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
        request.tablet_home = tablet["home"]
        response = self.get_response(request)
        if SESSION_KEY not in request.session:  # somebody has logged out
            request.session[SESSION_KEY] = {"home": tablet["home"], "at": now}
        if is_tablet(request.session) and not getattr(request, "keeps_tablet_time", False):
            response["Refresh"] = str(reload_after())
        return response

"""Headers of every answer, and what is asked of a form that is sent, whatever view it goes to."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from unlimited.content.methods import wants_json
from unlimited.content.typed import most_values, what_was_typed

# In characters. Each field has a bound of its own far below, and says so in its form.
MOST_TEXT = 3 * 2**20
# No page uses these; a script that got in could not either.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class BrowserLimitsMiddleware:
    """Add the headers that Django and whitenoise do not set, to static files and redirects too (first in the list)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Other sites do not embed our pages, pictures or files.
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class KindLoginRequiredMiddleware(LoginRequiredMiddleware):
    """As Django's: every page asks for a log-in unless it is marked as public.

    A form posted after the session ended is answered with what was typed, where Django alone would drop it.
    """

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        if wants_json(request):
            words = _("You have been logged out. Log in again in another window, and this is saved.")
            return JsonResponse({"message": words}, status=403)
        if not what_was_typed(request):
            return super().handle_no_permission(request, view_func)
        return render(request, "errors/logged_out.html", status=403)


class BoundedFormMiddleware:
    """A POST carries no more values than its forms have room for, and no more text. What was typed is on the answer.

    Work on a form grows with its values: 7 000 of them, which no page of ours sends, cost a second of CPU.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "POST":
            return None
        # Read as the view would: what cannot be read is a 400 here too.
        texts = [text for _name, values in request.POST.lists() for text in values]
        if len(texts) <= most_values(request) and sum(map(len, texts)) <= MOST_TEXT:
            return None
        if wants_json(request):
            return JsonResponse({"message": _("This is more than there is room for. Shorten it.")}, status=413)
        return render(request, "errors/413.html", status=413)

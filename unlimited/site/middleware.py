"""Headers of every answer, and a form posted after the session ended."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from unlimited.site.errors import typed_texts

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
    """As Django's: every page asks for a log-in unless it is marked as public. What was typed is shown, not dropped."""

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        texts = typed_texts(request) if request.method == "POST" else []
        if not texts:
            return super().handle_no_permission(request, view_func)
        return render(request, "errors/logged_out.html", {"texts": texts}, status=403)

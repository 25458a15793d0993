"""A form posted after the session ended: say so, and show what was typed, where Django alone would drop it."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from unlimited.site.errors import typed_texts


class KindLoginRequiredMiddleware(LoginRequiredMiddleware):
    """As Django's: every page asks for a log-in unless it is marked as public."""

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        texts = typed_texts(request) if request.method == "POST" else []
        if not texts:
            return super().handle_no_permission(request, view_func)
        return render(request, "errors/logged_out.html", {"texts": texts}, status=403)

"""Which methods a page answers, where Django's own `require_safe` and `require_POST` do not fit; and in which form."""

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

# Shown by GET, sent by POST.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which shows the answer's words on the page that is open."""
    return request.headers.get("Accept") == "application/json"

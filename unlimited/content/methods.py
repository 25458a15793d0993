"""Which methods a page answers, where Django's own `require_safe` and `require_POST` do not fit."""

from django.views.decorators.http import require_http_methods

# Shown by GET, sent by POST.
form_page = require_http_methods(["GET", "HEAD", "POST"])

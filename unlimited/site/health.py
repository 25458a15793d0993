"""Two addresses for those who watch the process: is it alive, and can it reach its database."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

RETRY_AFTER = "5"


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else, so that an outage elsewhere does not restart it."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too; 503 while it does not. Redis is no condition: pages work without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '2s'; SELECT 1")
            cursor.execute("RESET statement_timeout")
    except (DatabaseError, PoolTimeout):
        return HttpResponse(
            "database away", status=503, content_type="text/plain", headers={"Retry-After": RETRY_AFTER}
        )
    return HttpResponse("ok", content_type="text/plain")

"""Two addresses for those who watch the process: is it alive, and can it reach its database."""

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


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
        _ask_database()
    except psycopg.Error:
        return HttpResponse("database away", status=503, content_type="text/plain", headers={"Retry-After": "10"})
    return HttpResponse("ok", content_type="text/plain")


def _ask_database() -> None:
    """Connect anew and ask for 1: a connection from the pool could wait for ever on a server that has frozen."""
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"],
        port=server["PORT"] or None,
        dbname=server["NAME"],
        user=server["USER"],
        password=server["PASSWORD"],
        connect_timeout=2,
        options="-c statement_timeout=1000",
    ) as database:
        database.execute("SELECT 1")

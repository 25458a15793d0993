"""Two addresses for those who watch the process: is it alive, and can it and the scheduled tasks work."""

from contextlib import suppress

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from unlimited.runs.models import TaskRun

FAILING = "SELECT task FROM runs_taskrun WHERE failures_in_a_row >= %s ORDER BY task"


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It calls no other service, so that an outage elsewhere does not restart it."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too; 503 while it does not. Redis is no condition: pages work without it.

    `degraded` with a reason per line is still 200: pages work, and a person has to look.
    """
    try:
        failing = _ask_database()
    except psycopg.Error:
        return HttpResponse("database away", status=503, content_type="text/plain", headers={"Retry-After": "10"})
    reasons = [f"task failing: {task}" for task in failing]
    return HttpResponse("\n".join(["degraded", *reasons] if reasons else ["ok"]), content_type="text/plain")


def _ask_database() -> list[str]:
    """Return the names of the scheduled tasks that fail repeatedly.

    Connects anew: a connection from the pool could wait for ever on a server that has frozen.
    """
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
        with suppress(psycopg.Error):  # a table that is locked or not made yet makes no process unready
            return [task for (task,) in database.execute(FAILING, [TaskRun.FAILING_AFTER]).fetchall()]
    return []

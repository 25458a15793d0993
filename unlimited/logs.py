"""What the processes write down: one key=value line per event, on stderr, and nothing that a person has typed.

All of it by allow-list. Of a request: method, name of the route, id. Of an exception: its class and where it was
raised, never its words, for they quote what was sent: a row, an address, a token. Of a database error: SQLSTATE,
constraint and table. Of other people's libraries: the template of the message without what fills it in.
"""

import logging
import traceback
from collections.abc import Iterator

import structlog
from django.core.mail import mail_admins
from django.utils.html import format_html
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

OURS = ("unlimited", "incubators", "ideas", "events", "security")
# Environment of the WSGI server: the log of its accesses names the route and the request as our lines do.
ROUTE, REQUEST = "unlimited.route", "unlimited.request"


def without_request(_logger, _name, event: dict) -> dict:
    """Keep of a request its method, the name of its route and its id. A path, a query and a Referer hold tokens."""
    request = event.pop("request", None)
    if hasattr(request, "path"):
        match = getattr(request, "resolver_match", None)
        event |= {
            "method": request.method,
            "route": (match and match.view_name) or "-",
            "request_id": getattr(request, "id", "-"),
        }
    return event


def without_values(_logger, _name, event: dict) -> dict:
    """Write down of a library's message what was in its source code only: the template, or the place."""
    record, values = event.get("_record"), event.pop("positional_args", ())
    if record is None or record.name.partition(".")[0] in OURS:
        return event
    if record.name.startswith("django.security"):
        event["event"] = record.name.rpartition(".")[2]
    elif values:
        event["event"] = record.msg
    else:
        event["event"] = f"{record.module}.{record.funcName}:{record.lineno}"
    if isinstance(values, dict) and record.name.startswith("celery."):
        event["task"] = values.get("name", "-")
    return event


def with_facts(_logger, _name, event: dict) -> dict:
    """Write each fact of a security event as a key of its own."""
    return event | event.pop("facts", {})


def safe_exception(_logger, _name, event: dict) -> dict:
    """Replace the exception by its class and places, chain and all."""
    problem = event.pop("exc_info", None)
    event.pop("stack_info", None)
    error = problem[1] if isinstance(problem, tuple) else problem
    if error is not None:
        event["exception"] = "\n".join(_lines_of(error))
    return event


def _lines_of(error: BaseException, seen: frozenset = frozenset()) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines_of(before, seen | {id(error)})
        yield "which led to:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"
    facts = " ".join(f"{name}={value}" for name, value in _database_facts(error).items())
    yield f"{type(error).__module__}.{type(error).__qualname__} {facts}".rstrip()


def _database_facts(error: BaseException) -> dict[str, str]:
    """Return what names the rule that was broken. DETAIL and the message quote the row."""
    diagnosis = getattr(error, "diag", None)
    facts = {"sqlstate": getattr(error, "sqlstate", None)} if diagnosis is not None else {}
    for name in ("constraint_name", "table_name", "column_name"):
        facts[name] = getattr(diagnosis, name, None)
    return {name: value for name, value in facts.items() if value}


_SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_values,
    with_facts,
    safe_exception,
    without_request,
]

FORMATTER = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": [structlog.stdlib.ExtraAdder(allow=["request", "status_code", "template", "facts"]), *_SHARED],
    "pass_foreign_args": True,
    "processors": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": FORMATTER},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
        "administrators": {
            "class": "unlimited.logs.AdministratorsHandler",
            "level": "ERROR",
            "filters": ["require_debug_false"],
            "formatter": "lines",
        },
    },
    "filters": {"require_debug_false": {"()": "django.utils.log.RequireDebugFalse"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers give way: all lines look alike, and reach the administrators once.
    "loggers": {
        "django": {"handlers": ["administrators"], "level": "INFO", "propagate": True},
        # Somebody tries what is refused, such as a forged host: a line, and no mail that they could send at will.
        "django.security": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # Who came in, who was given which role, what left the house: unlimited/security_log.py.
        "security": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

# The server's own lines look like ours. Its accesses are written where `--access-logfile` says, by the format in
# gunicorn.conf.py.
GUNICORN_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": FORMATTER},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}


class AdministratorsHandler(AdminEmailHandler):
    """Mail to administrators the line that the log has, with a subject that names the route and no address."""

    def emit(self, record: logging.LogRecord) -> None:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        where = (match and match.view_name) or record.name
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        mail_admins(f"{error}: {where}", self.format(record).replace("\\n", "\n"), fail_silently=True)


class PlacesOnly(ExceptionReporter):
    """An error report of class and places; for whatever asks Django for one."""

    def get_traceback_text(self) -> str:
        return "\n".join(_lines_of(self.exc_value)) if self.exc_value is not None else ""

    def get_traceback_html(self) -> str:
        return format_html("<pre>{}</pre>", self.get_traceback_text())


class NothingPersonal(SafeExceptionReporterFilter):
    """An error report to administrators: where it broke, never what somebody had written there."""

    def is_active(self, request) -> bool:
        return True

    def get_post_parameters(self, request) -> dict:
        return {}

    def get_traceback_frame_variables(self, request, tb_frame) -> list:
        return []

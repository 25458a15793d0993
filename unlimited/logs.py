"""What the processes write down: one key=value line per event, on stderr, and nothing that a person has typed."""

import structlog
from django.views.debug import SafeExceptionReporterFilter

_SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def without_request(_logger, _name, event: dict) -> dict:
    """Keep of a request what is needed to find the fault, its method and path: the rest may hold personal data."""
    request = event.pop("request", None)
    if hasattr(request, "path"):
        event |= {"method": request.method, "path": request.path}
    return event


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [structlog.stdlib.ExtraAdder(allow=["request", "status_code"]), *_SHARED],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_request,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
            ],
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
        "administrators": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "filters": ["require_debug_false"],
        },
    },
    "filters": {"require_debug_false": {"()": "django.utils.log.RequireDebugFalse"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers give way: all lines look alike, and reach the administrators once.
    "loggers": {
        "django": {"handlers": ["administrators"], "level": "INFO", "propagate": True},
        # Somebody tries what is refused, such as a forged host: a line, and no mail that they could send at will.
        "django.security": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


class NothingPersonal(SafeExceptionReporterFilter):
    """An error report to administrators: where it broke, never what somebody had written there."""

    def is_active(self, request) -> bool:
        return True

    def get_post_parameters(self, request) -> dict:
        return {}

    def get_traceback_frame_variables(self, request, tb_frame) -> list:
        return []

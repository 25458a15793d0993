"""How the web process runs in production. `gunicorn` alone reads this."""

import os
from pathlib import Path

import gunicorn

from unlimited import logs

# The `Server` header names neither product nor version.
gunicorn.SERVER = "web"
wsgi_app = "unlimited.wsgi"
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# A process that leaks is replaced before anybody notices, and not all at once.
max_requests, max_requests_jitter = 5000, 500
# Longer than the slowest honest request, shorter than a person's patience.
timeout, graceful_timeout = 30, 20
# The heartbeat's file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# It is controlled by signals only.
control_socket_disable = True
# The route instead of the address, and neither query nor Referer nor whose network: tokens and people are in those.
access_log_format = f"%(t)s %(m)s %({{{logs.ROUTE}}}e)s %(s)s %(B)s %(M)sms %({{{logs.REQUEST}}}e)s"
logconfig_dict = logs.GUNICORN_LOGGING

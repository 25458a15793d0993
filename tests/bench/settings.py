"""Settings as in production, with the views to compare with; the database and the folders are the benchmark's own."""

import os

# Not secret: the benchmark's servers listen on this machine alone, for as long as it runs.
os.environ |= {
    "DEBUG": "0",
    "SECRET_KEY": "only-for-the-benchmark-" + "x" * 40,
    "SITE_URL": "https://bench.example",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "DEFAULT_FROM_EMAIL": "bench@bench.example",
}

from unlimited.settings import *  # noqa: F403
from unlimited.settings import CACHES, INSTALLED_APPS, MIDDLEWARE

# The benchmark speaks plain HTTP to its own server.
SITE_URL = "http://localhost"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.views.cold", *MIDDLEWARE]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
STATIC_ROOT = os.environ["BENCH_STATIC"]
# Each server's rendered pieces have names of their own, so that they can be thrown away alone.
CACHES["fragments"]["KEY_PREFIX"] = os.environ["BENCH_FRAGMENTS"]

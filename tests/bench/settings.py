"""Settings as in production, with the views to compare with; the database and the folders are the benchmark's own."""

import os

# Not secret: the benchmark's servers listen on this machine alone, for as long as it runs.
os.environ |= {"DEBUG": "0", "SECRET_KEY": "only-for-the-benchmark-" + "x" * 40, "SITE_URL": "http://localhost"}

from unlimited.settings import *  # noqa: F403
from unlimited.settings import CACHES, INSTALLED_APPS, MIDDLEWARE

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.views.cold", *MIDDLEWARE]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
STATIC_ROOT = os.environ["BENCH_STATIC"]
# Each server's rendered pieces have names of their own, so that they can be thrown away alone.
CACHES["fragments"]["KEY_PREFIX"] = os.environ["BENCH_FRAGMENTS"]

"""The project's settings as tests want them: quick, in files of their own, and strict about templates."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("EMAIL_URL", "smtp://127.0.0.1:9")

from tests.template_guard import UNDEFINED
from unlimited.settings import *  # noqa: F403
from unlimited.settings import BASE_DIR, CACHES, DATABASES, REDIS_URL, STORAGES, TEMPLATES

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
SCRATCH = BASE_DIR / "var" / "test-files" / WORKER

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The sweeps' people log in once; on a slow machine five minutes pass before the last address is asked.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
# And tests travel in time. What happens to a session that is left alone has tests of its own.
STAFF_FACTOR_HOURS = STAFF_IDLE_MINUTES = 10**6

# Barrier threads and the live server's threads connect at once.
DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 32
# A plan that goes wrong fails in the test that asks for it, instead of holding up all of them.
DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=10s"
# Parallel workers share one Redis server; a database of its own keeps each one's fragments and bells apart.
REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{int(WORKER.removeprefix('gw')) + 1 if WORKER != 'main' else 0}"
CACHES["fragments"]["LOCATION"] = CELERY_BROKER_URL = REDIS_URL

MEDIA_ROOT = SCRATCH / "media"
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED

"""Production starts with safe settings, or stops with one sentence that names the variable."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "an-honest-key-0123456789-abcdefghijklmnopqrstuvwxyz-ABC"
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": KEY,
    "SITE_URL": "https://norge-unlimited.example",
    "ALLOWED_HOSTS": "norge-unlimited.example",
    "DEFAULT_FROM_EMAIL": "Norge Unlimited <post@norge-unlimited.example>",
    "DATABASE_URL": "postgres://somebody@localhost/none",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp://localhost:25",
}
SHOW = "import json, sys, unlimited.settings as s; print(json.dumps({n: getattr(s, n, None) for n in sys.argv[1:]}))"


def start(*names: str, without: str = "", **changed: str) -> subprocess.CompletedProcess:
    """Read the settings in a process of its own, as a server does when it starts; print those with `names`."""
    values = {name: value for name, value in (PRODUCTION | changed).items() if name != without}
    env = {"PATH": os.environ["PATH"], **values}
    return subprocess.run([sys.executable, "-c", SHOW, *names], cwd=ROOT, env=env, capture_output=True, text=True)


def settings_with(*names: str, **changed: str) -> dict:
    started = start(*names, **changed)
    assert started.returncode == 0, started.stderr
    return json.loads(started.stdout)


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"DEBUG"}))
def test_production_without_a_value_stops_with_one_sentence_that_names_it(name):
    refused = start(without=name)
    assert refused.returncode == 1
    last = refused.stderr.strip().splitlines()[-1]
    assert f"ImproperlyConfigured: The environment variable {name} is missing or wrong: " in last
    assert last.endswith(".")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x"),
        ("SECRET_KEY", "x" * 60),
        ("SECRET_KEY", ""),
        ("SECRET_KEY_FALLBACKS", f"{KEY}-old,short"),
        ("SITE_URL", "http://norge-unlimited.example"),
        ("SITE_URL", "https://localhost"),
        ("SITE_URL", "https://127.0.0.1:8000"),
        ("SITE_URL", "https://"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "norge-unlimited.example,*"),
        ("DEFAULT_FROM_EMAIL", "ingen-svar@localhost"),
        ("DEFAULT_FROM_EMAIL", "Norge Unlimited"),
    ],
)
def test_production_refuses_an_unsafe_value(name, value):
    refused = start(**{name: value})
    assert refused.returncode == 1
    assert f"The environment variable {name} is missing or wrong: " in refused.stderr.strip().splitlines()[-1]


def test_earlier_key_is_still_accepted():
    old = f"{KEY}-old"
    assert settings_with("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS=old) == {"SECRET_KEY_FALLBACKS": [old]}


def test_development_needs_none_of_these_values():
    needed = {name: PRODUCTION[name] for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")}
    env = {"PATH": os.environ["PATH"], "DEBUG": "1", **needed}
    subprocess.run([sys.executable, "-c", "import unlimited.settings"], cwd=ROOT, env=env, check=True)


def test_production_has_secure_cookies_and_hsts():
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_PRELOAD")
    assert set(settings_with(*names).values()) == {True}
    assert settings_with("SESSION_COOKIE_NAME", "SECURE_HSTS_SECONDS") == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    }


def test_hsts_begins_as_carefully_as_asked_for():
    asked = {"HSTS_SECONDS": "86400", "HSTS_INCLUDE_SUBDOMAINS": "0", "HSTS_PRELOAD": "0"}
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert list(settings_with(*names, **asked).values()) == [86400, False, False]


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY_FALLBACKS"])
def test_secret_is_read_from_the_file_that_is_named(name, tmp_path):
    values = PRODUCTION | {"SECRET_KEY_FALLBACKS": f"{KEY}-old"}
    shown = {"DATABASE_URL": "DATABASES", "EMAIL_URL": "EMAIL_HOST"}.get(name, name)
    file = tmp_path / "secret"
    file.write_text(values[name] + "\n")
    from_file = start(shown, without=name, **{f"{name}_FILE": str(file)})
    assert json.loads(from_file.stdout) == settings_with(shown, **{name: values[name]})


def test_secret_file_that_is_missing_stops_with_a_sentence(tmp_path):
    refused = start(without="SECRET_KEY", SECRET_KEY_FILE=str(tmp_path / "none"))
    assert "The environment variable SECRET_KEY is missing or wrong: " in refused.stderr.strip().splitlines()[-1]

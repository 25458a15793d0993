"""Nothing that a person typed, and no token of an address, is in a log or in a mail to administrators."""

import contextlib
import http.client
import io
import logging
import subprocess
import sys
from logging.config import DictConfigurator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.db import IntegrityError
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.debug import get_exception_reporter_class

from ideas.models import Budget
from tests.factories import IncubatorFactory
from tests.unlimited.test_deployment import ROOT, banner_at
from unlimited import urls
from unlimited.celery import app
from unlimited.embedded import free_port
from unlimited.logs import LOGGING

STORY, TOKEN = "my-secret-story", "dG9rZW4"
handler500 = urls.handler500
ADMINS = [("ops@example.no", "ops@example.no")]
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@login_not_required
def breaking(request, token):
    raise RuntimeError(f"it broke at {request.POST['story']}, {token}")


@login_not_required
def breaking_row(request, token):
    Budget.objects.create(incubator=IncubatorFactory(), year=1066, kroner=424242)


urlpatterns = [
    path("breaking/<str:token>/", breaking, name="breaking"),
    path("breaking-row/<str:token>/", breaking_row, name="breaking_row"),
    *urls.urlpatterns,
]


@pytest.fixture
def log():
    """The log as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DictConfigurator(LOGGING).configure_formatter({**LOGGING["formatters"]["lines"]}))
    loggers = [logging.root, logging.getLogger("django.security")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def ask(method: str, url: str, data=None, **headers):
    client = Client(raise_request_exception=False)
    secrets = {"referer": f"http://testserver/from/{TOKEN}/", **headers}
    return getattr(client, method)(f"{url}?kode={TOKEN}", data, headers=secrets)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__, ADMINS=ADMINS, EMAIL_BACKEND=LOCMEM)
def test_a_broken_page_is_logged_and_mailed_by_route_and_place_only(log):
    assert ask("post", f"/breaking/{TOKEN}/", {"story": STORY}).status_code == 500
    line = next(line for line in log.getvalue().splitlines() if "route=breaking" in line)
    for known in ("level=error", "method=POST", "status_code=500", "request_id=", "RuntimeError", "in breaking"):
        assert known in line
    (letter,) = mail.outbox
    assert letter.to == ["ops@example.no"]
    assert letter.subject.endswith("RuntimeError: breaking")
    assert "in breaking" in letter.body
    for text in (log.getvalue(), letter.message().as_string()):
        assert STORY not in text
        assert TOKEN not in text.replace("{token}", "")


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__, ADMINS=ADMINS, EMAIL_BACKEND=LOCMEM)
def test_a_refused_row_is_named_by_its_constraint(log):
    assert ask("get", f"/breaking-row/{TOKEN}/").status_code == 500
    (letter,) = mail.outbox
    for text in (log.getvalue(), letter.message().as_string()):
        assert "sqlstate=23514 constraint_name=budget_year table_name=ideas_budget" in text.replace("=\n", "")
        for secret in ("Failing row", "424242,", TOKEN):
            assert secret not in text


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_logged_without_its_address(log):
    assert ask("get", f"/en/plass/{TOKEN}/").status_code == 404
    assert "status_code=404" in log.getvalue()
    assert TOKEN not in log.getvalue()


@pytest.mark.django_db
def test_a_refused_form_is_logged_without_referer(log):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/en/konto/login/?k={TOKEN}", secure=True, headers={"referer": f"https://evil.no/{TOKEN}"})
    assert answer.status_code == 403
    assert "logger=django.security.csrf event=csrf" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_words_of_libraries_are_written_without_their_values(log):
    logging.getLogger("celery.beat").warning("Consumer: %s", f"redis://:{TOKEN}@host")
    logging.getLogger("somelibrary").warning(f"Got {TOKEN}")
    assert 'event="Consumer: %s"' in log.getvalue()
    assert "event=test_logs.test_words_of_libraries" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_an_exception_chain_is_written_without_words(log):
    try:
        try:
            raise ValueError(TOKEN)
        except ValueError as error:
            raise KeyError(TOKEN) from error
    except KeyError:
        logging.getLogger("unlimited").exception("It failed.")
    line = log.getvalue()
    assert line.index("builtins.ValueError") < line.index("which led to") < line.index("builtins.KeyError")
    assert TOKEN not in line


@app.task(name="tests.break")
def break_task(secret):
    raise RuntimeError(secret)


def test_a_task_that_fails_is_logged_by_its_name(log):
    break_task.apply(args=[TOKEN])
    assert "task=tests.break" in log.getvalue()
    assert "in break_task" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_the_worker_keeps_our_handlers():
    """Celery sets up handlers of its own unless somebody listens; those write arguments and exceptions."""
    code = (
        "import django; django.setup(); import logging; from unlimited.celery import app;"
        "app.log.already_setup = False; app.log.setup_logging_subsystem(loglevel='WARNING');"
        "logging.getLogger('celery.app.trace').error('Task %(name)s', {'name': 'a.task', 'args': 'TOKEN'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "task=a.task" in done.stderr
    assert "TOKEN" not in done.stderr


@override_settings(DEFAULT_EXCEPTION_REPORTER="unlimited.logs.PlacesOnly")
def test_a_report_that_django_makes_has_places_only():
    request = RequestFactory().get(f"/{TOKEN}/")
    try:
        raise IntegrityError(TOKEN)
    except IntegrityError as error:
        report = get_exception_reporter_class(request)(request, type(error), error, error.__traceback__)
    assert "test_a_report_that_django" in report.get_traceback_text()
    assert TOKEN not in report.get_traceback_text() + report.get_traceback_html()


def test_gunicorn_writes_neither_addresses_nor_words_of_errors():
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--access-logfile", "-"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.unlimited.broken_wsgi"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as server:
        try:
            banner_at(port)
            for address in ("fine", "break"):
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
                    client.request("GET", f"/{address}/{TOKEN}/?kode={TOKEN}", headers={"Referer": f"http://x/{TOKEN}"})
                    client.getresponse().read()
        finally:
            server.terminate()
        written = server.stdout.read()
    assert " GET events:participant 200 " in written
    assert "0123abcd" in written
    assert "Error handling request" in written
    assert "in application" in written
    assert TOKEN not in written


def test_an_event_of_two_lines_is_one_line(log):
    logging.getLogger("unlimited").warning("first\nsecond")
    lines = log.getvalue().splitlines()
    assert [line.endswith(r"logger=unlimited event=first\nsecond") for line in lines if "second" in line] == [True]


@pytest.mark.django_db
@override_settings(ADMINS=ADMINS, EMAIL_BACKEND=LOCMEM)
def test_a_forged_host_is_no_mail_that_strangers_send_at_will():
    for host in ("evil.example", "other.example"):
        assert Client().get("/en/", headers={"Host": host}).status_code == 400
    assert mail.outbox == []

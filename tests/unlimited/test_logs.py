"""A page that breaks leaves one line to find it by, and a mail without a word that somebody typed."""

import io
import logging
from logging.config import DictConfigurator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.test import Client, override_settings
from django.urls import path

from unlimited import urls
from unlimited.logs import LOGGING

STORY = "my-secret-story"
handler500 = urls.handler500


@login_not_required
def breaking(request):
    typed = request.POST["story"]
    raise RuntimeError(f"it broke at {len(typed)}")


urlpatterns = [path("breaking/", breaking), *urls.urlpatterns]


@pytest.fixture
def log():
    """The log as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DictConfigurator(LOGGING).configure_formatter({**LOGGING["formatters"]["lines"]}))
    logging.root.addHandler(handler)
    yield stream
    logging.root.removeHandler(handler)


@pytest.mark.django_db
@override_settings(
    ROOT_URLCONF=__name__,
    ADMINS=[("ops@example.no", "ops@example.no")],
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    DEFAULT_EXCEPTION_REPORTER_FILTER="unlimited.logs.NothingPersonal",
)
def test_a_broken_page_is_logged_and_mailed_without_what_was_typed(log):
    answer = Client(raise_request_exception=False).post("/breaking/", {"story": STORY})
    assert answer.status_code == 500
    line = next(line for line in log.getvalue().splitlines() if "path=/breaking/" in line)
    assert "level=error" in line
    assert "method=POST" in line
    assert "RuntimeError: it broke at 15" in line
    assert STORY not in log.getvalue()
    (letter,) = mail.outbox
    assert letter.to == ["ops@example.no"]
    assert "RuntimeError" in letter.body
    assert STORY not in letter.message().as_string()


def test_an_event_of_two_lines_is_one_line(log):
    logging.getLogger("unlimited").warning("first\nsecond")
    lines = log.getvalue().splitlines()
    assert [line.endswith(r"logger=unlimited event=first\nsecond") for line in lines if "second" in line] == [True]


@pytest.mark.django_db
@override_settings(
    ADMINS=[("ops@example.no", "ops@example.no")], EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)
def test_a_forged_host_is_no_mail_that_strangers_send_at_will():
    for host in ("evil.example", "other.example"):
        assert Client().get("/en/", headers={"Host": host}).status_code == 400
    assert mail.outbox == []

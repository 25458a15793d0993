"""What `make` stands on: the preparation at each start, and the way to a browser."""

import socket

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.browser import install


def test_prepare_stops_with_one_sentence_when_the_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"^Port {port} is taken .* make run PORT=8001\.$"):
            call_command("prepare", port=port)


@pytest.mark.django_db
def test_prepare_brings_an_empty_cache_table_and_changes_nothing_twice(capsys):
    call_command("prepare")
    call_command("prepare")
    assert "cache" in connection.introspection.table_names()
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_prepare_for_development_says_where_and_as_whom(settings, capsys):
    settings.DEBUG = True
    settings.SITE_URL = "http://localhost:8123"
    call_command("prepare", demo=True)
    said = capsys.readouterr().out
    assert "http://localhost:8123\n" in said
    assert "http://localhost:8123/dev/mail/\n" in said
    for role in ("innbygger", "moderator", "leder", "stottespiller", "nasjonal"):
        assert f"{role}@example.no" in said


def test_browser_that_is_there_is_not_installed_again(tmp_path):
    tried = []
    assert install.install(tmp_path / "log", lambda: "/usr/bin/chromium", tried.append)
    assert tried == []


def test_browser_is_looked_for_one_way_after_another(tmp_path):
    tried = []
    ways = [lambda log: tried.append("apt"), lambda log: tried.append("playwright"), lambda log: tried.append("never")]
    assert install.install(tmp_path / "log", lambda: "playwright" in tried, *ways)
    assert tried == ["apt", "playwright"]


@pytest.mark.parametrize(("required", "code"), [("0", 0), ("1", 1)])
def test_no_browser_is_said_in_one_loud_line(monkeypatch, capsys, required, code):
    monkeypatch.setenv("REQUIRE_BROWSER", required)
    monkeypatch.setattr(install, "find_chromium", lambda: None)
    monkeypatch.setattr(install, "install_by_apt", lambda log: log.write_text("E: no such package\n"))
    monkeypatch.setattr(install, "install_by_playwright", lambda log: None)
    assert install.main() == code
    said = capsys.readouterr().err
    assert said.startswith("*** NO CHROMIUM")
    assert "E: no such package" in said
    assert said.count("\n") == 1

"""A first visit is light: what a phone loads before it shows the front page, compressed as the server sends it."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.bench.report import WITH_FONT, WITHOUT_FONT

pytestmark = pytest.mark.django_db


def compressed(content: bytes) -> int:
    return len(brotli.compress(content, quality=5))


def test_first_visit_is_light(client):
    page = client.get("/").content
    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())
    weights = {name: Path(finders.find(name)).read_bytes() for name in set(linked)}

    fonts = sum(len(content) for name, content in weights.items() if name.endswith(".woff2"))
    rest = compressed(page) + sum(compressed(content) for name, content in weights.items() if ".woff2" not in name)

    assert fonts > 0
    assert rest <= WITHOUT_FONT
    assert rest + fonts <= WITH_FONT


def test_no_page_names_another_host(client):
    page = client.get("/").text

    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)

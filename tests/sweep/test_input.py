"""Bad input at every page: in its query, in every field of every form on it, in its path. Never a fault of ours.

The test client raises what a view raises, so each request here is an assertion by itself.
"""

import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from tests.once import Once
from tests.sweep.table import TABLE
from tests.sweep.test_access import TRIED
from tests.sweep.test_pages import EYES, PAGES, readers
from tests.sweep.walk import Page, let_go

BAD_TEXTS = {
    "null byte": "a\x00b",
    "half of a pair": "a\ud800b",
    "writing direction": "\u202egnp.exe\u2066",
    "markup": "<script>alert(1)</script>'\"%s{{ x }}{% y %}",
    "large number": "9" * 40,
    "endless number": "9" * 5000,
    "endless nesting": "[" * 100_000,
    "too long an address": "a@" + ".".join(["b" * 60] * 5) + ".no",
    "look-alike letters": "\u017fom\u0131@example.no",
    "negative number": "-1",
    "spaces": "\t \r\n\u00a0",
}
# What arrives from outside: bytes that are no UTF-8 too.
BAD_QUERIES = [
    *(quote(text.encode("utf-8", "surrogatepass")[:2000]) for text in BAD_TEXTS.values()),
    "%ff%fe",
]
# A form that stands on many pages, or is shown to many people, is tried once.
TRIED_FORMS = Once("forms tried")
pytestmark = pytest.mark.django_db


def names_read_from_queries() -> set[str]:
    """Return every name that our code reads from an address: a view that reads one more is covered by itself."""
    found = {"page", "next", "q"}
    for app in ("unlimited", "incubators", "ideas", "events"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            found.update(re.findall(r"GET(?:\.get\(|\.getlist\(|\[)\"(\w+)\"", path.read_text()))
    return found


@pytest.mark.parametrize("name", TRIED)
def test_bad_query_is_answered(name, world, client_of):
    for entry in TABLE[name]:
        role = next((role for role in EYES if role in entry.look), None)
        for kwargs in entry.objects(world)[:1] if role else []:
            path = reverse(name, kwargs=kwargs)
            page = page_at(client_of(role), path)
            searches = [form for form in page.forms if form.method == "get"]
            names = names_read_from_queries() | {field[0] for form in searches for field in form.fields if field[0]}
            for value in BAD_QUERIES:
                response = client_of(role).get(f"{path}?" + "&".join(f"{name}={value}" for name in sorted(names)))
                let_go(response)
                assert response.status_code < 500, f"{path} with {value[:40]}"


@pytest.mark.parametrize("name", PAGES)
def test_bad_text_in_any_form_is_answered(name, world, client_of):
    """All text fields of a form at once, then hidden ones and choices too."""
    for role, kwargs, _languages in readers(name, world):
        path = reverse(name, kwargs=kwargs)
        for form in page_at(client_of(role), path).forms:
            target = form.action or path
            names = sorted({field[0] for field in form.fields})
            if form.method != "post" or not TRIED_FORMS.is_first(pattern_of(target), names):
                continue
            for field_name in form.text_fields:
                post_badly(client_of(role), target, form.data(**{field_name: "x" * 2**20}))
            for text in BAD_TEXTS.values():
                post_badly(client_of(role), target, form.data(**dict.fromkeys(form.text_fields, text)))
            for text in ("a\x00b", "\u202e", "-1"):
                everything = {field[0]: text for field in form.fields if field[0] != "csrfmiddlewaretoken"}
                post_badly(client_of(role), target, form.data(**everything))


def page_at(client, path: str) -> Page:
    """Return what is on a page; nothing where it is none."""
    response = client.get(path)
    let_go(response)
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return Page(response.text if is_page else "")


def pattern_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return path


def post_badly(client, path: str, data: dict) -> None:
    """Post as a browser would, and roll back what it did."""
    body = urlencode(data, doseq=True, errors="surrogatepass")
    with transaction.atomic():
        response = client.post(path, body, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    assert response.status_code < 500, f"POST {path}: {response.status_code}"


@pytest.mark.parametrize(
    "path", ["/%00/", "/%ff/", "/nn/%00", "/ideer/%00/", "/inkubatorer/%ED%A0%80/", "/" + "x" * 5000]
)
def test_bad_path_is_not_found(path, client):
    assert client.get(path).status_code == 404

"""Every page in every language: what its frame, its headers and its HTML promise."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from tests.once import Once
from tests.sweep.table import NOT_HTML, TABLE
from tests.sweep.test_access import ADDRESSES, TRIED
from tests.sweep.walk import Page, let_go
from tests.sweep.world import (
    A_LEADER,
    A_SUPPORTER,
    ANONYMOUS,
    AUTHOR,
    NATIONAL,
    WRITER,
    World,
)

PAGES = [name for name in TRIED if name not in NOT_HTML and any(entry.is_page for entry in TABLE[name])]
LANGUAGES = ("nb", "nn", "en")
EYES = (ANONYMOUS, WRITER, AUTHOR, A_LEADER, A_SUPPORTER, NATIONAL)
LOOK_UPS = {"slug": "no-such", "uuid": uuid.UUID(int=0), "token": "no-such", "pk": 0, "person": uuid.UUID(int=0)}
# What one page has led to, the next need not try again.
FOLLOWED = Once("links followed")
# Read out as nothing, and shown as a gap. Where a script will say something, it must be there before.
EMPTY = re.compile(r'<(p|h[1-6]|li|dt|dd|a|button|blockquote)\b(?![^>]*role="status")[^>]*>\s*</\1>')
pytestmark = pytest.mark.django_db


def readers(name: str, world: World):
    """Yield each role of EYES that may read the page, each object's keyword arguments, and the languages to try."""
    for entry in TABLE[name]:
        for role in EYES:
            if entry.is_page and role in entry.look:
                for number, kwargs in enumerate(entry.objects(world)):
                    yield role, kwargs, LANGUAGES if number == 0 else LANGUAGES[:1]


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_what_every_page_promises(name, world, client_of):
    read = 0
    for role, kwargs, languages in readers(name, world):
        for language in languages:
            with translation.override(language):
                path = reverse(name, kwargs=kwargs)
            response = client_of(role).get(path)
            if response.status_code == 200:
                read += 1
                check_headers(response, path, role)
                check_html(Page(response.text), path, language)
                empty = EMPTY.findall(response.text)
                assert not empty, f"{path}: {empty} with nothing in it"
    assert read or all(302 in entry.shows for entry in TABLE[name]), f"{name}: nobody could read it"


def check_headers(response, path: str, role: str) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy, path
    assert "unsafe" not in policy, path
    assert response["X-Content-Type-Options"] == "nosniff", path
    assert response["X-Frame-Options"] == "DENY", path
    assert "camera=(), " in response["Permissions-Policy"], path
    assert response["Cross-Origin-Resource-Policy"] == "same-origin", path
    if role != ANONYMOUS:
        assert "no-store" in response.get("Cache-Control", ""), f"{path} of {role} may be kept by a cache"


def check_html(page: Page, path: str, language: str) -> None:
    assert page.lang == language, path
    assert page.title.strip(), f"{path}: no title"
    assert page.headings == 1, f"{path}: {page.headings} h1"
    assert not page.inline, f"{path}: inline {page.inline}"
    foreign = [url for url in page.fetched if re.match(r"(https?:)?//", url)]
    assert not foreign, f"{path} fetches {foreign}"
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    assert not twice, f"{path}: ids not unique: {twice}"
    for form in page.forms:
        tokens = [field for field in form.fields if field[0] == "csrfmiddlewaretoken"]
        assert len(tokens) == (form.method == "post"), f"{path}: form to {form.action!r} has {len(tokens)} CSRF tokens"
        assert not re.match(r"(https?:)?//", form.action), f"{path}: a form goes to {form.action}"


@pytest.mark.parametrize("name", PAGES)
def test_links_of_page_lead_somewhere(name, world, client_of):
    """Each link of ours on a page is an address that answers its reader."""
    for role, kwargs, _languages in readers(name, world):
        response = client_of(role).get(reverse(name, kwargs=kwargs))
        if response.status_code != 200:
            continue
        page = Page(response.text)
        links = {
            link.partition("#")[0] for link in page.links if link.startswith("/") and not link.startswith("/static/")
        }
        for link in sorted(link for link in links if FOLLOWED.is_first(role, link)):
            response = client_of(role).get(link)
            let_go(response)
            assert response.status_code in {200, 302}, f"{name} as {role}: {link} answers {response.status_code}"
        broken = {link for link in page.links if link.startswith("#") and link[1:] and link[1:] not in page.ids}
        assert not broken, f"{name} as {role}: links to nothing on the page: {broken}"


@pytest.mark.parametrize("name", [name for name in TRIED if ADDRESSES[name].parameters & set(LOOK_UPS)])
def test_unknown_object_is_not_found(name, world, client_of):
    for entry in TABLE[name]:
        if not entry.look | entry.act:
            continue
        role = min(entry.look or entry.act)
        for kwargs in entry.objects(world)[:1]:
            for parameter in sorted(kwargs.keys() & LOOK_UPS.keys()):
                path = reverse(name, kwargs=kwargs | {parameter: LOOK_UPS[parameter]})
                client = client_of(role)
                response = client.get(path) if entry.look else client.post(path)
                assert response.status_code == 404, f"{path} as {role}: {response.status_code}"

"""Every page of the sweeps in a real Chromium: no WCAG violation, no sideways scrolling, readable without scripts.

nb at 320 and 1280, light and dark; nn and en at 320. One load per language: the page is resized and recoloured.

Axe runs where a rule can find something new. All rules run once per width; in the other scheme those of colour, for the
scheme changes nothing else (that is looked at: where the layout differs, all rules run). Another language changes no
colour, so there all other rules run. A page of the same elements as one before it is not looked through again; whether
it fits its window is looked at each time.
"""

import uuid
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

from tests import database
from tests.once import Once
from tests.sweep.conftest import session_cookie_of
from tests.sweep.table import TABLE
from tests.sweep.test_pages import EYES, PAGES
from tests.sweep.world import World, make_world

# Named, since axe leaves out what is new: 2.2, and the size of targets.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
OPTIONS = {"resultTypes": ["violations"], "reporter": "no-passes"}
ALL = OPTIONS | {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
COLOUR = OPTIONS | {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
ALL_BUT_COLOUR = ALL | {"rules": ALL["rules"] | {rule: {"enabled": False} for rule in COLOUR_RULES}}


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    width: int
    scheme: str = "light"
    has_new_colours: bool = True

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}"

    def rules(self, *, has_new_layout: bool) -> dict:
        if not has_new_layout:
            return COLOUR
        return ALL if self.has_new_colours else ALL_BUT_COLOUR


# In the order in which a page is resized and recoloured the least.
VIEWS = [View(1280), View(1280, "dark"), View(320, "dark"), View(320)]
VIEWS_OF_OTHER_LANGUAGE = [View(320, has_new_colours=False)]
SHARES = [PAGES[start::12] for start in range(12)]
# What one page has shown, the next need not show again.
LOOKED_THROUGH = Once("pages looked through")

# Where each element is, and whether it can be seen.
LAYOUT = """() => [...document.querySelectorAll("*")].map(element => {
    const box = element.getBoundingClientRect();
    return [box.x, box.y, box.width, box.height].map(Math.round) + getComputedStyle(element).visibility;
}).join(";")"""
# The elements with their attributes, and whether they have words. Of what differs from row to row, whether it is there.
ELEMENTS = """() => {
    const ofRow = new RegExp("^(id|for|href|src|srcset|value|action|name|content|datetime|title|alt|placeholder"
        + "|d|min|max|aria-(label|labelledby|describedby|controls|owns|details|errormessage|activedescendant))$");
    const say = ({name, value}) => ofRow.test(name) ? name + (value.trim() ? "+" : "") : name + "=" + value;
    const hasWords = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    const tell = node => node.tagName + "[" + [...node.attributes].map(say).sort() + "]"
        + (hasWords(node) ? "words" : "") + "(" + [...node.children].map(tell) + ")";
    return tell(document.documentElement);
}"""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> World:
    """One world for all pages of this file; looking at a page changes nothing of it."""
    with django_db_blocker.unblock():
        yield make_world()
        database.empty()


@pytest.fixture(scope="module")
def server(world) -> LiveServer:
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def site(server, settings, django_db_blocker) -> LiveServer:
    """In place of the fixture that empties the database after each test."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = server.url, ["localhost"]
    with django_db_blocker.unblock():
        yield server


def seen(name: str, world: World):
    """Yield one reader per entry, with the keyword arguments of each object."""
    for entry in TABLE[name]:
        role = next((role for role in EYES if entry.is_page and role in entry.look), None)
        for kwargs in entry.objects(world) if role else []:
            yield role, kwargs


def violations(page, rules: dict) -> list[str]:
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def scrolls_sideways(page) -> str:
    """Return what sticks out, or nothing."""
    return page.evaluate("""() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return "";
        const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1);
        return out.slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(" | ") || "something";
    }""")


def faults_of(page, views: list[View], told: str, looked_through: Once) -> list[str]:
    """Look at the loaded page in each of the views. `looked_through` are the elements that axe has seen in each."""
    found, layouts = [], {}
    elements = page.evaluate(ELEMENTS)
    new = [view for view in views if looked_through.is_first(view, elements)]
    if new:
        page.evaluate(AXE_SCRIPT)
    for view in views:
        page.set_viewport_size({"width": view.width, "height": 800})
        page.emulate_media(color_scheme=view.scheme, reduced_motion="reduce")
        if view in new:
            layout = page.evaluate(LAYOUT)
            rules = view.rules(has_new_layout=layouts.get(view.width) != layout)
            layouts[view.width] = layout
            found += [f"{told} at {view}: {fault}" for fault in violations(page, rules)]
        if out := scrolls_sideways(page):
            found.append(f"{told} at {view}: scrolls sideways: {out}")
    return found


# --- A control: else a rule that is off would look like a page without fault ------------------------------------------


def a_control() -> Once:
    return Once(f"control {uuid.uuid4()}")


def page_with_faults(shown: str) -> str:
    """Return a page with one fault of each kind, seen in this view alone."""
    return (
        f"<!doctype html><html lang=nb><title>x</title><style>.faults {{ display: none }} {shown}</style>"
        "<main><h1>x</h1><p>words</p><div class=faults><p style='color:#aaa;background:#bbb'>pale</p><input>"
        "<a href=#a style='font-size:8px'>a</a><a href=#b style='font-size:8px'>b</a>"
        "<p style='width:2000px'>wide</p></div></main>"
    )


@pytest.mark.parametrize("view", [*VIEWS, *VIEWS_OF_OTHER_LANGUAGE], ids=str)
def test_what_is_wrong_in_one_view_is_found_there(open_page, view):
    page = open_page(width=1280)
    width = "min-width: 600px" if view.width > 600 else "max-width: 600px"
    page.set_content(
        page_with_faults(
            f"@media ({width}) and (prefers-color-scheme: {view.scheme}) {{ .faults {{ display: block }} }}"
        )
    )
    views = VIEWS if view in VIEWS else VIEWS_OF_OTHER_LANGUAGE
    faults = faults_of(page, views, "control", a_control())
    assert all(f"at {view}:" in fault for fault in faults), faults
    for rule in ("label", "target-size", "scrolls sideways") + ("color-contrast",) * view.has_new_colours:
        assert any(f"at {view}: {rule}" in fault for fault in faults), f"{rule} in {faults}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_colour_that_is_wrong_in_one_scheme_is_found_there(open_page, scheme, width):
    page = open_page(width=1280)
    page.set_content(
        "<!doctype html><html lang=nb><title>x</title><style>p, a { background: #fff; color: #000 }"
        f"@media (prefers-color-scheme: {scheme}) {{ p {{ color: #ccc }} p a {{ color: #bbb }} }}"
        "</style><main><h1>x</h1><p>pale words with <a href=#a>a link</a> in them</p></main>"
    )
    faults = faults_of(page, [view for view in VIEWS if view.width == width], "control", a_control())
    assert len(faults) > 1, faults
    assert all(f"control at {width} {scheme}: {COLOUR_RULES[0]}" in fault for fault in faults), faults


def test_page_of_the_same_elements_is_looked_through_once_and_another_again(open_page):
    page = open_page(width=1280)
    faults, looked_through = [], a_control()
    for word in ("one", "other", "<b>bold</b>", ""):
        page.set_content(
            f"<!doctype html><html lang=nb><title>x</title><main><h1>same</h1><a href=#{word}>{word}</a><input>"
        )
        faults.append(len([one for one in faults_of(page, [View(320)], "control", looked_through) if "label" in one]))
    assert faults == [1, 0, 1, 1]


# --- Every page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", SHARES, ids=",".join)
def test_page_has_no_barrier(names, world, open_page):
    faults, pages = [], {}
    for name in names:
        for number, (role, kwargs) in enumerate(seen(name, world)):
            if role not in pages:
                pages[role] = open_page(width=1280, cookie=session_cookie_of(role, world.people[role]))
            for language in ("nb", "nn", "en") if number == 0 else ("nb",):
                with translation.override(language):
                    path = reverse(name, kwargs=kwargs)
                pages[role].goto(path)
                views = VIEWS if language == "nb" else VIEWS_OF_OTHER_LANGUAGE
                faults += faults_of(pages[role], views, f"{path} as {role}", LOOKED_THROUGH)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("names", SHARES, ids=",".join)
def test_page_reads_without_scripts(names, world, open_page):
    pages = {}
    for name in names:
        role, kwargs = next(seen(name, world))
        if role not in pages:
            cookie = session_cookie_of(role, world.people[role])
            pages[role] = open_page(width=320, cookie=cookie, java_script_enabled=False)
        pages[role].goto(reverse(name, kwargs=kwargs))
        assert pages[role].locator("h1").is_visible(), name
        assert pages[role].locator("main").is_visible(), name

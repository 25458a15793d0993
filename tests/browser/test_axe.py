"""Every page of the sweeps in a real Chromium: no WCAG violation, no sideways scrolling, readable without scripts.

nb at 320 and 1280, light and dark; nn and en at 320. One load per language: the page is resized and recoloured.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import translation

from tests.sweep.conftest import session_cookie_of
from tests.sweep.table import TABLE
from tests.sweep.test_pages import EYES, PAGES
from tests.sweep.world import World, make_world

# Named, since axe leaves out what is new: 2.2, and the size of targets.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# A world of its own for each page would take longer than the looking.
SHARES = [PAGES[start::12] for start in range(12)]
VIEWS = [(1280, "light"), (1280, "dark"), (320, "dark"), (320, "light")]


@pytest.fixture
def world(transactional_db) -> World:
    return make_world()


def seen(name: str, world: World):
    """Yield one reader per entry, with the keyword arguments of each object."""
    for entry in TABLE[name]:
        role = next((role for role in EYES if entry.is_page and role in entry.look), None)
        for kwargs in entry.objects(world) if role else []:
            yield role, kwargs


def violations(page) -> list[str]:
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
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


def faults_at(page, width: int, scheme: str, told: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = [f"{told} at {width} {scheme}: {fault}" for fault in violations(page)]
    if out := scrolls_sideways(page):
        found.append(f"{told} at {width}: scrolls sideways: {out}")
    return found


def test_what_is_wrong_is_found(open_page):
    """A control: else a rule that is off would look like a page without fault."""
    page = open_page(width=320)
    page.set_content(
        "<html lang=nb><title>x</title><main><h1>x</h1><p style='color:#ccc'>pale</p><input>"
        "<a href=#a style='font-size:8px'>a</a><a href=#b style='font-size:8px'>b</a>"
        "<p style='width:900px'>wide</p></main>"
    )
    page.evaluate(AXE_SCRIPT)
    faults = "\n".join(faults_at(page, 320, "light", "control"))
    for rule in ("color-contrast", "label", "target-size", "scrolls sideways"):
        assert rule in faults


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
                pages[role].evaluate(AXE_SCRIPT)
                for width, scheme in VIEWS if language == "nb" else VIEWS[-1:]:
                    faults += faults_at(pages[role], width, scheme, f"{path} as {role}")
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

"""A real Chromium against a live server. A test fails on a third-party request, a CSP violation or a script error.

`open_page(width=360)` gives a page; `open_page(user=…)` one that is logged in. Without a Chromium these tests
are left out with one loud line; with REQUIRE_BROWSER=1 that is a failure.
"""

import os
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.people import Person, Post
from unlimited.mail import bell, delivery

HEIGHTS = {320: 640, 360: 740, 1280: 900}


def pytest_collection_modifyitems(config, items):
    here = [item for item in items if "/tests/browser/" in str(item.path)]
    for item in here:
        item.add_marker("browser")
    if not here or find_chromium():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit("NO CHROMIUM: the browser tests cannot run and REQUIRE_BROWSER is 1. `make browser` gets one.", 1)
    config.get_terminal_writer().line(
        f"\n*** NO CHROMIUM: {len(here)} browser tests are left out. `make browser` gets one. ***", red=True, bold=True
    )
    config.hook.pytest_deselected(items=here)
    items[:] = [item for item in items if item not in here]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a worker."""
    # Playwright runs an event loop in this thread, and Django would refuse its database for that.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server, settings):
    """The live server, as the address that mails name too."""
    settings.SITE_URL = live_server.url
    return live_server


@dataclass
class Watch:
    """What a browser did that it must not do."""

    address: str
    faults: list[str] = field(default_factory=list)

    def follow(self, context) -> None:
        context.route(lambda url: not self.is_own(url), self.refuse)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def is_own(self, url: str) -> bool:
        return url.startswith((f"{self.address}/", "data:", "blob:", "about:"))

    def refuse(self, route) -> None:
        self.faults.append(f"third-party request: {route.request.url}")
        route.abort()

    def hear(self, message) -> None:
        # A page that answers 404 or 429 on purpose is told to the console too; what it loads is another matter.
        url = message.location.get("url", "")
        # A save is told to wait: the page says so, and tries again.
        is_on_purpose = url == message.page.url or (url.endswith("/lagre/") and "status of 429" in message.text)
        if message.type == "error" and not (is_on_purpose and "Failed to load resource" in message.text):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")


@pytest.fixture
def open_page(browser, site, client_for):
    """Return `open_page(width=…, user=…, **context options)`: a page in a browser context of its own.

    `cookie` is that of a session made elsewhere.
    """
    contexts, watch = [], Watch(site.url)
    name = settings.SESSION_COOKIE_NAME

    def open_one(*, width: int = 360, user=None, cookie: str = "", **options):
        options.setdefault("locale", "nb-NO")
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": HEIGHTS.get(width, 740)}, **options
        )
        contexts.append(context)
        watch.follow(context)
        if user is not None:
            cookie = client_for(user).cookies[name].value
        if cookie:
            context.add_cookies([{"name": name, "value": cookie, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def phone(open_page):
    """A page 360 wide, nobody logged in."""
    return open_page(width=360)


@pytest.fixture
def desk(open_page):
    """A page 1280 wide, nobody logged in."""
    return open_page(width=1280)


@pytest.fixture
def post(sink, monkeypatch):
    """Mail by real SMTP. It is carried whenever somebody looks into a mailbox."""
    monkeypatch.setattr(bell, "ring", lambda: True)
    delivery.smtp_circuit.worked()
    return Post(sink)


@pytest.fixture
def someone(open_page, post):
    """Return `someone(address, secret=…, words=…, **options of open_page)`: a person with a browser of their own."""

    def arrive(address: str, *, secret: str = "", words: dict[str, str] | None = None, **options) -> Person:
        return Person(open_page(**options), post, address, secret=secret, words=words or {})

    return arrive

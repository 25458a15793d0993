"""The browser fixtures catch what they are there for."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tests.browser.conftest import Watch
from tests.factories import UserFactory
from unlimited.users.models import User

FOREIGN = '<img src="http://192.0.2.1/x.png" alt=""><script>throw new Error("inline")</script>'
urlpatterns = [
    path("who/", lambda request: HttpResponse(f"<h1>{request.user}</h1>")),
    path("count/", lambda request: HttpResponse(f"<h1>{User.objects.count()}</h1>")),
    path("foreign/", lambda request: HttpResponse(f"<h1>foreign</h1>{FOREIGN}")),
]


@pytest.fixture(autouse=True)
def _pages(settings):
    settings.ROOT_URLCONF = __name__


def test_user_is_logged_in(open_page):
    page = open_page(user=UserFactory(name="Kari"))
    page.goto("/who/")
    assert page.inner_text("h1") == "Kari"


@pytest.mark.parametrize("people", [1, 2])
def test_database_is_shared_and_emptied(open_page, people):
    UserFactory.create_batch(people)
    page = open_page(user=UserFactory())
    page.goto("/count/")
    assert page.inner_text("h1") == str(people + 1)


def test_third_party_request_and_csp_violation_are_told(browser, site, client_for):
    context = browser.new_context(base_url=site.url)
    watch = Watch(site.url)
    watch.follow(context)
    page = context.new_page()
    user = UserFactory()
    context.add_cookies([{"name": "sessionid", "value": client_for(user).cookies["sessionid"].value, "url": site.url}])
    page.goto("/foreign/")
    context.close()
    told = "\n".join(watch.faults)
    assert "Content Security Policy" in told
    assert "script" in told
    assert "192.0.2.1" in told

"""The site's own pages, and the frame that every page stands in."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

pytestmark = pytest.mark.django_db


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_home_asks_what_is_missing(client):
    page = client.get("/en/")

    assert page.status_code == 200
    assert "What is missing in your neighbourhood?" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nb", "mandag 19. oktober"), ("nn", "måndag 19. oktober"), ("en", "Monday 19 October")],
)
def test_day_is_said_as_people_say_it(language, expected):
    when = dt.date(2026, 10, 19)
    expected += "" if timezone.localdate().year == 2026 else " 2026"

    with translation.override(language):
        said = render("{% load site_text %}{{ when|day }}", when=when)

    assert said == expected

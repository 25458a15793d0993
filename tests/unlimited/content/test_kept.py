"""Parts of a page that are rendered once: by language, by version, and without knowing who asks."""

import pytest
from django.template import Context, Engine, RequestContext, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

ENGINE = Engine(libraries={"kept": "unlimited.content.templatetags.kept", "i18n": "django.templatetags.i18n"})


def template(source: str):
    return ENGINE.from_string("{% load i18n kept %}" + source)


class Counted:
    """Says a number, and counts how often it was asked."""

    def __init__(self, number: int):
        self.number, self.asked = number, 0

    def __str__(self) -> str:
        self.asked += 1
        return str(self.number)


def test_once_is_rendered_for_each_language():
    page = template("{% once %}{{ LANGUAGE_CODE }} {% translate 'Ideas' %}{% endonce %}")

    for language, words in (("nb", "nb Ideer"), ("nn", "nn Idear"), ("en", "en Ideas"), ("nb", "nb Ideer")):
        with translation.override(language):
            assert page.render(Context()) == words


@pytest.mark.parametrize("part", ["{% once %}X{% endonce %}", "{% kept version %}X{% endkept %}"])
def test_part_knows_neither_the_request_nor_what_it_was_not_given(part):
    page = template(part.replace("X", "{{ request.path }}{{ csrf_token }}{{ name|default:'nobody' }}"))
    context = RequestContext(RequestFactory().get("/min-side/"), {"name": "Kari", "version": "1"})

    assert page.render(context) == "nobody"


def test_kept_part_is_rendered_anew_for_each_version():
    page, first, second = template("{% kept version number %}{{ number }}{% endkept %}"), Counted(1), Counted(2)

    assert page.render(Context({"version": "a", "number": first})) == "1"
    assert page.render(Context({"version": "a", "number": second})) == "1"
    assert page.render(Context({"version": "b", "number": second})) == "2"
    assert (first.asked, second.asked) == (1, 1)


def test_kept_parts_of_one_page_are_kept_apart():
    page = template("{% kept version %}one{% endkept %} {% kept version %}two{% endkept %}")

    assert page.render(Context({"version": "a"})) == page.render(Context({"version": "a"})) == "one two"


def test_block_cannot_be_kept():
    with pytest.raises(TemplateSyntaxError, match="cannot be kept"):
        template("{% once %}{% block content %}{% endblock %}{% endonce %}")

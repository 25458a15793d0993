"""The guards of conftest.py catch what they are there for."""

import socket

import pytest
from django.template import Context, engines
from django.template.base import Origin, Template
from django.utils import translation

from tests.template_guard import ROOT


def render(source: str, **context) -> str:
    template = Template(source, origin=Origin(str(ROOT / "templates" / "a_test.html")), engine=engines["django"].engine)
    return template.render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ known.missing }}",
        "{{ missing|default:'x' }}",
        "{{ known|default:missing }}",
        "{% if missing %}x{% endif %}",
        "{% if known and missing %}x{% endif %}",
        "{% for row in missing %}x{% endfor %}",
        "{% load i18n %}{% blocktranslate %}a {{ missing }}{% endblocktranslate %}",
    ],
)
def test_undefined_variable_in_our_template_fails(source):
    with pytest.raises(pytest.fail.Exception):
        render(source, known={"a": 1})


def test_defined_variables_render():
    assert render("{{ known.a }}{% if known.b %}x{% endif %}{{ 'text' }}{{ 1 }}", known={"a": 1, "b": ""}) == "1text1"


def test_undefined_variable_in_a_template_of_others_is_empty():
    template = Template("{{ missing }}{% if missing %}x{% endif %}", engine=engines["django"].engine)
    assert template.render(Context({})) == ""


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 443)])
def test_network_outside_this_machine_fails(address):
    with pytest.raises(pytest.fail.Exception), socket.socket() as sock:
        sock.connect(address)
    with pytest.raises(pytest.fail.Exception):
        socket.getaddrinfo(*address)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_language_starts_as_bokmal_in_each_test(language):
    assert translation.get_language() == "nb"
    translation.activate(language)

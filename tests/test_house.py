"""The house's own checks find what they are there for, and nothing in the repository breaks them."""

import re

import pytest
from django.apps import apps

from tests import house


def test_house_is_in_order():
    assert house.problems() == []


def all_tests() -> str:
    return "".join(path.read_text() for path in (house.ROOT / "tests").rglob("test_*.py"))


def test_every_test_that_the_docs_name_is_there():
    named = re.findall(r"`(test_\w+)`", (house.ROOT / "docs/security.md").read_text())
    there = set(re.findall(r"^def (test_\w+)\(", all_tests(), re.M))
    assert len(named) > 20
    assert set(named) - there == set()


def test_every_constraint_has_a_test_that_violates_it():
    tests = all_tests()
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.startswith(("unlimited.", "incubators", "ideas", "events"))
    ]
    names = {constraint.name for model in ours for constraint in model._meta.constraints}
    assert names
    assert {name for name in names if f'"{name}"' not in tests} == set()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("ideas/views.py", "x = 1\n" * 401, "ideas/views.py: 401 lines"),
        ("templates/a.html", "x\n" * 121, "templates/a.html: 121 lines"),
        ("ideas/views.py", "def f():\n" + "    x = 1\n" * 40, "ideas/views.py:1: f has 41 lines"),
    ],
)
def test_long_without_a_reason_is_told(name, text, problem):
    assert [told for told in house.too_long(name, text) if told.startswith(problem)]
    assert list(house.too_long(name, "# longer than usual because it reads better\n" + text)) == []


@pytest.mark.parametrize("name", ["ideas/migrations/0001_initial.py", "static/theme.css"])
def test_generated_files_may_be_long(name):
    assert list(house.too_long(name, "x = 1\n" * 999)) == []


def test_date_that_django_would_write_is_told():
    assert list(house.dates_by_themselves("templates/a.html", '{{ at|date:"DATE_FORMAT" }}'))
    assert list(house.dates_by_themselves("templates/a.html", "{{ at|time }}"))
    assert list(house.dates_by_themselves("templates/a.html", '<time datetime="{{ at|date:"c" }}">{{ at|day }}')) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Makefile", f"cd {house.ROOT}/ideas"),
        ("docs/a.md", "see /home/" + "kari/norge"),
        ("requirements.lock", "--index-url " + "https://example.org/simple"),
        ("package-lock.json", '"resolved": "x"'),
    ],
)
def test_folder_of_a_machine_and_address_in_a_lock_are_told(name, line):
    assert list(house.tells_of_a_machine(name, line))

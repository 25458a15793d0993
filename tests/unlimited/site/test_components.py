"""Fields, an idea's way and dates: what every page is made of."""

import datetime as dt

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from ideas.models import Idea
from ideas.templatetags.idea_way import way, way_words
from unlimited.content.templatetags.site_text import day, isoday, isomoment, moment

OCTOBER = dt.datetime(2026, 10, 19, 7, 0, tzinfo=dt.UTC)


class EveryFieldForm(forms.Form):
    name = forms.CharField(help_text="As your friends say it.")
    story = forms.CharField(required=False)
    yes = forms.BooleanField(required=False)
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    picture = forms.FileField(required=False)


@pytest.fixture(autouse=True)
def _this_is_2026(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None: value.date() if value else dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", ("mandag 19.~oktober", "mandag 19.~oktober kl.~9.00")),
        ("nn", ("måndag 19.~oktober", "måndag 19.~oktober kl.~9.00")),
        ("en", ("Monday 19~October", "Monday 19~October 09:00")),
    ],
)
def test_dates_are_said_as_people_say_them(language, expected):
    def unbroken(text: str) -> str:
        return text.replace("\N{NO-BREAK SPACE}", "~")

    with translation.override(language):
        assert (unbroken(day(OCTOBER.date())), unbroken(moment(OCTOBER))) == expected
        assert unbroken(isoday("2026-10-19")) == expected[0]
        assert unbroken(isomoment("2026-10-19T07:00:00+00:00")) == expected[1]
        assert day(dt.date(2027, 10, 19)).endswith(" 2027")
    assert (day(None), moment(None), isoday(""), isomoment("")) == ("", "", "", "")


def test_field_has_label_help_and_error_that_belong_together():
    html = EveryFieldForm({"name": ""})["name"].as_field_group()

    assert '<label class="ds-label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert 'class="ds-input"' in html


def test_optional_fields_say_so_and_filters_do_not():
    form = EveryFieldForm()

    with translation.override("en"):
        marked = ["(optional)" in form[name].as_field_group() for name in form.fields]
        form.marks_optional = False
        unmarked = ["(optional)" in form[name].as_field_group() for name in form.fields]

    assert marked == [False, True, False, False, True]
    assert not any(unmarked)


def test_choices_are_a_group_and_a_file_is_not():
    form = EveryFieldForm()

    assert "<fieldset" in form["several"].as_field_group()
    assert "<fieldset" not in form["picture"].as_field_group()


def test_error_summary_leads_to_each_field():
    form = EveryFieldForm({})

    html = Template('{% include "components/error_summary.html" %}').render(Context({"form": form}))

    assert 'href="#id_name"' in html
    assert 'href="#id_several_0"' in html


@pytest.mark.parametrize(
    ("status", "step", "expected"),
    [
        ("draft", "", "now next next next next"),
        ("submitted", "", "done now next next next"),
        ("changes_requested", "", "done now next next next"),
        ("declined", "", "done done"),
        ("withdrawn", "", "done next next next next"),
        ("withdrawn", "do", "done done done done next"),
        ("accepted", "try", "done done now next next"),
        ("paused", "do", "done done done now next"),
        ("ended", "build", "done done done done done"),
    ],
)
def test_way_shows_where_the_idea_stands(status, step, expected):
    idea = Idea(status=status, step=step, answer_due_on=dt.date(2026, 3, 3))

    assert " ".join(place["state"] for place in way(idea)) == expected
    assert way_words(idea)


def test_way_owns_up_to_a_late_answer():
    with translation.override("en"):
        idea = Idea(status="submitted", answer_due_on=dt.date(2026, 2, 27))
        assert way_words(idea) == "The answer is late. It was promised by Friday 27\N{NO-BREAK SPACE}February."
        idea.answer_due_on = dt.date(2026, 3, 3)
        assert way_words(idea) == "Waits for an answer, by Tuesday 3\N{NO-BREAK SPACE}March at the latest."

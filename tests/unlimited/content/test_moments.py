"""A time that the clocks leave out or repeat is answered in words, wherever a time is asked for."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from tests.test_forms import FORMS
from unlimited.content.forms import MomentField

FORWARD, BACK = "2027-03-28T02:30", "2026-10-25T02:30"


@pytest.mark.parametrize(
    ("typed", "words"), [(FORWARD, "The clocks go forward that night"), (BACK, "The clocks go back that night")]
)
def test_time_of_a_change_of_the_clocks_is_said_in_words(typed, words):
    with translation.override("en"), pytest.raises(forms.ValidationError, match=words):
        MomentField().clean(typed)


@pytest.mark.parametrize(("typed", "hour"), [("2027-03-28T01:59", 0), ("2027-03-28T03:00", 1), ("2026-10-25T03:00", 2)])
def test_times_beside_it_are_taken(typed, hour):
    assert MomentField().clean(typed).astimezone(dt.UTC).hour == hour


@pytest.mark.parametrize("year", ["1999", "2200", "0001"])
def test_year_that_nobody_means_is_refused(year):
    with pytest.raises(forms.ValidationError):
        MomentField().clean(f"{year}-06-01T12:00")


def test_each_form_that_asks_for_a_time_uses_this_field():
    asked = {
        form: [field for field in form.base_fields.values() if isinstance(field, forms.DateTimeField)] for form in FORMS
    }
    fields = [field for found in asked.values() for field in found if not field.widget.is_hidden]
    assert fields
    assert all(isinstance(field, MomentField) for field in fields)
    asking = {form.__module__ for form, found in asked.items() if found}
    assert asking >= {
        "events.forms.organising",
        "events.forms.programme",
        "ideas.forms.concern",
        "ideas.forms.meetings",
    }

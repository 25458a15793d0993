"""A report as files says the same as its page, each number beside what it is of."""

import csv
import io

import pytest
from django.utils import translation

from ideas.report_files import as_csv
from tests.factories import ReportFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_open_numbers_stand_beside_the_theme_they_are_of_also_where_staff_have_put_another_first():
    ThemeFactory(slug="a", name_en="Alpha", position=2)
    ThemeFactory(slug="b", name_en="Beta", position=1)
    rows = [["a", 5], ["b", 7], ["gone", 9]]
    figures = {"tables": [{"key": "themes", "rows": rows, "is_whole": False, "total": None}]}
    with translation.override("en"):
        content = as_csv(ReportFactory(figures=figures))
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    said = [(line["row"], line["label"], line["number"]) for line in lines]
    assert said == [("b", "Beta", "7"), ("a", "Alpha", "5"), ("gone", "gone", "9")]

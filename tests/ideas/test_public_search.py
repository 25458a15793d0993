"""What the search of the public ideas must find, in which order, and what it must withstand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.models import Idea
from ideas.models import public as search
from tests.factories import IdeaFactory

pytestmark = pytest.mark.django_db

FOUND = [
    ("ungdom", "Et sted for ungdommer"),
    ("ensom", "Kafé for ensomme"),
    ("klubb", "Ungdomsklubb på torget"),
    ("klubb", "Ungdomsklubben på torget"),
    ("ungdommer", "Et sted for ungdom"),
    ("ensomme", "Ingen skal være ensom"),
    ("verksteder", "Et verksted"),
    ("SYKKEL", "Sykkelkjøkken"),
    ("øv", "Øvingslokale"),
    ("kor sang", "Sang og kor"),
    ("barn og unge", "For barn og unge"),
]


@pytest.mark.parametrize("field", ["title", "need", "proposal", "neighbourhood"])
@pytest.mark.parametrize(("words", "text"), FOUND)
def test_search_finds_forms_beginnings_and_parts_of_words(words, text, field):
    wanted = IdeaFactory(public=True, **{field: text})
    IdeaFactory(public=True, title="Strikking", need="Garn", proposal="Pinner")

    assert Idea.objects.public().order_by("-submitted_at", "-pk").first_matching(words, 5) == [wanted]


def test_search_finds_a_name_that_is_nearly_spelt_so():
    wanted = IdeaFactory(public=True, title="Sykkelverksted")
    IdeaFactory(public=True, title="Strikking")

    assert Idea.objects.public().order_by("-pk").first_matching("sykkelværksted", 5) == [wanted]


def test_search_leaves_out_what_is_not_public():
    IdeaFactory(submitted=True, title="Ungdomsklubb")
    IdeaFactory(public=True, hidden=True, title="Ungdomsklubb")

    assert Idea.objects.public().order_by("-submitted_at", "-pk").first_matching("klubb", 5) == []


@pytest.mark.parametrize("near", [1, 3, 500])
def test_search_gives_the_same_rows_by_either_way(near, monkeypatch):
    """By looking at the first rows one by one, and by the indexes: same rows, same order, in both directions."""
    monkeypatch.setattr(search, "NEAR", near)
    for n in range(6):
        day = timezone.now() - dt.timedelta(days=n)
        IdeaFactory(public=True, title=f"Klubb {n}" if n % 2 else f"Kafé {n}", submitted_at=day)
    newest = Idea.objects.public().select_related("incubator").order_by("-submitted_at", "-pk")

    found = newest.first_matching("klubb", 2)

    assert [idea.title for idea in found] == ["Klubb 1", "Klubb 3"]
    assert [idea.title for idea in newest.reverse().first_matching("klubb", 2)] == ["Klubb 5", "Klubb 3"]
    with CaptureQueriesContext(connection) as queries:
        assert all(idea.incubator.name for idea in found)
    assert len(queries) == 0


@pytest.mark.parametrize("text", ["", "   ", "\x00", "%&|!:*()'\"\\", "🚲"])
def test_search_without_a_word_finds_all(text):
    idea = IdeaFactory(public=True)

    assert Idea.objects.public().order_by("-pk").first_matching(text, 5) == [idea]


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=150))
def test_search_withstands_any_text(text):
    Idea.objects.public().order_by("-submitted_at", "-pk").first_matching(text, 3)


@pytest.mark.parametrize(
    ("way", "index"), [(0, "idea_search"), (1, "idea_search"), (2, "idea_text_trigrams"), (3, "idea_title_trigrams")]
)
def test_each_way_of_finding_is_answered_by_an_index(way, index):
    where = search._ways(["verksted"])[way]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert index in Idea.objects.order_by()._searchable().filter(where).explain()

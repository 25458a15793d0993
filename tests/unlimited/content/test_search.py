"""The one rule of the search: folding, here and in the database alike, forms of words, and what was meant."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.models import Idea
from tests.factories import IdeaFactory
from unlimited.content.search import _MARKED, folded, nearest, words_of

LETTERS = "abcABC019æøåÆØÅäöéÉčáđŋšŧžÿßđıſ 日本ኢ  -'%_\n" + _MARKED


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Tøyen", "toyen"),
        ("Čáppa", "cappa"),
        ("KAFÉ", "kafe"),
        ("Aalesund", "alesund"),
        ("Ålesund", "alesund"),
        ("Færder", "faerder"),
        ("A\u030asane", "asane"),
        ("Łódź", "lodz"),
        ("日本", "日本"),
    ],
)
def test_text_is_folded(text, plain):
    assert folded(text) == plain


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet=LETTERS, max_size=60))
def test_database_folds_as_we_do(text):
    idea = IdeaFactory(proposal=f"{text} end")
    stored = Idea.objects.filter(pk=idea.pk).values_list("search_text", flat=True).get()

    assert all(f" {word}" in stored for word in words_of(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("%&! 🚲", []),
        ("Et sted for ungdom", ["sted", "ungdom"]),
        ("Nord-Fron", ["nord", "fron"]),
        # Where no word tells more, these do.
        ("for", ["for"]),
        ("a b c d e f g h", ["b", "c", "d", "e", "f", "g"]),
        ("kor kor Kor", ["kor"]),
    ],
)
def test_words_are_read_from_what_is_typed(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("tøyn", ["Tøyen Unlimited", "Storhaug"], "Tøyen"),
        ("storhug", ["Tøyen Unlimited", "Storhaug"], "Storhaug"),
        ("toyen", ["Tøyen"], ""),
        ("tøyn storhaug", ["Tøyen", "Storhaug"], "Tøyen storhaug"),
        ("atlantis", ["Tøyen", "Storhaug"], ""),
        ("🚲", ["Tøyen"], ""),
        ("tøyn", [], ""),
    ],
)
def test_nearest_word_is_suggested(text, names, meant):
    assert nearest(text, names) == meant

"""What the search of the public ideas must find, in which order, and what it must withstand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, ThemeFactory
from unlimited.content import searched
from unlimited.content.search import pattern_of

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
    # Accents, and letters that a keyboard lacks.
    ("toyen", "Midt på Tøyen"),
    ("toeyen", "Midt på Tøyen"),
    ("kafe", "Kafé for alle"),
    ("moteplass", "En møteplass"),
    ("cappa", "Čáppa biegga"),
    # Inflection.
    ("verkstedet", "Flere verksteder"),
    ("verksted", "Verkstedene våre"),
    ("bok", "Bytt bøker"),
    ("bøker", "Bytt en bok"),
    ("sykler", "En sykkel til alle"),
    ("sykkel", "Sykler til utlån"),
    ("huset", "Et hus"),
    # Bokmål and nynorsk.
    ("skole", "Ein skule"),
    ("skulen", "Skolene"),
    ("grunnskole", "Grunnskulen"),
    ("ikke", "Ikkje berre"),
    ("hjem", "Heim til alle"),
    ("sykehjem", "På sjukeheimen"),
    ("hvordan", "Korleis då"),
    # Compounds.
    ("verksted", "Sykkelverksted"),
    ("verkstad", "Sykkelverkstedet"),
    # Words that are in every text.
    ("et sted for ungdom", "Ein stad der ungdom er"),
]


@pytest.mark.parametrize("field", ["title", "need", "proposal", "neighbourhood", "audience", "joiners", "help_details"])
@pytest.mark.parametrize(("words", "text"), FOUND)
def test_search_finds_forms_beginnings_and_parts_of_words(words, text, field):
    wanted = IdeaFactory(public=True, **{field: text})
    IdeaFactory(public=True, title="Strikking", need="Garn", proposal="Pinner")

    assert Idea.objects.public().order_by("-submitted_at", "-pk").first_matching(words, 5) == [wanted]


@pytest.mark.parametrize(("words", "text"), [("komme", "En kommune"), ("hus", "Her er det lys"), ("kor sang", "Kor")])
def test_search_does_not_find_what_only_begins_alike(words, text):
    IdeaFactory(public=True, title="Strikking", need="Garn", proposal=text, neighbourhood="", audience="", joiners="")

    assert Idea.objects.public().order_by("-pk").first_matching(words, 5) == []


def test_search_finds_the_incubator_and_the_theme_that_the_page_names():
    theme = ThemeFactory(name_nb="Utenforskap", name_nn="Utanforskap", name_en="Exclusion")
    wanted = IdeaFactory(public=True, title="Strikking", incubator__name="Kråkeslottet")
    wanted.themes.add(theme)
    IdeaFactory(public=True, title="Noe annet")

    for words in ("krakeslott", "utanforskap", "exclusion", "strikking kråkeslottet utenforskap"):
        assert Idea.objects.public().order_by("-pk").first_matching(words, 5) == [wanted], words


@pytest.mark.parametrize(
    ("typed", "meant"), [("tøyn", "Tøyen"), ("sykkelværksted", "Sykkelverksted"), ("sykkelverksted", ""), ("xyzzy", "")]
)
def test_search_suggests_what_is_nearly_spelt_so(client, typed, meant):
    IdeaFactory(public=True, title="Sykkelverksted", neighbourhood="Tøyen")
    IdeaFactory(submitted=True, title="Tøynen", neighbourhood="Xyzza")

    assert Idea.objects.public().order_by("-pk").suggestion_for(typed) == meant
    text = client.get("/en/ideer/", {"q": typed}).text
    assert (f">{meant}</a>?" in text) is bool(meant)
    assert ("Did you mean" in text) is bool(meant)


def test_search_leaves_out_what_is_not_public():
    IdeaFactory(submitted=True, title="Ungdomsklubb")
    IdeaFactory(public=True, hidden=True, title="Ungdomsklubb")

    assert Idea.objects.public().order_by("-submitted_at", "-pk").first_matching("klubb", 5) == []


@pytest.mark.parametrize("near", [1, 3, 500])
@pytest.mark.parametrize(("words", "shortest"), [("klubb", 3), ("klubb i oslo", 3), ("kl", 2)])
def test_search_gives_the_same_rows_by_either_way(near, words, shortest, monkeypatch):
    """By looking at the first rows one by one, and by the indexes: same rows, same order, in both directions."""
    monkeypatch.setattr(searched, "NEAR", near)
    monkeypatch.setattr(searched, "SHORTEST_ROOT", shortest)
    for n in range(6):
        day = timezone.now() - dt.timedelta(days=n)
        title = f"Klubb {n}" if n % 2 else f"Kafé {n}"
        IdeaFactory(public=True, title=title, incubator__name=f"Oslo {n}", submitted_at=day)
    newest = Idea.objects.public().select_related("incubator").order_by("-submitted_at", "-pk")

    found = newest.first_matching(words, 2)

    assert [idea.title for idea in found] == ["Klubb 1", "Klubb 3"]
    assert [idea.title for idea in newest.reverse().first_matching(words, 2)] == ["Klubb 5", "Klubb 3"]
    with CaptureQueriesContext(connection) as queries:
        assert all(idea.incubator.name for idea in found)
    assert len(queries) == 0


@pytest.mark.parametrize("text", ["", "   "])
def test_search_for_nothing_finds_all(text):
    idea = IdeaFactory(public=True)

    assert Idea.objects.public().order_by("-pk").first_matching(text, 5) == [idea]


@pytest.mark.parametrize("text", ["%", "%&|!:*()'\"\\", "🚲", "_", "."])
def test_search_for_signs_only_finds_nothing(text):
    IdeaFactory(public=True, need="100 % enig. _ 🚲")

    assert Idea.objects.public().order_by("-pk").first_matching(text, 5) == []


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=150))
def test_search_withstands_any_text(text):
    Idea.objects.public().order_by("-submitted_at", "-pk").first_matching(text, 3)


def test_each_way_of_finding_is_answered_by_an_index():
    ideas = Idea.objects.order_by()
    incubator = IncubatorFactory(name="Verksted")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    for word in ("verksted", "bok", "skole"):
        assert "idea_text_trigrams" in ideas.filter(search_text__regex=pattern_of(word)).explain(), word
    assert "idea_title_trigrams" in ideas.names_like("verksted").explain()
    assert "Index" in ideas.filter(incubator=incubator).explain()

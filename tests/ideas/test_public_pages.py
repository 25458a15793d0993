"""The ideas that anyone may read: which, how they are narrowed, what they cost, and what they never show."""

import datetime as dt
import re
from html import unescape

import pytest
from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/en/ideer/"


def titles_in(response) -> list[str]:
    return [unescape(title) for title in re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', response.content.decode())]


def words_of(response) -> str:
    return " ".join(response.text.split())


@pytest.mark.parametrize(
    ("facts", "is_public"),
    [
        *(({status: True, "consenting": True}, status in Idea.PUBLIC_STATUSES) for status in Idea.Status.values[1:]),
        ({"consenting": True}, False),
        ({"accepted": True}, False),
        ({"accepted": True, "may_publish": True, "age_band": "13_14"}, False),
        ({"accepted": True, "may_publish": True, "age_band": "15_17"}, True),
        ({"public": True, "hidden": True}, False),
    ],
)
def test_only_what_was_taken_in_with_consent_and_not_hidden_is_public(client, facts, is_public):
    idea = IdeaFactory(**facts)

    assert titles_in(client.get(LIST)) == ([idea.title] if is_public else [])
    if idea.slug:
        assert client.get(f"{LIST}{idea.slug}/").status_code == (200 if is_public else 404)
    assert idea.is_public == is_public


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"klubb", "kafé", "kor"}),
        ("?tema=mat", {"kafé"}),
        ("?inkubator=toyen", {"kor"}),
        ("?steg=build", {"klubb"}),
        ("?q=klub", {"klubb"}),
        ("?q=klubb&steg=try", set()),
        ("?tema=%00&inkubator=nonsense&steg=nonsense", {"klubb", "kafé", "kor"}),
        ("?q=%00%ed%a0%80%27%5C%25_", set()),
        ("?q=%00&etter=nonsense&for=nonsense", {"klubb", "kafé", "kor"}),
        ("?etter=00000000-0000-0000-0000-000000000000", {"klubb", "kafé", "kor"}),
        ("?q=" + "x" * 5000, set()),
    ],
)
def test_list_is_narrowed_by_its_address(client, query, expected):
    IdeaFactory(public=True, title="klubb", step="build")
    IdeaFactory(public=True, title="kafé", themes=[ThemeFactory(slug="mat")])
    IdeaFactory(public=True, title="kor", incubator=IncubatorFactory(slug="toyen"))

    response = client.get(LIST + query)

    assert (response.status_code, set(titles_in(response))) == (200, expected)


def test_list_goes_on_where_the_page_before_ended(client, monkeypatch):
    monkeypatch.setattr("ideas.views.public.ROWS", 2)
    now = timezone.now()
    for n in range(5):
        IdeaFactory(public=True, title=f"klubb {n}", submitted_at=now - dt.timedelta(days=n // 2))

    def pages(query):
        url, seen = LIST + query, []
        while url:
            response = client.get(url)
            seen.append(titles_in(response))
            page = response.context["page"]
            last, url = page, page.next_url and LIST + page.next_url
        return seen, LIST + last.previous_url

    for query in ("", "?q=klubb"):
        seen, back = pages(query)
        assert seen == [["klubb 1", "klubb 0"], ["klubb 3", "klubb 2"], ["klubb 4"]]
        assert titles_in(client.get(back)) == ["klubb 3", "klubb 2"]
        assert ("q=klubb" in back) == bool(query)


def test_page_goes_on_after_an_idea_that_has_been_hidden_meanwhile(client, monkeypatch):
    monkeypatch.setattr("ideas.views.public.ROWS", 1)
    old = IdeaFactory(public=True, submitted_at=timezone.now() - dt.timedelta(days=9))
    new = IdeaFactory(public=True)
    url = LIST + client.get(LIST).context["page"].next_url

    Idea.objects.filter(pk=new.pk).update(is_hidden=True, hidden_reason="It names a neighbour.")

    assert titles_in(client.get(url)) == [old.title]


@pytest.mark.parametrize(
    ("query", "words"), [("", "No ideas are public yet"), ("?q=unicorn", "No idea fits"), ("?steg=do", "No idea fits")]
)
def test_empty_list_has_words_and_a_way_on(client, query, words):
    page = words_of(client.get(LIST + query))

    assert words in page
    assert 'class="ds-button" data-variant="secondary" href="/en/ideer/' in page


def test_htmx_gets_the_same_results_alone(client):
    IdeaFactory(public=True, title="Klubb")

    whole = words_of(client.get(f"{LIST}?q=klubb"))
    alone = client.get(f"{LIST}?q=klubb", headers={"HX-Request": "true"})

    assert words_of(alone) in whole
    assert "<html" not in words_of(alone)
    assert "HX-Request" in alone["Vary"]


@pytest.mark.parametrize("query", ["", "?tema=mat&q=workshop"])
def test_list_asks_the_database_equally_often(client, same_queries_at, query):
    same_queries_at(
        lambda: IdeaFactory(public=True, themes=[ThemeFactory(slug="mat")]),
        lambda: client.get(LIST + query),
        limit=8,
        rows=(1, 3, 60),
    )


def test_idea_asks_the_database_equally_often(client, same_queries_at):
    idea = IdeaFactory(public=True)

    same_queries_at(lambda: idea.themes.add(ThemeFactory()), lambda: client.get(f"{LIST}{idea.slug}/"), limit=8)


def test_card_changes_as_soon_as_the_idea_does(client):
    idea = IdeaFactory(public=True, title="Before")
    assert "Before" in words_of(client.get(LIST))

    idea.title = "After"
    idea.save()
    assert "After" in words_of(client.get(LIST))
    assert "Before" not in words_of(client.get(LIST))

    idea.incubator.name = "Another name"
    idea.incubator.save()
    assert "Another name" in words_of(client.get(LIST))


def test_page_changes_as_soon_as_what_it_shows_does(client):
    theme = ThemeFactory(name_en="Food")
    idea = IdeaFactory(public=True, title="Before", need="Nothing to do", themes=[theme])
    url = f"{LIST}{idea.slug}/"
    for changed, name, words in (
        (idea, "title", "After"),
        (idea, "need", "Nowhere to go"),
        (idea, "status", "On hold for now."),
        (idea.incubator, "name", "Another name"),
        (theme, "name_en", "Another theme"),
    ):
        assert words not in words_of(client.get(url))
        setattr(changed, name, "paused" if name == "status" else words)
        changed.save()
        assert words in words_of(client.get(url))

    idea.themes.clear()
    assert "Another theme" not in words_of(client.get(url))


def test_choices_change_as_soon_as_there_are_others(client):
    assert "Gardens" not in words_of(client.get(LIST))

    ThemeFactory(name_en="Gardens", slug="gardens")
    assert "Gardens" in words_of(client.get(LIST))
    assert '<option value="gardens" selected>' in words_of(client.get(f"{LIST}?tema=gardens"))


def test_card_speaks_the_language_of_its_page(client):
    IdeaFactory(public=True, step="build")

    assert "Build it" in words_of(client.get(LIST))
    assert "/en/ideer/idea" not in words_of(client.get("/ideer/"))


def test_list_is_there_without_the_cache(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise RedisAway

    idea = IdeaFactory(public=True)
    monkeypatch.setattr(type(caches["fragments"]), "get_many", refuse)

    assert idea.title in words_of(client.get(LIST))


def test_public_pages_never_name_the_author(client):
    author = UserFactory(name="Zebrafink Nordmann", email="zebrafink@example.no")
    idea = IdeaFactory(public=True, author=author, neighbourhood="Tøyen")

    for url in (LIST, f"{LIST}{idea.slug}/"):
        assert "zebrafink" not in words_of(client.get(url)).lower()
    assert "An idea from Tøyen" in words_of(client.get(f"{LIST}{idea.slug}/"))


def test_idea_tells_other_sites_what_it_is(client, settings):
    idea = IdeaFactory(public=True, title="Klubb & <b>kafé</b>", picture="ideas/a.webp", picture_alt="A door")

    page = words_of(client.get(f"{LIST}{idea.slug}/", headers={"Host": "localhost"}))

    assert '<meta property="og:title" content="Klubb &amp; &lt;b&gt;kafé&lt;/b&gt;">' in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}/en/ideer/{idea.slug}/">' in page
    assert f'<meta property="og:image" content="{settings.SITE_URL}/en/ideer/bilde/{idea.uuid}/">' in page
    assert 'alt="A door"' in page


def test_text_of_an_idea_is_shown_harmless(client):
    idea = IdeaFactory(public=True, need="<script>alert(1)</script> **klubb** [here](https://evil.example)")

    page = words_of(client.get(f"{LIST}{idea.slug}/"))

    assert "<script>alert" not in page
    assert "<strong>klubb</strong>" in page
    assert 'href="https://evil.example"' not in page


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_public_pages_open_in_all_languages(client, prefix):
    idea = IdeaFactory(public=True)

    for path in ("/ideer/", f"/ideer/{idea.slug}/"):
        assert client.get(prefix + path).status_code == 200

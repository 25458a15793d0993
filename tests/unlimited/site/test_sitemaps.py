"""What search engines are told: whole addresses of ours, of what is public, and nothing else."""

import re

import pytest

from tests.factories import EventFactory, IdeaFactory, IncubatorFactory, SeriesFactory

pytestmark = pytest.mark.django_db

OURS = "http://localhost:8000"


def addresses(response) -> list[str]:
    assert response.status_code == 200
    assert "xml" in response["Content-Type"]
    return re.findall(r"<loc>([^<]+)</loc>", response.text)


def test_sitemap_names_public_pages_alone_and_never_the_host_that_was_asked(client):
    idea, event, series = IdeaFactory(public=True), EventFactory(), SeriesFactory()
    IdeaFactory(submitted=True)
    EventFactory(draft=True)
    SeriesFactory(is_published=False)
    place = IncubatorFactory()

    parts = addresses(client.get("/sitemap.xml", headers={"host": "127.0.0.1"}))
    assert all(part.startswith(f"{OURS}/sitemap-") for part in parts)

    found = {part: addresses(client.get(part.removeprefix(OURS))) for part in parts}
    assert found[f"{OURS}/sitemap-ideer.xml"] == [OURS + idea.get_absolute_url()]
    assert found[f"{OURS}/sitemap-arrangementer.xml"] == [OURS + event.get_absolute_url()]
    assert found[f"{OURS}/sitemap-serier.xml"] == [OURS + series.get_absolute_url()]
    assert OURS + place.get_absolute_url() in found[f"{OURS}/sitemap-inkubatorer.xml"]
    assert f"{OURS}/arrangementer/" in found[f"{OURS}/sitemap-sider.xml"]


def test_large_part_is_told_in_pages(client, monkeypatch):
    monkeypatch.setattr("unlimited.site.sitemaps.EventSitemap.limit", 2)
    for _ in range(3):
        EventFactory()

    parts = addresses(client.get("/sitemap.xml"))

    assert f"{OURS}/sitemap-arrangementer.xml?p=2" in parts
    assert len(addresses(client.get("/sitemap-arrangementer.xml?p=2"))) == 1


def test_unknown_part_is_not_found(client):
    assert client.get("/sitemap-hemmelig.xml").status_code == 404


def test_robots_are_shown_the_sitemap_and_kept_from_what_is_private(client):
    text = client.get("/robots.txt").text

    assert f"Sitemap: {OURS}/sitemap.xml" in text
    assert "Disallow: /arbeidsflate/" in text

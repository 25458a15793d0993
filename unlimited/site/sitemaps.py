"""The pages that search engines are told of: what everyone may read, each once, in the language it is written in.

Addresses begin with SITE_URL, whatever host was asked. The parts are small, so that none grows with its table.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from events.models import Event, Series
from ideas.models import Idea
from incubators.models import Incubator

PART = 2_000
PAGES = ("home", "about", "contact", "privacy", "accessibility")


class OurSitemap(Sitemap):
    """Rows of one sort, with the time of their last change."""

    limit = PART
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_latest_lastmod(self):
        """None: to know it, every row would have to be read."""
        return

    def lastmod(self, row):
        return row.updated_at


class PageSitemap(OurSitemap):
    lastmod = None

    def items(self) -> list[str]:
        return [*(f"site:{name}" for name in PAGES), "ideas:list", "incubators:list", "events:list"]

    def location(self, name: str) -> str:
        return reverse(name)


class IdeaSitemap(OurSitemap):
    def items(self):
        return Idea.objects.public().only("slug", "updated_at", "status").order_by("pk")


class IncubatorSitemap(OurSitemap):
    def items(self):
        return Incubator.objects.places().order_by("pk")


class EventSitemap(OurSitemap):
    def items(self):
        return Event.objects.public().only("slug", "updated_at").order_by("pk")


class SeriesSitemap(OurSitemap):
    def items(self):
        return Series.objects.public().order_by("pk")


SITEMAPS = {
    "sider": PageSitemap,
    "ideer": IdeaSitemap,
    "inkubatorer": IncubatorSitemap,
    "arrangementer": EventSitemap,
    "serier": SeriesSitemap,
}


@login_not_required
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """All parts of the sitemap. Django's own view would name the host that was asked."""
    parts = []
    for section, part in SITEMAPS.items():
        address = settings.SITE_URL + reverse("sitemap", args=[section])
        pages = range(2, part().paginator.num_pages + 1)
        parts += [address, *(f"{address}?p={page}" for page in pages)]
    context = {"sitemaps": [{"location": address, "last_mod": None} for address in parts]}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """One part, in the site's own language: an address without a prefix answers everyone."""
    with translation.override(settings.LANGUAGE_CODE):
        return sitemap(request, SITEMAPS, section=section).render()


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines need not look at, and where the sitemap is."""
    private = ("/arbeidsflate/", "/konto/", "/min-side/", "/pamelding/", "/plass/", "/admin/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemaps')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=UTF-8")

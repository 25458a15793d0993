"""Ideas that anyone may read: the list with its search, and one page each."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ideas.forms.public import PublicFilter
from ideas.models import Idea
from incubators.models import Incubator
from unlimited.content.paging import keyset_page
from unlimited.mail.links import absolute

ROWS = 18


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def public_list(request: HttpRequest) -> HttpResponse:
    """All public ideas, the newest first. htmx asks for the results alone."""
    chosen = PublicFilter(request.GET, incubators=Incubator.objects.active())
    ideas = chosen.narrow(Idea.objects.public()).select_related("incubator").order_by("-submitted_at", "-pk")
    page = keyset_page(
        ideas, query=request.GET, size=ROWS, fetch=lambda rows, count: rows.first_matching(chosen.text, count)
    )
    template = "ideas/public/_results.html" if request.htmx else "ideas/public/list.html"
    return render(request, template, {"filter": chosen, "page": page})


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One public idea. Its author is never named."""
    ideas = Idea.objects.public().select_related("incubator").prefetch_related("themes")
    idea = get_object_or_404(ideas, slug=slug)
    language = get_language()
    context = {
        "idea": idea,
        "public_url": absolute("ideas:detail", language, idea.slug),
        "picture_url": absolute("ideas:picture", language, idea.uuid) if idea.picture else "",
    }
    return render(request, "ideas/public/detail.html", context)

"""Ideas that anyone may read: the list with its search, and one page each."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from ideas.forms.public import PublicFilter
from ideas.models import Idea, Purpose, Story, Theme
from incubators.models import Incubator
from unlimited.content.fragments import version_of
from unlimited.content.paging import keyset_page

ROWS = 18


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def public_list(request: HttpRequest) -> HttpResponse:
    """All public ideas, the newest first. htmx asks for the results alone."""
    chosen = PublicFilter(request.GET, incubators=Incubator.objects.active())
    ideas = chosen.narrow(Idea.objects.public()).order_by("-submitted_at", "-pk").versions()
    page = keyset_page(
        ideas, query=request.GET, size=ROWS, fetch=lambda rows, count: rows.first_matching(chosen.text, count)
    )
    template = "ideas/public/_results.html" if request.htmx else "ideas/public/list.html"
    suggestion = "" if page.rows or not chosen.text else Idea.objects.public().suggestion_for(chosen.text)
    return render(request, template, {"filter": chosen, "page": page, "suggestion": suggestion})


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One public idea. Its author is never named. The idea is read whole only where its page is not kept.

    What has gone into another idea leads there, where both may be seen.
    """
    version = Idea.objects.public().versions().filter(slug=slug).first()
    if version is None:
        return redirect(get_object_or_404(Idea.objects.public(), pk=Idea.objects.goes_on_in(slug)))
    themes = list(Theme.objects.filter(ideas=version.pk))
    whole = Idea.objects.select_related("incubator")
    context = {
        "version": version_of([version, [(theme.slug, theme.name) for theme in themes]]),
        "idea": SimpleLazyObject(lambda: get_object_or_404(whole, pk=version.pk)),
        "themes": themes,
        # Asked each time and kept nowhere: a yes that is taken back or has run out is seen at once.
        "stories": Story.objects.agreed_for(Purpose.WEB).filter(idea=version.pk),
    }
    return render(request, "ideas/public/detail.html", context)

"""What the site's pages are compared with, behind the same middleware.

The floor is one `SELECT 1` and as many bytes as the page has. A bare view reads the same rows as the page, in
two queries, and shows the same facts of them by one plain template: no form, no frame, no translation, no cache.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from events.models import Event
from ideas.models import Idea
from ideas.views import moderation, public
from incubators.models import Incubator
from unlimited.content.fragments import forget_near
from unlimited.content.paging import count_up_to


def cold(get_response):
    """Middleware: a request that says so finds nothing kept near at hand."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "X-Cold" in request.headers:
            forget_near()
        return get_response(request)

    return answer


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(b"x" * int(request.GET["bytes"]))


@login_not_required
def bare_home(request: HttpRequest) -> HttpResponse:
    ideas = Idea.objects.public().select_related("incubator").order_by("-submitted_at", "-id")[:3]
    places = Incubator.objects.places().select_related("municipality")[:6]
    return render(request, "bench/home.html", {"ideas": ideas, "places": places})


@login_not_required
def bare_list(request: HttpRequest) -> HttpResponse:
    """The list, and with `q` the search, which asks the database as the page does."""
    ideas = Idea.objects.public().select_related("incubator").order_by("-submitted_at", "-pk")
    found = ideas.first_matching(request.GET.get("q", ""), public.ROWS + 1)
    places = Incubator.objects.active().order_by("name").values_list("slug", "name")
    return render(request, "bench/list.html", {"ideas": found, "places": places})


@login_not_required
def bare_idea(request: HttpRequest, slug: str) -> HttpResponse:
    ideas = Idea.objects.public().select_related("incubator").prefetch_related("themes")
    return render(request, "bench/idea.html", {"idea": get_object_or_404(ideas, slug=slug)})


@login_not_required
def bare_events(request: HttpRequest) -> HttpResponse:
    events = Event.objects.public().select_related("incubator")
    return render(request, "bench/events.html", {"coming": events.upcoming()[:19], "past": events.past()[:6]})


@login_not_required
def bare_event(request: HttpRequest, slug: str) -> HttpResponse:
    """The event and its programme, which is two queries more."""
    event = get_object_or_404(Event.objects.public().select_related("incubator", "series"), slug=slug)
    return render(
        request, "bench/event.html", {"event": event, "sessions": event.sessions.prefetch_related("speakers")}
    )


def bare_queue(request: HttpRequest) -> HttpResponse:
    cases = Idea.objects.cases_of(request.user).waiting_for_answer().order_by("answer_due_on", "pk")
    rows = cases.select_related("incubator", "author", "taken_by")[: moderation.ROWS + 1]
    return render(request, "bench/queue.html", {"ideas": rows, "count": count_up_to(cases)})

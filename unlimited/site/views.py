"""Home, the pages about us, and the front of the desk, which composes the apps."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ideas.models import Idea
from incubators.models import Incubator


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what is missing; writing there starts the idea."""
    context = {
        "ideas": Idea.objects.public().select_related("incubator").order_by("-submitted_at", "-id")[:3],
        "incubators": Incubator.objects.places().select_related("municipality")[:6],
    }
    return render(request, "site/home.html", context)


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Those who work here go to the desk, all others to their own page."""
    return redirect("site:desk" if request.user.has_perm("incubators.use_desk") else "ideas:mine")


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "site/contact.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/front.html")


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "site/components.html")

"""Home and the pages about us: open to everyone."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.models import Event
from ideas.models import Idea
from incubators.models import Incubator
from unlimited.content.forms import status_of_form
from unlimited.content.fragments import version_of
from unlimited.content.methods import form_page
from unlimited.content.templatetags.site_text import day
from unlimited.content.typed import asks
from unlimited.site import actions
from unlimited.site.examples import CHART, EVENT, EXAMPLES, ExampleForm
from unlimited.site.forms import AccessibilityFeedbackForm
from unlimited.users.limits import may_do


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what is missing; writing there starts the idea."""
    places = Incubator.objects.places()[:6]
    events = Event.objects.upcoming().with_room()
    context = {
        "events": events.for_cards().registered_first()[:2],
        "ideas": Idea.objects.public().order_by("-submitted_at", "-id").versions()[:3],
        "incubators": places.select_related("municipality"),
        "incubators_version": version_of(places.values_list("pk", "updated_at")),
    }
    return render(request, "site/home.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    intake = Incubator.objects.filter(is_national_intake=True).first()
    return render(request, "site/contact.html", {"intake": intake})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept. The cookie list is made of the settings, so that it stays true."""
    cookies = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "session_days": settings.SESSION_COOKIE_AGE // 86400,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "csrf_days": settings.CSRF_COOKIE_AGE // 86400,
        "consent_age": settings.CONSENT_AGE,
    }
    return render(request, "site/privacy.html", cookies)


@login_not_required
@form_page
@asks(AccessibilityFeedbackForm)
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement, and a form for what somebody could not use."""
    form = AccessibilityFeedbackForm(request.POST or None)
    if form.is_valid() and _take_feedback(request, form):
        messages.success(request, _thanks(form))
        return redirect("site:accessibility")
    context = {"form": form, "due_on": actions.answer_due_on()}
    return render(request, "site/accessibility.html", context, status=status_of_form(form))


def _thanks(form: AccessibilityFeedbackForm) -> str:
    if not form.cleaned_data["email"]:
        return _("Thank you. We have it, and will read it.")
    return _("Thank you. We have it, and answer you by %(day)s.") % {"day": day(actions.answer_due_on())}


def _take_feedback(request: HttpRequest, form: AccessibilityFeedbackForm) -> bool:
    """Keep what was said; False, with words on the form, where too much came from one place."""
    if not may_do(request, action="accessibility_feedback"):
        form.add_error(
            None, _("Much has come from here in the last hour. What you wrote stands here. Try again later.")
        )
        return False
    actions.give_feedback(**form.given(), language=get_language())
    return True


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show each component once, with its states; in development only."""
    bound = ExampleForm({"website": "no address"})
    context = {"form": ExampleForm(), "bound": bound, "ideas": EXAMPLES, "event": EVENT, "states": Event.State.values}
    return render(request, "site/components.html", {**context, "chart": CHART})

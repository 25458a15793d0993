"""What a leader has to know of: who may be in danger, promises broken at their incubators, and how many were kept."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ideas.models import Concern, Idea, SupportRelation
from ideas.models.promise import Month, months_of_promises
from ideas.models.sharing import with_absence
from incubators.rules import incubators_answered_for, incubators_led_by
from unlimited.content.bars import Bars, bars_of
from unlimited.content.templatetags.site_text import month

ROWS = 25
SHOWN = (
    "uuid", "title", "proposal", "need", "language", "status", "answer_due_on", "answered_at", "new_due_on",
    "staff_acted_at", "incubator__name", "taken_by__name", "taken_by__email",
)  # fmt: skip
SHOWN_OF_SUPPORT = (
    "status", "contact_at", "asked_at", "supporter__name", "supporter__email", "idea__uuid", "idea__title",
    "idea__proposal", "idea__need", "idea__language", "idea__step", "idea__incubator__name",
)  # fmt: skip


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """The worst first; all of them are in the queue."""
    if not request.user.has_perm("ideas.view_leader_list"):
        raise PermissionDenied
    led = incubators_led_by(request.user)
    concerns = Concern.objects.filter(incubator__in=incubators_answered_for(request.user)).open()
    cases = Idea.objects.filter(incubator__in=led).select_related("incubator", "taken_by").only(*SHOWN)
    cases = with_absence(cases)
    late = list(cases.overdue().order_by("answer_due_on", "pk")[: ROWS + 1])
    quiet = list(cases.quiet().order_by("staff_acted_at", "pk")[: ROWS + 1])
    months = months_of_promises(led)
    silent = SupportRelation.objects.without_contact().filter(idea__incubator__in=led)
    silent = silent.select_related("idea__incubator", "supporter").order_by("contact_at", "pk")
    context = {
        "silent": silent.only(*SHOWN_OF_SUPPORT)[:ROWS],
        "concerns": concerns.select_related("incubator", "written_by")[:ROWS],
        "late": late[:ROWS],
        "is_more_late": len(late) > ROWS,
        "quiet": quiet[:ROWS],
        "is_more_quiet": len(quiet) > ROWS,
        "months": months,
        "chart": _chart(months),
    }
    return render(request, "ideas/leader/list.html", context)


def _chart(months: list[Month]) -> Bars:
    """The months as bars; the table below them says the same."""
    rows = [(month(one.first), (one.kept, one.late, one.waiting)) for one in months]
    return bars_of([_("In time"), _("Too late"), _("Still waiting")], rows)

"""The front of the staff desk, which composes the apps, and what people say about accessibility."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from rules.contrib.views import permission_required

from ideas.models import Idea, Side
from ideas.waiting import waits_on
from incubators.models import Incubator, Initiative
from incubators.rules import incubators_moderated_by
from unlimited.content.typed import asks
from unlimited.runs.models import TaskRun
from unlimited.site import actions
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User

MOST_FEEDBACK, MOST_TASKS = 100, 20


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Those who work here go to the desk, all others to their own page."""
    return redirect("site:desk" if request.user.has_perm("users.find_desk") else "ideas:mine")


@require_safe
@permission_required("incubators.use_desk", raise_exception=True)
def front(request: HttpRequest) -> HttpResponse:
    """What waits on me today, and the ways to it."""
    may_support = request.user.has_perm("ideas.support_ideas")
    waits_on_me = waits_on(request.user, Side.SUPPORTER) if may_support else {}
    context = {
        "may_support": may_support,
        "waits_on_me": waits_on_me,
        "something_waits": any(waits_on_me.values()),
        **_answers(request.user),
        "incubators": Incubator.objects.staffed_by(request.user).select_related("municipality"),
        **_of_the_network(request.user),
    }
    return render(request, "desk/front.html", context)


def _answers(user) -> dict:
    """What waits for an answer, for who moderates: nobody else can give one."""
    if not incubators_moderated_by(user):
        return {"moderates": False}
    waiting = Idea.objects.submitted_to(user).waiting_for_answer()
    is_late = Q(answer_due_on__lt=timezone.localdate())
    return {
        "moderates": True,
        **waiting.aggregate(waiting=Count("pk"), late=Count("pk", filter=is_late)),
        "nearest": waiting.select_related("incubator").order_by("answer_due_on", "id")[:5],
    }


def _of_the_network(user) -> dict:
    """What waits on national staff: all numbers in one question, and the tasks that fail."""
    if not (user.has_perm("incubators.follow_initiatives") and user.has_perm("site.handle_feedback")):
        return {"overdue_contacts": 0, "unread_feedback": 0, "overdue_feedback": 0, "failing_tasks": ()}
    unread = AccessibilityFeedback.objects.filter(handled_at=None)
    numbers = {
        "overdue_contacts": _number_of(Initiative.objects.overdue()),
        "unread_feedback": _number_of(unread),
        "overdue_feedback": _number_of(AccessibilityFeedback.objects.overdue()),
    }
    failing = TaskRun.objects.failing()[:MOST_TASKS]
    return {**User.objects.filter(pk=user.pk).values(**numbers).get(), "failing_tasks": failing}


def _number_of(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


@require_safe
@permission_required("site.handle_feedback", raise_exception=True)
def feedback(request: HttpRequest) -> HttpResponse:
    """What people could not use, not handled yet."""
    rows = AccessibilityFeedback.objects.waiting()[:MOST_FEEDBACK]
    return render(request, "desk/feedback.html", {"rows": rows})


@require_POST
@permission_required("site.handle_feedback", raise_exception=True)
@asks()
def handle_feedback(request: HttpRequest, uuid: UUID) -> HttpResponse:
    actions.handle_feedback(by=request.user, feedback=get_object_or_404(AccessibilityFeedback, uuid=uuid))
    return redirect("site:feedback")

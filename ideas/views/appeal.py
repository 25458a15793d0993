"""An appeal: where its author writes it, and where a leader reads and answers it."""

from http import HTTPStatus
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import appeal as actions
from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaError, IdeaGoneError
from ideas.drafts import ideas_of
from ideas.forms.appeal import AppealAnswerForm, AppealForm
from ideas.models import Appeal, Idea, Transition
from ideas.models.appeal import STANDS_WHILE, decisions_that_stand
from ideas.views.sides import note_opening
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.templatetags.site_text import day
from unlimited.content.typed import asks, not_saved
from unlimited.users.adapter import WAIT

ROWS = 25


@never_cache
@form_page
@asks(AppealForm)
def write(request: HttpRequest, uuid: UUID, revision: int) -> HttpResponse:
    """Appeal a decision about an idea of mine. One that is appealed or no longer in force leads back to it."""
    ideas = ideas_of(request).filter(author=request.user).exclude(status=Idea.Status.DRAFT)
    idea = get_object_or_404(ideas.select_related("incubator"), uuid=uuid)
    decision = get_object_or_404(idea.transitions.filter(kind__in=STANDS_WHILE), revision=revision)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if not form.is_bound and not _may_be_appealed(idea, decision):
        return redirect("ideas:mine_idea", idea.uuid)
    if form.is_valid() and not ratelimit.consume(request, action="write_message"):
        form.add_error(None, WAIT)
    if form.is_valid() and (answered := _appeal(request, decision, form)):
        return answered
    due_on = idea.incubator.answer_due_on(timezone.now())
    context = {"idea": idea, "decision": decision, "form": form, "due_on": due_on}
    return render(request, "ideas/appeal/write.html", context, status=422 if form.errors else 200)


def _may_be_appealed(idea: Idea, decision: Transition) -> bool:
    log = idea.transitions.order_by("revision")
    return decision in decisions_that_stand(idea, log) and not Appeal.objects.filter(decision=decision).exists()


def _appeal(request: HttpRequest, decision: Transition, form: AppealForm) -> HttpResponse | None:
    """Appeal, and tell how it went; None where the form has to be sent once more."""
    back = reverse("ideas:mine_idea", args=[decision.idea.uuid])
    try:
        appeal = actions.appeal_decision(decision=decision, by=request.user, **form.cleaned_data)
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return None
    except actions.NotToBeAppealedError:
        words = _("The decision no longer stands, so there is nothing left to appeal.")
        return not_saved(request, words, back=back)
    except IdeaGoneError as error:
        raise Http404 from error
    words = _("Your appeal is with the incubator. You get an answer by %(day)s.")
    messages.success(request, words % {"day": day(appeal.due_on)})
    return redirect(back)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The appeals that wait at my incubators, the one promised first on top."""
    if not request.user.has_perm("ideas.view_queue"):
        raise PermissionDenied
    appeals = Appeal.objects.open().readable_by(request.user).with_case().order_by("due_on", "pk")
    page = keyset_page(appeals, query=request.GET, size=ROWS)
    return render(request, "ideas/appeal/waiting.html", {"page": page})


@form_page
@asks(AppealAnswerForm)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One appeal: the decision, what its author says against it, and the answer."""
    appeal = _readable(request, uuid)
    may_answer = request.user.has_perm("ideas.answer_appeal", appeal)
    if request.method != "POST":
        return _show(request, appeal, AppealAnswerForm(initial={"revision": appeal.idea.revision}), may_answer)
    if not may_answer:
        raise PermissionDenied
    form = AppealAnswerForm(request.POST)
    problem = _answer(appeal, form, request.user)
    if not problem:
        messages.success(request, _("The author has got your answer."))
        return redirect("ideas:appeal", uuid)
    if problem == HTTPStatus.CONFLICT:
        appeal = _readable(request, uuid)
        form.data = form.data.copy()
        form.data["revision"] = appeal.idea.revision
    return _show(request, appeal, form, may_answer, status=problem)


def _readable(request: HttpRequest, uuid: UUID) -> Appeal:
    appeal = get_object_or_404(Appeal.objects.readable_by(request.user).with_case(), uuid=uuid)
    note_opening(request, appeal.decision.idea)
    return appeal


def _answer(appeal: Appeal, form: AppealAnswerForm, user) -> HTTPStatus | None:
    """Answer it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    facts = form.cleaned_data
    try:
        actions.answer_appeal(
            appeal=appeal,
            by=user,
            seen_revision=facts["revision"],
            is_granted=facts["outcome"] == form.GRANTED,
            answer=facts["answer"],
        )
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaError as problem:
        if not _did_it_already(problem, user):
            words = _("The case has changed since you opened the page. Nothing is sent. What you wrote is here.")
            form.add_error(None, words)
            return HTTPStatus.CONFLICT
    return None


def _did_it_already(problem: IdeaError, user) -> bool:
    """A button pressed twice."""
    last = problem.last if isinstance(problem, EditedElsewhereError) else None
    answers = (Transition.Kind.APPEAL_GRANTED, Transition.Kind.APPEAL_REFUSED)
    return last is not None and last.by_id == user.pk and last.kind in answers


def _show(
    request: HttpRequest, appeal: Appeal, form: AppealAnswerForm, may_answer: bool, status: int = 200
) -> HttpResponse:
    is_own_decision = appeal.decision.by_id == request.user.pk
    context = {"appeal": appeal, "form": form, "may_answer": may_answer, "is_own_decision": is_own_decision}
    return render(request, "ideas/appeal/appeal.html", context, status=status)

"""Staff ask whether two ideas may become one, and their authors answer."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ideas.actions import merging as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.merging import MergeAnswerForm, MergeForm, SpokenMergeYesForm
from ideas.models import Idea, Merge
from ideas.views.sides import note_opening
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved

MOST_EARLIER = 10


@never_cache
@form_page
@asks(MergeForm)
def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose the idea that this one goes into; then the state of the question."""
    idea = _case(request, uuid)
    if request.method != "POST" or "search" in request.POST:
        begun = {name: request.POST.get(name, "") for name in MergeForm.base_fields}
        return _show(request, idea, MergeForm(idea=idea, user=request.user, begun=begun))
    form = MergeForm(request.POST, idea=idea, user=request.user)
    status = _propose(request, idea, form)
    if status is None:
        messages.success(request, _("The authors are asked. Nothing happens before both have said yes."))
        return redirect("ideas:merge", idea.uuid)
    return _show(request, idea, form, status=status)


@never_cache
@require_POST
@asks(SpokenMergeYesForm)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Take the question back, or write down a spoken yes."""
    row = _question(uuid)
    idea = _case(request, row.source.uuid)
    back = reverse("ideas:merge", args=[idea.uuid])
    if name == "trekk-tilbake":
        done = _("The question is taken back.")
        return _do(request, lambda: actions.take_merge_back(merge=row, by=request.user), done, back=back)
    if name != "muntlig-ja":
        raise Http404
    form = SpokenMergeYesForm(request.POST)
    if not form.is_valid():
        empty = MergeForm(idea=idea, user=request.user)
        return _show(request, idea, empty, spoken=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    facts = {"merge": row, "by": request.user, **form.cleaned_data}
    return _do(request, lambda: actions.note_spoken_yes(**facts), _("It is written down."), back=back)


@never_cache
@require_POST
@asks(MergeAnswerForm)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say yes or no as the author of one of the two."""
    ideas = Idea.objects.written_by(request.user).exclude(status=Idea.Status.DRAFT)
    idea = get_object_or_404(ideas, uuid=uuid)
    form, back = MergeAnswerForm(request.POST), reverse("ideas:mine_idea", args=[idea.uuid])
    if not form.is_valid():
        words = _("Choose yes or no. A word may have up to 400 characters.")
        return not_saved(request, words, back=back, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    row = get_object_or_404(Merge.objects.about(idea).with_ideas(), uuid=form.cleaned_data["merge"])
    says_yes, words = form.cleaned_data["answer"] == form.YES, form.cleaned_data["words"]
    say, done = (
        (actions.agree_to_merge, _("You have said yes."))
        if says_yes
        else (actions.refuse_merge, _("You have said no. Your idea stays as it is."))
    )
    return _do(request, lambda: say(merge=row, by=request.user, words=words), done, back=back)


def _case(request: HttpRequest, uuid: UUID) -> Idea:
    cases = Idea.objects.submitted_to(request.user).select_related("incubator", "author")
    return note_opening(request, get_object_or_404(cases, uuid=uuid))


def _question(uuid: UUID) -> Merge:
    return get_object_or_404(Merge.objects.with_ideas(), uuid=uuid)


def _propose(request: HttpRequest, idea: Idea, form: MergeForm) -> HTTPStatus | None:
    """Ask; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    facts = {"target": form.cleaned_data["target"], "reason": form.cleaned_data["reason"]}
    try:
        actions.propose_merge(source=idea, by=request.user, **facts)
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except actions.CircularMergeError as problem:
        form.tell_why_not(problem.why)
    except IdeaGoneError as problem:
        raise Http404 from problem
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
    return HTTPStatus.CONFLICT if form.errors else None


def _do(request: HttpRequest, act: Callable[[], object], done: str, *, back: str) -> HttpResponse:
    """Do it and say so; where it is too late, say that, with the words that came along."""
    try:
        act()
    except IdeaBusyError:
        return not_saved(request, str(BUSY), back=back, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except IdeaGoneError as problem:
        raise Http404 from problem
    except IdeaError as problem:
        return not_saved(request, _what_happened(problem), back=back)
    messages.success(request, done)
    return redirect(back)


def _what_happened(problem: IdeaError) -> str:
    if isinstance(problem, actions.NoRoomError):
        return _("As many write along in the idea that goes on as can. Its author has to make room first.")
    return _("This is not possible any more: it is answered already, or one of the two ideas has changed. See below.")


def _show(
    request: HttpRequest,
    idea: Idea,
    form: MergeForm,
    *,
    spoken: SpokenMergeYesForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rows = list(Merge.objects.about(idea).with_ideas()[:MOST_EARLIER])
    context = {
        "idea": idea,
        "form": form,
        "open": [row for row in rows if row.is_open],
        "earlier": [row for row in rows if not row.is_open],
        # One question at a time; what was typed on a page of before stays to be read.
        "may_ask": idea.status in Idea.OPEN_STATUSES and (form.is_bound or not any(row.is_open for row in rows)),
        "spoken": spoken or SpokenMergeYesForm(),
        "sent": spoken if spoken else form,
    }
    return render(request, "ideas/merging/case.html", context, status=status)

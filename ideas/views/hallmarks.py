"""The sheet about the five hallmarks, the same page for both sides and for nobody else."""

from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.hallmarks import HallmarksForm
from ideas.models import HallmarkAnswer, Idea, Side, SupportRelation, side_of
from ideas.views.sides import no_case
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

MOST_ROUNDS = 6
Answer = HallmarkAnswer.Answer


@dataclass
class Row:
    """One hallmark over the rounds: of each, what the two answered. `rounds` is the newest first."""

    label: str
    rounds: list[dict[str, HallmarkAnswer]] = field(default_factory=list)

    @property
    def newest(self) -> dict[str, HallmarkAnswer]:
        return self.rounds[0]

    @property
    def differs(self) -> bool:
        return len({answer.answer for answer in self.newest.values()}) > 1


@never_cache
@form_page
@asks(HallmarksForm)
def hallmarks(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of the supporter."""
    return _page(request, uuid, Side.SUPPORTER)


@never_cache
@form_page
@asks(HallmarksForm)
def mine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of who writes the idea."""
    return _page(request, uuid, Side.AUTHOR)


def _page(request: HttpRequest, uuid: UUID, side: Side) -> HttpResponse:
    """404 for all but this side of the two, also for those who moderate the case."""
    idea = get_object_or_404(Idea.objects.select_related("incubator", "author"), uuid=uuid)
    if idea.status == Idea.Status.DRAFT or side_of(request.user, idea) != side:
        raise no_case(request, uuid)
    is_mine, status = side == Side.AUTHOR, HTTPStatus.OK
    if request.method == "POST":
        form = HallmarksForm(request.POST, idea=idea, by=request.user)
        status = _save(form, side)
        if status is None:
            messages.success(request, _("Your answers are sent. The other one sees them once both have answered."))
            return redirect("ideas:my_hallmarks" if is_mine else "ideas:hallmarks", idea.uuid)
    else:
        form = HallmarksForm(idea=idea, by=request.user, side=side)
    context = {"idea": idea, "is_mine": is_mine, "form": form, **_rounds(idea, side)}
    has_supporter = idea.status in SupportRelation.SUPPORTED and idea.support_relations.active().exists()
    context["may_answer"] = has_supporter
    template = "ideas/hallmarks/my_idea.html" if is_mine else "ideas/hallmarks/case.html"
    return render(request, template, context, status=status)


def _save(form: HallmarksForm, side: Side) -> HTTPStatus | None:
    """Send it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except IdeaError:
        form.add_error(None, _("This has changed since you opened the page. Look over what you wrote, and send it."))
        stands = form.as_it_stands(side)
        form.data = form.data.copy()
        form.data.update({name: stands[name] for name in ("round_no", "seen_at")})
        return HTTPStatus.CONFLICT
    return None


def _rounds(idea: Idea, side: Side) -> dict:
    """The rounds that are over, hallmark by hallmark, where the two differ first; and who is waited for."""
    sheets = list(idea.talk_sheets.all()[: MOST_ROUNDS + 1])
    current = next((sheet for sheet in sheets if sheet.closed_at is None), None)
    over = [sheet for sheet in sheets if sheet.closed_at][:MOST_ROUNDS]
    by_round = {sheet.pk: {} for sheet in over}
    for answer in HallmarkAnswer.objects.readable_by(side).filter(sheet__in=over):
        by_round[answer.sheet_id].setdefault(answer.hallmark, {})[answer.side] = answer
    rows = [
        Row(label, [by_round[sheet.pk].get(name, {}) for sheet in over])
        for name, label in HallmarkAnswer.Hallmark.choices
        if over
    ]
    rows.sort(key=lambda row: not row.differs)
    return {
        "rows": rows,
        "over": over,
        "newest_at": over[0].closed_at if over else None,
        "have_answered": bool(current and current.answered_at(side)),
        "other_has_answered": bool(current and current.answered_at(side.other)),
    }

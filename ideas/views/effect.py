"""What an idea changes, the same pages for both sides: what is counted, baseline, goal and current number."""

import uuid as uuids
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import effect as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.effect import IndicatorForm, MeasureForm
from ideas.links import make_measurement_token
from ideas.models import Idea, Indicator, Measurement
from ideas.views.sides import may_write, name_for, opened_idea, seen_revision, writers_idea
from ideas.views.submission import BUSY
from unlimited.content.lines import Line, line_of
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

MOST_RETIRED = 10
# Of each indicator: as many as one reads on a phone, the newest ones.
MOST_NUMBERS = 12


@dataclass
class Row:
    """One indicator with its numbers, oldest first."""

    indicator: Indicator
    numbers: list[Measurement] = field(default_factory=list)

    @property
    def newest(self) -> Measurement | None:
        return self.numbers[-1] if self.numbers else None

    @property
    def line(self) -> Line:
        """Of each day what was written last."""
        began = {self.indicator.baseline_on: self.indicator.baseline}
        by_day = began | {one.measured_on: one.value for one in self.numbers}
        return line_of(list(by_day.items()), self.indicator.goal)


@never_cache
@require_safe
def effect(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> HttpResponse:
    """All that is counted, and what was counted before."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    in_use = list(idea.indicators.in_use())
    retired = list(idea.indicators.filter(retired_at__isnull=False).order_by("-retired_at")[:MOST_RETIRED])
    rows = {indicator.pk: Row(indicator) for indicator in (*in_use, *retired)}
    for one in Measurement.objects.filter(indicator__in=rows).newest_of_each(MOST_NUMBERS).with_movement():
        row = rows[one.indicator_id]
        if row.newest and row.newest.measured_on == one.measured_on:
            row.newest.stands = _("Replaced by the one above")
        one.stands = Indicator.Movement(one.movement).label
        row.numbers.append(one)
    facts = {
        "rows": [rows[indicator.pk] for indicator in in_use],
        "retired": [rows[indicator.pk] for indicator in retired],
        "is_full": len(in_use) >= Indicator.MOST,
        "may_write": may_write(request, idea),
        "question_token": _question(request, idea) if is_mine else "",
    }
    return _show(request, "list", idea, is_mine=is_mine, **facts)


@never_cache
@form_page
@asks(IndicatorForm)
def indicator(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID | None = None) -> HttpResponse:
    """Write down what is to be counted, or put its words or its goal right."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.indicators.in_use(), uuid=number) if number else None
    facts = {"idea": idea, "by": request.user, "indicator": row}
    if request.method == "POST":
        form = IndicatorForm(request.POST, **facts)
    else:
        start = {"token": uuids.uuid4(), "baseline_on": timezone.localdate()}
        form = IndicatorForm(**facts, **({} if row else {"initial": start}))
    done = _("The goal and the words are saved.") if row else _("Written down. Next time, write how much it is then.")
    return _form_page(request, "indicator_form", idea, form, row, done=done, is_mine=is_mine)


@never_cache
@form_page
@asks(MeasureForm)
def measure(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """Write down a number by hand."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.indicators.in_use(), uuid=number)
    row.idea = idea
    start = {"token": uuids.uuid4(), "measured_on": timezone.localdate()}
    form = MeasureForm(
        request.POST if request.method == "POST" else None, indicator=row, by=request.user, initial=start
    )
    return _form_page(request, "measure", idea, form, row, done=_("The number is written down."), is_mine=is_mine)


@never_cache
@form_page
@asks()
def retire(request: HttpRequest, uuid: UUID, *, is_mine: bool, number: UUID) -> HttpResponse:
    """Measure something no more, as it was read."""
    idea = writers_idea(request, uuid, is_mine=is_mine)
    row = get_object_or_404(idea.indicators, uuid=number)
    if request.method == "POST":
        try:
            actions.retire_indicator(indicator=row, by=request.user, seen_revision=seen_revision(request))
        except IdeaError:
            messages.warning(request, _("This has changed meanwhile, and is still measured. Look at it first."))
        else:
            messages.success(request, _("It is measured no more. Its numbers are kept."))
        return redirect(name_for("effect", is_mine), idea.uuid)
    return _show(request, "retire", idea, is_mine=is_mine, row=row)


def _form_page(
    request: HttpRequest, page: str, idea: Idea, form: forms.Form, row: Indicator | None, *, done: str, is_mine: bool
) -> HttpResponse:  # fmt: skip
    status = HTTPStatus.OK
    if form.is_bound:
        status = _save(form)
        if status is None:
            messages.success(request, done)
            return redirect(name_for("effect", is_mine), idea.uuid)
    facts = {"form": form, "row": row, "last": row.last if row else None}
    return _show(request, page, idea, is_mine=is_mine, status=status, **facts)


def _save(form: forms.Form) -> HTTPStatus | None:
    """Save it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except actions.BaselineStandsError:
        words = _("Numbers are compared with this, so it stands. Is it wrong? Retire it, and write a new one.")
        form.add_error("baseline", words)
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        if isinstance(problem, actions.IndicatorChangedError):
            form.data = form.data.copy()
            form.data["revision"] = problem.revision or 0
    else:
        return None
    return HTTPStatus.CONFLICT


def _what_happened(problem: IdeaError) -> str:
    if isinstance(problem, actions.TooManyIndicatorsError):
        return _("There are five already, as many as one can follow. Retire one first; what you wrote is here.")
    if isinstance(problem, actions.IndicatorChangedError):
        return _("Somebody has changed this meanwhile. What you wrote is here: look it over.")
    if isinstance(problem, actions.RetiredError):
        return _("This is measured no more. Nothing is saved; what you wrote is here.")
    if isinstance(problem, actions.OutOfTimeError):
        return _("That is before the first number was counted. What you wrote is here.")
    return _("You are not one of the two who work on the idea now. What you wrote is here.")


def _question(request: HttpRequest, idea: Idea) -> str:
    """The key to what the author is asked just now; empty where nothing is."""
    asked = idea.measurement_requests.waiting().first() if may_write(request, idea) else None
    return make_measurement_token(asked, request.user) if asked else ""


def _show(request: HttpRequest, page: str, idea: Idea, *, is_mine: bool, status: int = HTTPStatus.OK, **facts):
    names = ("effect", "new_indicator", "indicator", "measure", "retire_indicator")
    context = {"idea": idea, "is_mine": is_mine, "page": f"ideas/effect/_{page}.html", **facts}
    context["urls"] = {name: name_for(name, is_mine) for name in names}
    template = "ideas/effect/my_idea.html" if is_mine else "ideas/effect/case.html"
    return render(request, template, context, status=status)

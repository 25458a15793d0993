"""The page of a link that asks how much of something there is now: one question at a time, no log-in.

The site's own `Referrer-Policy: same-origin` keeps the link from other sites. Looking changes nothing: mail programs
follow links by themselves.
"""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ideas.actions import effect as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.effect import AnswerForm
from ideas.links import read_measurement_token
from ideas.models import Indicator, Measurement, MeasurementRequest
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.text import clean_line
from unlimited.content.typed import asks
from unlimited.links import ExpiredLinkError, ForgedLinkError


@dataclass
class Sheet:
    """The current state of one request: what is answered, and what is still asked."""

    asked: MeasurementRequest
    answers: list[Measurement]
    open: list[Indicator]

    @classmethod
    def of(cls, asked: MeasurementRequest) -> "Sheet":
        answers = list(asked.measurements.select_related("indicator").order_by("indicator__place", "pk"))
        done = {answer.indicator_id for answer in answers}
        return cls(asked, answers, [one for one in Indicator.objects.asked_by(asked) if one.pk not in done])

    @property
    def number(self) -> int:
        return len(self.answers) + 1

    @property
    def count(self) -> int:
        return len(self.answers) + len(self.open)


@login_not_required
@never_cache
@form_page
@asks(AnswerForm)
def measurement(request: HttpRequest, token: str) -> HttpResponse:
    """The first question that is not answered yet; once there is none, all answers and what happens next."""
    try:
        uuid, person = read_measurement_token(token)
    except ForgedLinkError:
        return render(request, "ideas/measuring/forged.html", status=HTTPStatus.NOT_FOUND)
    except ExpiredLinkError:
        return render(request, "ideas/measuring/expired.html", status=HTTPStatus.GONE)
    requests = MeasurementRequest.objects.select_related("idea__incubator", "idea__author")
    asked = requests.filter(uuid=uuid).first()
    if asked is None or not asked.is_open_to(person):
        return _gone(request)
    sheet = Sheet.of(asked)
    if request.method == "POST":
        return _answer(request, sheet, token)
    if sheet.open and asked.is_expired:
        return render(request, "ideas/measuring/expired.html", status=HTTPStatus.GONE)
    if sheet.open:
        return _ask(request, sheet, AnswerForm(asked=asked, indicator=sheet.open[0]))
    return _show(request, sheet, "thanks")


def _answer(request: HttpRequest, sheet: Sheet, token: str) -> HttpResponse:
    indicator = _question(request, sheet)
    if indicator is None:
        return _unsaved(request, sheet, token)
    form = AnswerForm(request.POST, asked=sheet.asked, indicator=indicator)
    if not form.is_valid():
        return _ask(request, sheet, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return _ask(request, sheet, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except IdeaGoneError:
        return _gone(request)
    except actions.AnsweredAlreadyError as problem:
        return _unsaved(request, Sheet.of(sheet.asked), token, stands=problem.measurement, indicator=indicator)
    except IdeaError:
        return _unsaved(request, Sheet.of(sheet.asked), token)
    return redirect("ideas:measurement", token)


def _question(request: HttpRequest, sheet: Sheet) -> Indicator | None:
    """What the form in hand answers, also where it is answered meanwhile. None where it is not asked any more."""
    named = request.POST.get("question", "")
    asked = [*sheet.open, *(answer.indicator for answer in sheet.answers)]
    return next((one for one in asked if str(one.uuid) == named), None)


def _ask(request: HttpRequest, sheet: Sheet, form: AnswerForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    row = form.indicator
    return _show(request, sheet, "question", form=form, indicator=row, last=row.last, status=status)


def _unsaved(
    request: HttpRequest,
    sheet: Sheet,
    token: str,
    *,
    stands: Measurement | None = None,
    indicator: Indicator | None = None,
) -> HttpResponse:
    """Nothing is saved: the page shows what was typed beside the saved number."""
    facts = {"typed": _typed(request), "stands": stands, "indicator": indicator, "token": token}
    return _show(request, sheet, "unsaved", status=HTTPStatus.CONFLICT, **facts)


def _typed(request: HttpRequest) -> list[str]:
    """As much of what was typed as the fields have room for."""
    typed = [clean_line(request.POST.get(name, "")).strip()[:300] for name in ("value", "words")]
    return [words for words in typed if words]


def _gone(request: HttpRequest) -> HttpResponse:
    """The link is ours, and what it asks about is not there any more, or is no longer this person's."""
    return render(request, "ideas/measuring/gone.html", status=HTTPStatus.GONE)


def _show(
    request: HttpRequest, sheet: Sheet, page: str, *, status: int = HTTPStatus.OK, **facts
) -> HttpResponse:  # fmt: skip
    titles = {"question": _("How is it now?"), "thanks": _("Thank you"), "unsaved": _("Your number is not saved")}
    context = {"sheet": sheet, "idea": sheet.asked.idea, "title": titles[page], **facts}
    return render(request, f"ideas/measuring/{page}.html", context, status=status)

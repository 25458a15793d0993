"""Reports to the municipality: looked at and sent by a leader, read by the municipality, as a page and as files."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import report as actions
from ideas.actions.transitions import IdeaBusyError
from ideas.forms.report import FreezeForm, ReportForm
from ideas.models import Report
from ideas.report_figures import figures_of
from ideas.report_files import FILES
from ideas.report_words import heading_of, period_words, sections
from ideas.views.submission import BUSY
from incubators.models import Incubator
from incubators.rules import incubators_led_by
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved
from unlimited.users.form_drafts import filled, keeps_draft

MOST_SHOWN = 50


@never_cache
@form_page
@keeps_draft("om", "periode", "fra", "til")
@asks(FreezeForm)
def reports(request: HttpRequest) -> HttpResponse:
    """What was sent; with an incubator and days in the address, the figures as they are now, and POST sends them."""
    if not request.user.has_perm("ideas.make_reports"):
        raise PermissionDenied
    led = Incubator.objects.filter(pk__in=incubators_led_by(request.user)).select_related("municipality")
    choice = ReportForm(request.GET if "om" in request.GET or request.method == "POST" else None, led=led)
    if choice.is_valid():
        return _preview(request, choice.report())
    if request.method == "POST":
        words = _("A report about this place or these days cannot be sent by you any more. Choose anew.")
        return not_saved(request, words, back="ideas:reports")
    sent = Report.objects.about(incubators_led_by(request.user)).select_related("incubator", "municipality")
    context = {"form": choice, "reports": _with_periods(sent.defer("figures")[:MOST_SHOWN]), "incubators": led}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if choice.is_bound else HTTPStatus.OK
    return render(request, "ideas/report/list.html", context, status=status)


def _preview(request: HttpRequest, report: Report) -> HttpResponse:
    stories = list(actions.stories_for(report))
    data = request.POST if request.method == "POST" else None
    form = filled(FreezeForm(data, report=report, stories=stories), request)
    status = HTTPStatus.OK
    if request.method == "POST":
        sent, status = _freeze(form, request.user)
        if sent:
            messages.success(request, _("The report is sent. What it says stays as it is."))
            return redirect(sent)
    places = list(report.incubators().values_list("pk", flat=True))
    context = {
        **_said(report, figures_of(report)),
        "form": form,
        "is_over": report.ends_on < timezone.localdate(),
        "readers": actions.readers_at(places),
        "sent_before": Report.objects.of_same(report).count(),
    }
    return render(request, "ideas/report/preview.html", context, status=status)


def _freeze(form: FreezeForm, by) -> tuple[Report | None, HTTPStatus]:
    """Send it; where that is not possible, say so on the form, with all that was written."""
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return form.save(by=by), HTTPStatus.OK
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return None, HTTPStatus.SERVICE_UNAVAILABLE
    except actions.PeriodNotOverError:
        form.add_error(None, _("The period is not over, so the report cannot be sent yet."))
    except actions.StoriesTakenBackError as problem:
        form.leave_out(problem.uuids)
        form.add_error(
            None,
            _(
                "Somebody has taken back their yes to a story meanwhile, or its words have changed. It is left out. "
                "Nothing is sent, and what you wrote is here: look it over and send it again."
            ),
        )
    return None, HTTPStatus.CONFLICT


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The reports that the person reads for a municipality, or runs the network with."""
    rows = Report.objects.readable_by(request.user).select_related("incubator", "municipality").defer("figures")
    return render(request, "ideas/report/mine.html", {"reports": _with_periods(rows[:MOST_SHOWN])})


@never_cache
@require_safe
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A report as it was sent."""
    row = _readable(request, uuid)
    versions = Report.objects.of_same(row).only("uuid", "version", "frozen_at").order_by("version")
    context = {
        **_said(row, row.figures),
        "stories": row.stories.all(),
        "versions": versions,
        "is_replaced": any(one.version > row.version for one in versions),
        "files": list(FILES),
    }
    return render(request, "ideas/report/report.html", context)


@never_cache
@require_safe
def report_file(request: HttpRequest, uuid: UUID, form: str) -> HttpResponse:
    """The same as a file; numbers without stories where it is for reuse."""
    if form not in FILES:
        raise Http404
    row, file = _readable(request, uuid), FILES[form]
    answer = HttpResponse(file.make(row), content_type=file.content_type)
    name = f"rapport-{row.ends_on.isoformat()}-v{row.version}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _readable(request: HttpRequest, uuid: UUID) -> Report:
    rows = Report.objects.readable_by(request.user).select_related("incubator", "municipality")
    return get_object_or_404(rows, uuid=uuid)


def _said(report: Report, figures: dict) -> dict:
    return {
        "report": report,
        "heading": heading_of(report),
        "period": period_words(report.starts_on, report.ends_on),
        "sections": sections(figures),
    }


def _with_periods(rows) -> list[tuple[Report, str]]:
    return [(row, period_words(row.starts_on, row.ends_on)) for row in rows]

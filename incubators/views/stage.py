"""The way of an incubator from pilot to established: its checklist and its dated steps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubators.actions import stage as actions
from incubators.actions.places import BusyError, ChangedMeanwhileError
from incubators.forms.stage import StageForm, TickForm
from incubators.models import ChecklistItem, Incubator
from incubators.views.places import BUSY, managed_incubator
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

LATEST_CHANGES = 50


@form_page
@asks(StageForm)
def stage(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in place at each stage and how it came there. POST, by national staff, brings it to another."""
    incubator = managed_incubator(request, slug, "incubators.view_stage")
    may_change = request.user.has_perm("incubators.change_stage", incubator)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = StageForm(request.POST or None, incubator=incubator)
    if form.is_valid():
        try:
            actions.change_stage(incubator=incubator, by=request.user, **form.cleaned_data)
        except ChangedMeanwhileError:
            form.add_error(None, _("Somebody else has changed the stage. Look at it again first; nothing is saved."))
        except BusyError:
            form.add_error(None, BUSY)
        else:
            messages.success(request, _("The stage is changed. Everyone sees it on the incubator's page."))
            return redirect("incubators:stage", slug)
    context = {
        "incubator": incubator,
        "form": form,
        "may_change": may_change,
        "stages": _checklist(incubator),
        "changes": incubator.stage_changes.select_related("by")[:LATEST_CHANGES],
    }
    return render(request, "incubators/stage/stage.html", context)


def _checklist(incubator: Incubator) -> list[dict]:
    """The items of each stage, with who ticked them where they are in place."""
    ticks = {tick.item_id: tick for tick in incubator.ticks.select_related("ticked_by")}
    items = list(ChecklistItem.objects.filter(is_active=True))
    return [
        {
            "label": label,
            "is_current": value == incubator.stage,
            "rows": [{"item": item, "tick": ticks.get(item.pk)} for item in items if item.stage == value],
        }
        for value, label in Incubator.Stage.choices
    ]


@require_POST
@asks(TickForm)
def tick(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """Say that something is in place, or no longer is."""
    incubator = managed_incubator(request, slug, "incubators.view_stage")
    found = get_object_or_404(ChecklistItem, slug=item, is_active=True)
    form = TickForm(request.POST)
    if form.is_valid():
        try:
            actions.tick_item(incubator=incubator, item=found, is_done=form.cleaned_data["is_done"], by=request.user)
        except BusyError:
            messages.error(request, BUSY)
    return redirect("incubators:stage", slug)

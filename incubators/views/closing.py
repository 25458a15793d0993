"""Days on which an incubator is closed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubators.actions import closing as actions
from incubators.actions.places import BusyError
from incubators.forms.closing import ClosedPeriodForm
from incubators.views.places import BUSY, managed_incubator
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


@form_page
@asks(ClosedPeriodForm)
def closed_days(request: HttpRequest, slug: str) -> HttpResponse:
    """When nobody answers; POST adds a day or a period."""
    incubator = managed_incubator(request, slug, "incubators.edit_incubator")
    form = ClosedPeriodForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_closed_period(incubator=incubator, by=request.user, **form.cleaned_data)
        except actions.TooManyPeriodsError:
            form.add_error(None, _("So many days lie ahead already. Remove some first."))
        except BusyError:
            form.add_error(None, BUSY)
        else:
            messages.success(request, _("Saved. Dates already promised stay as they are."))
            return redirect("incubators:closed_days", slug)
    context = {"incubator": incubator, "form": form, "periods": incubator.closed_periods.not_over()}
    return render(request, "incubators/closing/days.html", context, status=status_of_form(form))


@require_POST
@asks()
def remove_closed_days(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Take a period back."""
    incubator = managed_incubator(request, slug, "incubators.edit_incubator")
    actions.remove_closed_period(period=get_object_or_404(incubator.closed_periods, uuid=uuid), by=request.user)
    messages.success(request, _("Removed. Dates already promised stay as they are."))
    return redirect("incubators:closed_days", slug)

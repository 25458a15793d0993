"""Whom an incubator is for: its leader states neighbourhoods and postcodes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from incubators.actions import places
from incubators.actions.finding import state_areas
from incubators.forms.finding import AreasForm
from incubators.models import Incubator
from incubators.views.places import BUSY, managed_incubator
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


@form_page
@asks(AreasForm)
def areas(request: HttpRequest, slug: str) -> HttpResponse:
    """What people are led here by."""
    incubator = managed_incubator(request, slug, "incubators.edit_incubator")
    form = AreasForm(request.POST) if request.method == "POST" else AreasForm.of(incubator)
    if form.is_valid():
        try:
            state_areas(incubator=incubator, by=request.user, **form.cleaned_data)
        except places.ChangedMeanwhileError:
            form = form.again(Incubator.objects.get(pk=incubator.pk))
        except places.BusyError:
            form.add_error(None, BUSY)
        else:
            messages.success(request, _("Saved. People who look for one of these are led to you."))
            return redirect(incubator)
    return render(
        request, "incubators/finding/areas.html", {"incubator": incubator, "form": form}, status=status_of_form(form)
    )

"""Who in the municipality reads the incubator's reports: added and ended by its leader."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incubators.actions import partners as actions
from incubators.forms.partners import PartnerForm
from incubators.views.places import managed_incubator
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

MOST_SHOWN = 100


@form_page
@asks(PartnerForm)
def partners(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who read the reports now; POST adds one."""
    incubator = managed_incubator(request, slug)
    form = PartnerForm(request.POST or None, initial={"language": incubator.default_language})
    if form.is_valid():
        try:
            actions.add_partner(incubator=incubator, by=request.user, **form.cleaned_data)
        except actions.AlreadyPartnerError:
            form.add_error("email", _("This address reads the reports already."))
        else:
            messages.success(request, _("%(name)s can read the reports now, and is told by mail.") % form.cleaned_data)
            return redirect("incubators:partners", slug)
    rows = incubator.municipal_partners.current()[:MOST_SHOWN]
    context = {"incubator": incubator, "form": form, "partners": rows}
    return render(request, "incubators/partners/page.html", context, status=status_of_form(form))


@require_POST
@asks()
def end(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """From now on they read nothing more."""
    incubator = managed_incubator(request, slug)
    partner = get_object_or_404(incubator.municipal_partners, uuid=uuid)
    actions.end_partner(partner=partner, by=request.user)
    messages.success(request, _("%(name)s no longer reads the reports.") % {"name": partner})
    return redirect("incubators:partners", slug)

"""The leader makes this browser the tablet that visitors share."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from incubators.views.places import managed_incubator
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.tablet import end_tablet_mode, is_tablet, start_tablet_mode


@form_page
@asks()
def tablet(request: HttpRequest, slug: str) -> HttpResponse:
    """What tablet mode does; a button turns it on in this browser and logs out, or turns it off."""
    incubator = managed_incubator(request, slug, "incubators.edit_incubator")
    if request.method != "POST":
        return render(request, "incubators/tablet.html", {"incubator": incubator, "is_on": is_tablet(request.session)})
    if is_tablet(request.session):
        end_tablet_mode(request)
        messages.success(request, _("This machine is no shared tablet any more."))
        return redirect("incubators:tablet", slug)
    start_tablet_mode(request, home=f"{reverse('ideas:new')}?inkubator={incubator.slug}")
    messages.success(request, _("This machine is a shared tablet now, and you are logged out here."))
    return redirect(request.session["tablet"]["home"])

"""Who is away until when: said by each for themselves, and by a leader for everyone there."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from incubators.actions.absence import set_absence
from incubators.forms.absence import AbsenceForm
from incubators.models import Incubator, Membership
from incubators.views.places import managed_incubator
from unlimited.content.methods import form_page
from unlimited.content.templatetags.site_text import day
from unlimited.content.typed import asks


@form_page
@asks(AbsenceForm)
def my_absence(request: HttpRequest, slug: str) -> HttpResponse:
    """Say until when I am away from the incubator where I work."""
    incubator = get_object_or_404(Incubator, slug=slug)
    if not request.user.has_perm("incubators.be_away", incubator):
        raise PermissionDenied
    membership = incubator.memberships.current().select_related("user").filter(user=request.user).first()
    return _answer(request, incubator, membership, back=redirect("site:desk"))


@form_page
@asks(AbsenceForm)
def absence(request: HttpRequest, slug: str, person: UUID) -> HttpResponse:
    """Say it for a colleague, who may be ill."""
    incubator = managed_incubator(request, slug)
    membership = incubator.memberships.current().select_related("user").filter(user__uuid=person).first()
    if membership is None:
        raise Http404
    return _answer(request, incubator, membership, back=redirect("incubators:people", slug))


def _answer(request: HttpRequest, incubator: Incubator, membership: Membership, *, back: HttpResponse) -> HttpResponse:
    person = membership.user
    data = request.POST if request.method == "POST" else None
    form = AbsenceForm(data, initial={"until": membership.away_until})
    if form.is_valid():
        until = form.cleaned_data["until"]
        set_absence(incubator=incubator, person=person, until=until, by=request.user)
        words = _("%(name)s is away until %(day)s.") if until else _("%(name)s is here.")
        messages.success(request, words % {"name": person, "day": day(until)})
        return back
    is_me = person == request.user
    context = {"incubator": incubator, "person": person, "is_me": is_me, "form": form, "back": back.url}
    return render(request, "incubators/absence/form.html", context)

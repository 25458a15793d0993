"""Pages about places: the list, one incubator, and what it says about itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from incubators.actions import places as actions
from incubators.forms.places import FactsForm, SearchForm
from incubators.models import Incubator, Municipality
from incubators.place_names import find_municipalities
from incubators.postcodes import postcode_in
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.paging import numbered_page
from unlimited.content.typed import asks

PAGE_SIZE = 24
MOST_SHOWN = 50
BUSY = gettext_lazy("Somebody else is changing this just now. Wait a moment, then try again.")


@login_not_required
@require_safe
def incubator_list(request: HttpRequest) -> HttpResponse:
    """Where there are incubators, and which of them is mine: by name, place, district or postcode."""
    form = SearchForm(request.GET or None)
    places = Incubator.objects.places().select_related("municipality").by_place()
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if form.errors:
        places = places.none()
    every_municipality = list(Municipality.objects.only("number", "name", "county")) if words.strip() else []
    municipalities = find_municipalities(words, every_municipality)
    found = places.found_by(words, [] if postcode_in(words) else municipalities)
    page = numbered_page(found, query=request.GET, size=PAGE_SIZE)
    is_near = not page.rows and bool(postcode_in(words) and municipalities)
    if is_near:
        page = numbered_page(places.filter(municipality__in=municipalities), query=request.GET, size=PAGE_SIZE)
    context = {
        "form": form,
        "page": page,
        "words": words.strip(),
        # Nobody states the postcode: these are in its municipality.
        "is_near": is_near,
        "suggestion": "" if page.rows or not words.strip() else places.suggestion_for(words, every_municipality),
        # Named only where it is the one meant.
        "municipality": municipalities[0] if len(municipalities) == 1 else None,
        "intake": Incubator.objects.active().filter(is_national_intake=True).first(),
    }
    return render(request, "incubators/list.html", context)


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What a resident needs to know about one incubator."""
    incubator = get_object_or_404(Incubator.objects.select_related("municipality", "successor"), slug=slug)
    periods = list(incubator.closed_periods.not_over())
    context = {
        "incubator": incubator,
        "answer_due_on": incubator.answer_due_on(timezone.now(), periods),
        "closed_periods": [period for period in periods if period.is_near],
        "shown_people": incubator.memberships.current().shown().order_by("shown_name", "user", "role")[:MOST_SHOWN],
        "postcode_areas": list(incubator.postcode_areas.all()),
    }
    return render(request, "incubators/detail.html", context)


@form_page
@asks(FactsForm)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What the incubator says about itself."""
    incubator = managed_incubator(request, slug, "incubators.edit_incubator")
    form = FactsForm(request.POST or None, instance=incubator)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            actions.change_facts(incubator=incubator, seen_at=facts.pop("seen_at"), facts=facts, by=request.user)
        except actions.ChangedMeanwhileError:
            form = form.again(Incubator.objects.get(pk=incubator.pk))
        else:
            messages.success(request, _("Saved. This is what everyone sees now."))
            return redirect(incubator)
    context = {"incubator": incubator, "form": form}
    return render(request, "incubators/edit.html", context, status=status_of_form(form))


def managed_incubator(request: HttpRequest, slug: str, permission: str = "incubators.manage_people") -> Incubator:
    """The incubator, which anyone may know of; 403 for those who may not do this there."""
    incubator = get_object_or_404(Incubator, slug=slug)
    if not request.user.has_perm(permission, incubator):
        raise PermissionDenied
    return incubator

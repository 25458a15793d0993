"""How an organiser changes a party that cannot do it itself: more people, fewer who are enough, another contact."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.actions.locking import BusyError, lines_of
from events.actions.registration import is_open_to
from events.forms.party import AddPeopleForm, ContactForm, FewestForm
from events.models import Event, Registration
from events.views.attendees import organises_all, party_at, render_party_at
from events.views.organising import organised
from events.views.party_acts import FEWEST_WORDS, lower_fewest
from events.views.party_changes import add, add_form, ask, contact_form, days_of_line, with_retry, withdraw
from events.views.problems import busy, said
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved


@form_page
@asks(AddPeopleForm)
def more_people(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Add people to a party, also before registration opens and after it closes."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    form = add_form(registration, _days(request, registration), request.POST or None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if form.is_valid():
        status = add(request, registration, form, by=request.user, is_by_organiser=True)
    if status is None:
        return redirect("events:desk_party", slug, uuid)
    context = {"event": event, "registration": registration, "form": form}
    return with_retry(render(request, "events/attendees/more.html", context, status=status))


def _days(request: HttpRequest, registration: Registration) -> list[Event]:
    mine = set(
        Event.objects.organised_by(request.user).filter(pk__in=lines_of(registration)).values_list("pk", flat=True)
    )
    now = timezone.now()
    return [event for event in days_of_line(registration) if event.pk in mine and is_open_to(event, now, True)]


@form_page
@asks(ContactForm)
def contact(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Correct a party's contact, or ask somebody to be it: also where there is none."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    if not organises_all(request, registration):
        return _held_by_others(request, slug, uuid)
    form = contact_form(registration, request.POST or None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if form.is_valid():
        status = ask(request, registration, form, by=request.user)
    if status is None:
        return redirect("events:desk_party", slug, uuid)
    context = {"event": event, "registration": registration, "form": form}
    return render(request, "events/attendees/contact.html", context, status=status)


def _held_by_others(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    words = _("Another incubator holds one of the days, so the party changes this itself.")
    return not_saved(request, words, back=reverse("events:desk_party", args=[slug, uuid]))


@require_POST
@asks()
def withdraw_contact(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Take the question to a new contact back."""
    registration = party_at(organised(request, slug), uuid)
    if not organises_all(request, registration):
        return _held_by_others(request, slug, uuid)
    withdraw(request, registration)
    return redirect("events:desk_party", slug, uuid)


@require_POST
@asks(FewestForm)
def fewest(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Set how few of a party come without the rest."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    if not organises_all(request, registration):
        return _held_by_others(request, slug, uuid)
    form = FewestForm(request.POST)
    if not form.is_valid():
        return not_saved(request, FEWEST_WORDS, back=reverse("events:desk_party", args=[slug, uuid]))
    try:
        with said(request):
            lower_fewest(request, registration, form, by=request.user)
    except BusyError:
        return busy(request, lambda: render_party_at(request, event, registration))
    return redirect("events:desk_party", slug, uuid)

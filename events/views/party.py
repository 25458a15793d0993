"""A party's desk, opened by its link: all seats on all days on one page, and one place by itself."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.actions.locking import EventError
from events.actions.seats import ChangedElsewhereError, name_place
from events.forms.party import FewestForm, PersonForm
from events.links import PARTY, make_token
from events.models import ContactRequest, Participant, Registration
from events.views.links import may_write, opened_by_link
from events.views.party_desk import Desk, Place
from events.views.problems import status_of, words_of
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT

LARGEST_PLACE = 32_767


@opened_by_link(PARTY)
@require_safe
def party(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    """All seats of a party on all days."""
    return render_party(request, registration, token)


@opened_by_link(PARTY)
@form_page
@asks(PersonForm)
def place(request: HttpRequest, registration: Registration, token: str, number: int) -> HttpResponse:
    """One place of a party: who comes, on which days; POST puts somebody in it."""
    line = _line(registration, number)
    if request.method != "POST":
        return _render_place(request, registration, line, token)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _render_place(request, registration, line, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not may_write(request, registration.uuid):
        form.add_error(None, WAIT)
        return _render_place(request, registration, line, token, form, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        person = name_place(registration=registration, place=number, **form.cleaned_data)
    except EventError as problem:
        return _not_named(request, registration, number, token, form, problem)
    messages.success(request, _("Saved: %(name)s has this place now.") % {"name": person.name})
    return redirect("events:party", token)


def _not_named(
    request: HttpRequest, registration: Registration, number: int, token: str, form: PersonForm, problem: EventError
) -> HttpResponse:
    """Say why, with all that was typed. Where somebody else was first, saving once more is now a choice."""
    line, status = _line(registration, number), status_of(problem)
    text = words_of(problem)
    if isinstance(problem, ChangedElsewhereError):
        form.data = form.data.copy()
        form.data["seen"] = str(line.person.uuid) if line.person else ""
        text = _("Nobody is in this place any more. What you typed is not saved yet. Save again to put it in.")
        if line.person:
            text = _(
                "Somebody else changed this place while you wrote: %(name)s has it now. "
                "What you typed is not saved yet. Save again if it should stand."
            ) % {"name": line.person.name}
    form.add_error(None, text)
    return _render_place(request, registration, line, token, form, status)


def _line(registration: Registration, number: int) -> Place:
    # No party has more places than fit into the column.
    places = Desk(registration, number).places if 0 < number <= LARGEST_PLACE else []
    if not places:
        raise Http404
    return places[0]


def render_party(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    desk = Desk(registration)
    context = {
        "registration": registration,
        "desk": desk,
        "token": token,
        "own_page": _own_page(registration, desk.places),
        "contact_request": ContactRequest.objects.filter(registration=registration).first(),
        "fewest_form": FewestForm(initial={"fewest": registration.fewest}),
    }
    return render(request, "events/party/party.html", context)


def _own_page(registration: Registration, places: list[Place]) -> str:
    """Return the token of the participant's page where it is the contact's too: they registered only themselves."""
    alone = places[0].person if places and not registration.is_group else None
    if alone is None or not _is_contact(alone, registration):
        return ""
    alone.registration = registration
    return make_token(alone)


def _is_contact(person: Participant, registration: Registration) -> bool:
    return person.email.lower() in ("", registration.contact_email.lower())


def _render_place(
    request: HttpRequest,
    registration: Registration,
    line: Place,
    token: str,
    form: PersonForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    seen = {"seen": str(line.person.uuid)} if line.person else {}
    context = {
        "registration": registration,
        "place": line,
        "token": token,
        "own_page": _own_page(registration, [line]),
        "form": form or PersonForm(initial=seen),
    }
    response = render(request, "events/party/place.html", context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    return response

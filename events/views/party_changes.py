"""How a party changes by its link: more people come, and somebody else becomes the contact."""

from collections.abc import Callable
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.actions.contact import accept_contact, ask_new_contact, withdraw_contact_request
from events.actions.locking import EventError, GoneError, lines_of
from events.actions.party import add_people
from events.actions.seats import ChangedElsewhereError
from events.forms.party import AddPeopleForm, ContactForm
from events.links import NEW_CONTACT, PARTY, make_token
from events.models import ContactRequest, Event, Registration, Seat
from events.views.links import gone_page, may_write, opened_by_link
from events.views.problems import status_of, words_of
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT


@opened_by_link(PARTY)
@form_page
@asks(AddPeopleForm)
def more_people(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    """Add people to the party, on days that take registrations."""
    days = [event for event in days_of_line(registration) if event.takes_registrations]
    form = add_form(registration, days, request.POST or None)
    status = _outcome(request, registration, form, add)
    if status is None:
        return redirect("events:party", token)
    context = {"registration": registration, "token": token, "form": form}
    return with_retry(render(request, "events/party/more.html", context, status=status))


def _outcome(request: HttpRequest, registration: Registration, form: forms.Form, act: Callable) -> int | None:
    """Do what a form that was sent says, by `act`; return the status to show it with, None where it is done."""
    if request.method != "POST":
        return HTTPStatus.OK
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if not may_write(request, registration.uuid):
        form.add_error(None, WAIT)
        return HTTPStatus.TOO_MANY_REQUESTS
    return act(request, registration, form)


def days_of_line(registration: Registration) -> list[Event]:
    """Return the party's days and those they are linked with, in order."""
    events = Event.objects.filter(pk__in=lines_of(registration)).select_related("series").defer("body")
    return list(events.order_by("starts_at", "pk"))


def add_form(registration: Registration, days: list[Event], data) -> AddPeopleForm:
    mine = set(registration.seats.live().values_list("event_id", flat=True))
    chosen = [event.slug for event in days if event.pk in mine]
    return AddPeopleForm(data, days=days, initial={"days": chosen, "seen": registration.last_place})


def add(request: HttpRequest, registration: Registration, form: AddPeopleForm, **by) -> int | None:
    """Add whom the form names and say what they got; return the status where the form has to say why not."""
    try:
        seats = add_people(registration=registration, **form.request, **by)
    except ChangedElsewhereError as problem:
        # Sending it once more is now a choice.
        form.data = form.data.copy()
        form.data["seen"] = str(registration.last_place)
        form.add_error(None, words_of(problem))
        return status_of(problem)
    except EventError as problem:
        form.add_error(None, words_of(problem))
        return status_of(problem)
    if any(seat.status == Seat.Status.WAITING for seat in seats):
        messages.success(request, _("Added. Where no seat was free for them, they wait in line."))
    else:
        messages.success(request, _("Added: they have their seats."))
    return None


def with_retry(response: HttpResponse) -> HttpResponse:
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    return response


# --- The contact ------------------------------------------------------------------------------------------------------


@opened_by_link(PARTY)
@form_page
@asks(ContactForm)
def contact(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    """Correct the contact, or ask somebody else to be it."""
    form = contact_form(registration, request.POST or None)
    status = _outcome(request, registration, form, ask)
    if status is None:
        return redirect("events:party", token)
    context = {"registration": registration, "token": token, "form": form}
    return render(request, "events/party/contact.html", context, status=status)


def contact_form(registration: Registration, data) -> ContactForm:
    return ContactForm(data, initial={"name": registration.contact_name, "email": registration.contact_email})


def ask(request: HttpRequest, registration: Registration, form: forms.Form, **by) -> int | None:
    """Correct the contact or ask the new one, and say which; return the status where the form has to say why not."""
    try:
        asked = ask_new_contact(registration=registration, **form.cleaned_data, **by)
    except GoneError as problem:
        form.add_error(None, _("This party has no seat left, so it needs no contact."))
        return status_of(problem)
    if asked:
        words = _("%(name)s gets an e-mail at %(email)s and becomes the contact by saying yes there.")
        messages.success(request, words % {"name": asked.name, "email": asked.email})
    else:
        messages.success(request, _("Saved."))
    return None


@opened_by_link(PARTY)
@require_POST
@asks()
def withdraw_contact(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    """Take the question to a new contact back."""
    withdraw(request, registration)
    return redirect("events:party", token)


def withdraw(request: HttpRequest, registration: Registration) -> None:
    if withdraw_contact_request(registration=registration):
        messages.success(request, _("Taken back. The contact stays who it was."))
    else:
        messages.info(request, _("The question was answered or taken back already."))


@opened_by_link(NEW_CONTACT)
@form_page
@asks()
def new_contact(request: HttpRequest, asked: ContactRequest, token: str) -> HttpResponse:
    """Say yes to being a party's contact. The address is theirs, for the link came there."""
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            registration = accept_contact(request=asked)
        except GoneError:
            return gone_page(request)
        except EventError as problem:
            messages.error(request, words_of(problem))
            status = status_of(problem)
        else:
            messages.success(request, _("You are the contact now. The link to this page is on its way to you too."))
            return redirect("events:party", make_token(registration))
    context = {"asked": asked, "event": asked.registration.next_event, "token": token}
    return with_retry(render(request, "events/party/new_contact.html", context, status=status))

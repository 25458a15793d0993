"""Each participant's own page, opened by their link: their days and needs, and a seat given back."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.actions.locking import BusyError, EventError
from events.actions.needs import HiddenNeedsError
from events.actions.registration import numbers_in_line
from events.actions.seats import correct_participant, give_back_seats, seats_token, set_needs
from events.actions.sharing import register_another
from events.emails import online_words
from events.forms.needs import NeedsForm
from events.forms.participant import AnotherForm, AskCodeForm, CodeForm, OwnNameForm
from events.forms.party import SeatForm
from events.links import PARTICIPANT, make_token
from events.models import Event, Needs, Participant, Registration, Seat
from events.views.links import opened_by_link
from events.views.needs_code import ask_code, is_code_asked, is_right_code, show_needs, shows_needs
from events.views.problems import busy, words_of
from unlimited.content.methods import form_page
from unlimited.content.text import clean_line
from unlimited.content.typed import asks, not_saved
from unlimited.mail import calendar as calendars
from unlimited.mail.links import absolute
from unlimited.users.adapter import WAIT
from unlimited.users.limits import may_mail

# The word in the address, which is the form's in the page too.
FORM_CLASSES = {
    "navn": OwnNameForm,
    "behov": NeedsForm,
    "meld-av": SeatForm,
    "be-om-kode": AskCodeForm,
    "kode": CodeForm,
    "en-til": AnotherForm,
}


@dataclass
class Day:
    """One of a participant's days."""

    seat: Seat
    number: int | None
    is_elsewhere: bool

    @property
    def event(self) -> Event:
        return self.seat.event

    @property
    def is_to_come(self) -> bool:
        return not self.seat.is_cancelled and self.event.starts_at > timezone.now()

    @property
    def is_seated(self) -> bool:
        return self.seat.status == Seat.Status.SEATED and self.event.ends_at > timezone.now()

    @property
    def token(self) -> str:
        return seats_token([self.seat])


@opened_by_link(PARTICIPANT)
@require_safe
def page(request: HttpRequest, person: Participant, token: str) -> HttpResponse:
    """All days of one person."""
    return _render(request, person, token)


@opened_by_link(PARTICIPANT)
@form_page
@asks(name=FORM_CLASSES)
def act(request: HttpRequest, person: Participant, token: str, name: str) -> HttpResponse:
    """Do what one form of the page says; where it does not fit, show the page with all that was typed."""
    if name not in FORMS:
        raise Http404
    if request.method == "POST":
        form_class, do = FORMS[name]
        form = form_class(request.POST)
        if name == "kode" and form.is_valid() and not is_right_code(request, person, form.cleaned_data["code"]):
            form.add_error("code", _("This is not the code, or it has run out. Look at the newest e-mail."))
        if not form.is_valid() and form.visible_fields():
            return _render(request, person, token, **{name.replace("-", "_"): form})
        if form.is_valid():
            sent = {name.replace("-", "_"): form}
            try:
                do(request, person, form)
            except BusyError:
                return busy(request, lambda: _render(request, person, token, **sent))
            except EventError as problem:
                back = reverse("events:participant", args=[token])
                return not_saved(request, words_of(problem), back=back)
    return redirect("events:participant", token)


def _correct(request: HttpRequest, person: Participant, form: OwnNameForm) -> None:
    correct_participant(participant=person, **form.cleaned_data)
    messages.success(request, _("Saved. This is how your name is written now."))


def _set_needs(request: HttpRequest, person: Participant, form: NeedsForm) -> None:
    if _hides_needs(request, person):
        raise HiddenNeedsError
    set_needs(participant=person, needs=form.needs())
    show_needs(request, person)
    messages.success(request, _("Saved. Those who prepare the event know what you need."))


def _hides_needs(request: HttpRequest, person: Participant) -> bool:
    """Whether there is something that only who reads the person's e-mail may see and change."""
    return not shows_needs(request, person) and Needs.objects.filter(participant=person).exists()


def _ask_code(request: HttpRequest, person: Participant, form: AskCodeForm) -> None:
    if not (person.email or person.registration.contact_email):
        messages.error(request, _("There is no e-mail address here to send a code to. Ask the organiser."))
    elif not may_mail(request, action="links_anew", address=f"needs:{person.uuid}"):
        messages.error(request, WAIT)
    else:
        ask_code(request, person)
        messages.success(request, _("The code is on its way by e-mail."))


def _show_needs(request: HttpRequest, person: Participant, form: CodeForm) -> None:
    messages.success(request, _("Here is what you need. You can see and change it for an hour."))


def _give_back(request: HttpRequest, person: Participant, form: SeatForm) -> None:
    seats = list(person.seats.filter(uuid=form.cleaned_data["seat"]))
    if not any(seat.status != Seat.Status.CANCELLED for seat in seats):
        messages.info(request, _("This was given back already."))
        return
    in_line = all(seat.status == Seat.Status.WAITING for seat in seats)
    if give_back_seats(seats=seats, seen=form.cleaned_data["seen"], giver=person):
        words = _("You have given the seat back, so that somebody else can have it.")
        messages.success(request, _("You are no longer in line.") if in_line else words)


def _register_another(request: HttpRequest, person: Participant, form: AnotherForm) -> None:
    register_another(participant=person, **form.cleaned_data)
    messages.success(request, _("Registered: the e-mail about %(name)s comes to this address.") % form.cleaned_data)


ACTS = {
    "navn": _correct,
    "behov": _set_needs,
    "meld-av": _give_back,
    "be-om-kode": _ask_code,
    "kode": _show_needs,
    "en-til": _register_another,
}
FORMS = {name: (form_class, ACTS[name]) for name, form_class in FORM_CLASSES.items()}


@opened_by_link(PARTICIPANT)
@require_safe
def calendar(request: HttpRequest, person: Participant, token: str, seat: UUID) -> HttpResponse:
    """One day for one's own calendar: the same entry as in the e-mail, so that it stands there once."""
    seats = person.seats.filter(status=Seat.Status.SEATED)
    mine = seats.select_related("event", "participant", "registration").filter(uuid=seat).first()
    if mine is None:
        raise Http404
    entry = {
        "uid": mine.calendar_uid,
        "sequence": mine.calendar_sequence,
        "summary": mine.event.title,
        "starts_at": mine.event.starts_at,
        "ends_at": mine.event.ends_at,
        "location": mine.event.location,
        # No link of the person's own: calendars are shared.
        "url": absolute("events:detail", mine.registration.language, mine.event.slug),
        "description": online_words(mine.event),
        "is_cancelled": mine.event.is_cancelled,
        "updated_at": mine.event.updated_at,
    }
    content = calendars.published([entry], name=mine.event.title)
    headers = {"Content-Disposition": f'attachment; filename="{mine.event.slug}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _render(request: HttpRequest, person: Participant, token: str, **sent: forms.Form) -> HttpResponse:
    needs = Needs.objects.filter(participant=person).first()
    hides_needs = needs is not None and not shows_needs(request, person)
    context = {
        "participant": person,
        "registration": person.registration,
        "days": list(_days(person)),
        "token": token,
        "name_form": sent.get("navn") or OwnNameForm(initial={"name": person.name, "role": person.role}),
        "needs_form": sent.get("behov") or NeedsForm(initial=NeedsForm.start(None if hides_needs else needs)),
        "has_needs": needs is not None,
        "another_form": sent.get("en_til") or AnotherForm(initial={"name": _typed_name(request)}),
        "asks_for_another": bool(_typed_name(request)) or "en_til" in sent,
        "hides_needs": hides_needs,
        "code_form": sent.get("kode") or CodeForm(),
        "is_code_asked": is_code_asked(request, person),
        "party_token": _party_token(person),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "events/participant/page.html", context, status=status)


def _typed_name(request: HttpRequest) -> str:
    """Return the name that was registered with the same address, as the link of the mail has it."""
    return clean_line(request.GET.get("navn", ""))[:120]


def _days(person: Participant) -> Iterator[Day]:
    numbers = numbers_in_line(person.registration)
    seats = person.seats.select_related("event__incubator").defer("event__body", "event__partners")
    for seat in seats.order_by("event__starts_at", "pk"):
        seat.participant = person
        is_elsewhere = bool(person.email) and not seat.email and not seat.is_cancelled
        yield Day(seat, numbers.get(seat.event_id), is_elsewhere)


def _party_token(person: Participant) -> str:
    """Return the key to the party's page, for who registered only themselves: they own both."""
    registration: Registration = person.registration
    is_own = not registration.is_group and person.email.lower() == registration.contact_email.lower()
    return make_token(registration) if is_own else ""

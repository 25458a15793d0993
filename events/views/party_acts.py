"""The buttons of a party's page. Each carries what the page showed; pressed twice, it says that it is done."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from events.actions.holding import confirm_party
from events.actions.links import replace_links
from events.actions.locking import BusyError, GoneError
from events.actions.party import change_fewest
from events.actions.seats import give_back_seats, hold_unnamed, send_own_link
from events.actions.waitlist import OfferOverError, accept_offer, decline_offer
from events.forms.party import (
    AllForm,
    ConfirmForm,
    FewestForm,
    HoldForm,
    NewLinksForm,
    OfferForm,
    OwnLinkForm,
    PlaceForm,
    SeatForm,
)
from events.links import PARTY
from events.models import Registration, Seat
from events.views.links import may_write, opened_by_link
from events.views.party import render_party
from events.views.problems import busy, fate_of_offer, said
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT


@opened_by_link(PARTY)
@form_page
@asks(name={"minst": FewestForm})
def act(request: HttpRequest, registration: Registration, token: str, name: str) -> HttpResponse:
    """Do what one button of the party's page says, and show the page anew."""
    if name not in BUTTONS:
        raise Http404
    if request.method == "POST":
        form_class, do = BUTTONS[name]
        form = form_class(request.POST)
        if form.is_valid():
            try:
                with said(request):
                    do(request, registration, form)
            except BusyError:
                return busy(request, lambda: render_party(request, registration, token))
        else:
            broken = _("The button did not work. Here is the page anew: try once more.")
            messages.error(request, FEWEST_WORDS if form_class is FewestForm else broken)
    return redirect("events:party", token)


def _give_back_seat(request: HttpRequest, registration: Registration, form: SeatForm) -> None:
    _give_back(request, registration, registration.seats.filter(uuid=form.cleaned_data["seat"]), form)


def _give_back_place(request: HttpRequest, registration: Registration, form: PlaceForm) -> None:
    _give_back(request, registration, registration.seats.filter(place=form.cleaned_data["place"]), form)


def _give_back_all(request: HttpRequest, registration: Registration, form: AllForm) -> None:
    _give_back(request, registration, registration.seats.all(), form)


def _give_back(request: HttpRequest, registration: Registration, seats: QuerySet[Seat], form: forms.Form) -> None:
    """Give back those whose event is still to come."""
    to_come = list(seats.live().filter(event__starts_at__gt=timezone.now()))
    had_seats = any(seat.status == Seat.Status.SEATED for seat in to_come)
    if to_come and give_back_seats(seats=to_come, seen=form.cleaned_data["seen"], giver=registration):
        words = _("Given back. Whoever had a seat gets an e-mail.")
        messages.success(request, words if had_seats else _("You are no longer in line."))
    elif seats.live().exists():
        messages.info(request, _("The event has begun, so what was there stays as it is."))
    else:
        messages.info(request, _("This was given back already."))


def _send_own_link(request: HttpRequest, registration: Registration, form: OwnLinkForm) -> None:
    people = registration.participants.select_related("registration__municipality")
    person = people.filter(uuid=form.cleaned_data["person"], seats__in=registration.seats.live()).first()
    if person is None:
        messages.error(request, _("This person has no place any more, so no link was sent."))
    elif not may_write(request, registration.uuid):
        messages.error(request, WAIT)
    else:
        send_own_link(participant=person)
        to = person.email or registration.contact_email
        text = _("The link to the page of %(name)s is on its way to %(email)s.")
        messages.success(request, text % {"name": person.name, "email": to})


@opened_by_link(PARTY)
@require_POST
@asks()
def new_links(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    """End this link and all others of the party. The new ones are shown to nobody: they go by mail."""
    form = NewLinksForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The button did not work. Here is the page anew: try once more."))
    elif not may_write(request, registration.uuid):
        messages.error(request, WAIT)
    else:
        replace_links(registration=registration, seen_version=form.cleaned_data["version"])
        return redirect("events:links_replaced")
    return redirect("events:party", token)


def _hold(request: HttpRequest, registration: Registration, form: HoldForm) -> None:
    is_held = form.cleaned_data["is_held"]
    hold_unnamed(registration=registration, is_held=is_held)
    kept = _("The seats without a name stay yours.")
    messages.success(request, kept if is_held else _("Saved. Others who wait get what has no name in time."))


def _accept(request: HttpRequest, registration: Registration, form: OfferForm) -> None:
    offered_at = form.cleaned_data["offered_at"]
    try:
        seats = accept_offer(registration=registration, offered_at=offered_at)
    except OfferOverError:
        messages.info(request, fate_of_offer(registration, offered_at))
    else:
        one = _("The seat is yours. The receipt is on its way.")
        messages.success(request, one if len(seats) == 1 else _("The seats are yours. The receipts are on their way."))


def _decline(request: HttpRequest, registration: Registration, form: OfferForm) -> None:
    offered_at = form.cleaned_data["offered_at"]
    try:
        decline_offer(registration=registration, offered_at=offered_at)
    except OfferOverError:
        messages.info(request, fate_of_offer(registration, offered_at))
    else:
        messages.success(request, _("You have said no. The receipt is on its way."))


def _confirm(request: HttpRequest, registration: Registration, form: ConfirmForm) -> None:
    try:
        is_new = confirm_party(registration=registration)
    except GoneError:
        messages.error(request, _("Nobody confirmed the seats in time, so they are released. You can register again."))
        return
    if is_new:
        messages.success(request, _("Confirmed: the seats are yours, and all who come get their receipts."))
    else:
        messages.info(request, _("This is confirmed already."))


FEWEST_WORDS = gettext_lazy("Write how few may come without the rest, as a number.")


def lower_fewest(request: HttpRequest, registration: Registration, form: FewestForm, **by) -> None:
    seats = change_fewest(registration=registration, fewest=form.cleaned_data["fewest"], **by)
    if seats:
        words = ngettext(
            "Saved. %(count)d seat that was free is yours now.",
            "Saved. %(count)d seats that were free are yours now.",
            len(seats),
        )
        messages.success(request, words % {"count": len(seats)})
    else:
        messages.success(request, _("Saved. There are not so many free seats just now, so you stay in line."))


BUTTONS = {
    "gi-tilbake": (SeatForm, _give_back_seat),
    "gi-tilbake-plass": (PlaceForm, _give_back_place),
    "gi-tilbake-alt": (AllForm, _give_back_all),
    "egen-lenke": (OwnLinkForm, _send_own_link),
    "behold": (HoldForm, _hold),
    "ja": (OfferForm, _accept),
    "nei": (OfferForm, _decline),
    "bekreft": (ConfirmForm, _confirm),
    "minst": (FewestForm, lower_fewest),
}

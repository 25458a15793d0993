"""What went wrong with seats, as a person should hear it, and what they can do."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from events.actions.locking import BusyError, EventError, GoneError
from events.actions.needs import HiddenNeedsError
from events.actions.party import AlreadyInPartyError, TooManyError
from events.actions.registration import ClosedError, FullError
from events.actions.seats import ChangedElsewhereError, OverError
from events.actions.waitlist import OfferOverError
from events.forms.registration_words import closed_words, full_words
from events.models import Registration, Seat


def status_of(problem: EventError) -> int:
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(problem, BusyError) else HTTPStatus.CONFLICT


def words_of(problem: EventError) -> str:
    """Return what a person should know, and what they can do."""
    if isinstance(problem, FullError):
        return full_words(problem)
    if isinstance(problem, ClosedError):
        return closed_words(problem.event)
    words = {
        BusyError: _("Many are here at the same time, and we could not save this. Nothing has changed. Try again."),
        GoneError: _("This place was given back in the meantime, so nobody can be put in it."),
        OverError: _("The event has begun, so what was there stays as it is."),
        ChangedElsewhereError: _(
            "Somebody has changed these seats since you opened the page, so nothing was done. Look at them again first."
        ),
        OfferOverError: _("This offer is no longer open."),
        HiddenNeedsError: _("Ask for the code first: then you see what is written there now, and can change it."),
        AlreadyInPartyError: _("Somebody in this party has that e-mail address already."),
        TooManyError: _("A party has room for a hundred people. Register the rest with a new form."),
    }
    return words[type(problem)]


def fate_of_offer(registration: Registration, offered_at: dt.datetime) -> str:
    """Return words about an offer that is not open: answered before, perhaps by the same press, or too late."""
    seat = registration.seats.filter(offered_at=offered_at).order_by("pk").last()
    words = words_of(OfferOverError())
    if seat is None:
        return words
    if seat.status in (Seat.Status.SEATED, Seat.Status.ATTENDED):
        return _("These seats are taken already: somebody has said yes to them.")
    if seat.cancel_reason == Seat.CancelReason.DECLINED:
        return _("Somebody has said no to these seats already.")
    if seat.status == Seat.Status.OFFERED or seat.cancel_reason == Seat.CancelReason.EXPIRED:
        return _("The offer ran out before the answer. We are sorry.")
    return words


def say_busy(request: HttpRequest) -> None:
    messages.error(request, words_of(BusyError()))


def busy(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer that nothing was done because too many want the same, with the page to try again on."""
    say_busy(request)
    response = page()
    response.status_code, response["Retry-After"] = HTTPStatus.SERVICE_UNAVAILABLE, "5"
    return response


@contextmanager
def said(request: HttpRequest) -> Iterator[None]:
    """Say on the next page what kept a button from doing its work. A busy event is for the view: it answers 503."""
    try:
        yield
    except BusyError:
        raise
    except EventError as problem:
        messages.error(request, words_of(problem))

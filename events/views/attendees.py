"""Who comes, as the organiser sees it: seats found and counted, parties written down, people named and let go."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from events.actions.links import replace_links
from events.actions.locking import BusyError, EventError
from events.actions.registration import ClosedError, DiffersError, FullError, numbers_in_line, register_party
from events.actions.seats import ChangedElsewhereError, give_back_seats, hold_unnamed, name_place
from events.actions.waitlist import OfferOverError, accept_offer, decline_offer
from events.emails import latest_mails, party_mails
from events.forms.attendees import AddForm, AttendeeFilter, PlaceForm
from events.forms.party import FewestForm, NewLinksForm, OfferForm
from events.models import ContactRequest, Event, Registration, Seat
from events.views.organising import NO_SEATS, organised
from events.views.party_desk import Offer, open_offers
from events.views.problems import busy, fate_of_offer, said, status_of, words_of
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.typed import asks, not_saved
from unlimited.lookups import OneOf
from unlimited.mail.actions import NotRepeatableError, send_again

ROWS, MOST_DAYS = 50, 30


@require_safe
def registrations(request: HttpRequest, slug: str) -> HttpResponse:
    """The seats of one event in the order of registering, with the numbers of the day."""
    event = organised(request, slug)
    places = event.seats.by_municipality()
    chosen = AttendeeFilter(request.GET, places=places)
    seats = event.seats.select_related("participant", "registration__municipality").order_by("pk")
    page = keyset_page(chosen.narrow(seats), query=request.GET, size=ROWS)
    mails = latest_mails(page.rows)
    context = {
        "event": event,
        "filter": chosen,
        "page": page,
        "rows": [(seat, mails.get(seat.participant_id)) for seat in page],
        "numbers": event.seats.numbers().get(event.pk, NO_SEATS),
        "places": places,
        "counties": _by_county(places),
    }
    return render(request, "events/attendees/list.html", context)


def _by_county(places: list[dict]) -> list[dict]:
    counties: dict[str, dict] = {}
    for row in places:
        county = counties.setdefault(row["place_county"], {"name": row["place_county"], "seated": 0, "waiting": 0})
        county["seated"] += row["seated"]
        county["waiting"] += row["waiting"]
    return list(counties.values())


@form_page
@asks(AddForm)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a party that registered by telephone or in person."""
    event = organised(request, slug)
    form = AddForm(request.POST or None, events=[event, *_other_days(request, event)])
    status = None
    if form.is_valid():
        token = form.cleaned_data["form_token"]
        try:
            register_party(
                events=form.chosen, party=form.party, form_token=token, by=request.user, is_by_organiser=True
            )
        except DiffersError:
            form.add_error(None, _("This form has registered a party already. Open that party to change it."))
        except FullError as problem:
            form.refuse(problem.event, _("%(day)s: there are not so many seats left, and there is no waitlist."))
        except ClosedError as problem:
            words = _("%(day)s: nobody can be registered now. It is cancelled, over, or has no seats.")
            form.refuse(problem.event, words)
        except BusyError as problem:
            form.add_error(None, words_of(problem))
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return _added(request, slug, token)
    status = status or status_of_form(form)
    return render(request, "events/attendees/add.html", {"event": event, "form": form}, status=status)


def _other_days(request: HttpRequest, event: Event) -> list[Event]:
    """Return the days to come of the same series that this person organises too."""
    if event.series_id is None:
        return []
    days = Event.objects.organised_by(request.user).taking_place().filter(series=event.series_id)
    return list(days.exclude(pk=event.pk).exclude(capacity=None).upcoming()[:MOST_DAYS])


def _added(request: HttpRequest, slug: str, token: UUID) -> HttpResponse:
    """Where the address had a seat already, the new registration has none."""
    made = Registration.objects.filter(form_token=token, seats__isnull=False).first()
    if made is None:
        words = _("This address has a seat already. We have sent it a link to that.")
        return not_saved(request, words, back=reverse("events:registrations", args=[slug]))
    messages.success(request, _("Registered. Here is what they got."))
    # Perhaps another day was chosen than the one whose page this was.
    chosen = made.seats.select_related("event").order_by("event__starts_at")
    slugs = [seat.event.slug for seat in chosen]
    return redirect("events:desk_party", slug if slug in slugs else slugs[0], made.uuid)


# --- One party --------------------------------------------------------------------------------------------------------


@require_safe
def party(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """One party's places at this event, and what became of its mails."""
    event = organised(request, slug)
    return render_party_at(request, event, party_at(event, uuid))


def party_at(event: Event, uuid: UUID) -> Registration:
    found = Registration.objects.filter(seats__event=event).select_related("municipality").distinct()
    return get_object_or_404(found, uuid=uuid)


def _seats(event: Event, registration: Registration) -> list[Seat]:
    seats = registration.seats.filter(event=event).select_related("participant")
    seats = list(seats.order_by("place", "-pk"))
    for seat in seats:
        seat.registration, seat.event = registration, event
    return seats


def render_party_at(
    request: HttpRequest, event: Event, registration: Registration, sent: PlaceForm | None = None, status: int = 200
) -> HttpResponse:
    seats = _seats(event, registration)
    mails = latest_mails(seats)
    rows = []
    for seat in seats:
        person = seat.participant
        known = {"name": person.name, "email": person.email, "role": person.role} if person else {}
        form = PlaceForm(place=seat.place, initial=known | {"seen": person.uuid if person else ""})
        if sent and sent.place == seat.place:
            form = sent
        rows.append({"seat": seat, "mail": mails.get(seat.participant_id), "form": form})
    context = {
        "event": event,
        "registration": registration,
        "rows": rows,
        "sent": sent,
        "number": numbers_in_line(registration).get(event.pk),
        "mails": party_mails(registration) if registration.contact_email else [],
        "offers": _offers(event, registration),
        "may_change": event.starts_at > timezone.now() and not event.is_cancelled,
        "may_name": organises_all(request, registration),
        "contact_request": ContactRequest.objects.filter(registration=registration).first(),
        "fewest_form": FewestForm(initial={"fewest": registration.fewest}),
        "waiting_days": _waiting_days(event, seats),
        "has_unnamed": any(seat.participant is None and not seat.is_cancelled for seat in seats),
    }
    return render(request, "events/attendees/party.html", context, status=status)


def _waiting_days(event: Event, seats: list[Seat]) -> list[tuple[Event, int]]:
    """Return the event with how many of the party wait there, where some do."""
    count = sum(seat.status == Seat.Status.WAITING for seat in seats)
    return [(event, count)] if count else []


def organises_all(request: HttpRequest, registration: Registration) -> bool:
    """Naming a place names it on all its days, so all of them must be this organiser's."""
    mine = Event.objects.organised_by(request.user)
    return not registration.seats.live().filter(~OneOf("event", mine.values("pk"))).exists()


@require_POST
@asks(PlaceForm)
def name(request: HttpRequest, slug: str, uuid: UUID, place: int) -> HttpResponse:
    """Put somebody into a place, on all the party's days."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    form = PlaceForm(request.POST, place=place)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not organises_all(request, registration):
        form.add_error(None, _("Another incubator holds one of the days. Ask the party to change the name itself."))
    elif form.is_valid():
        try:
            person = name_place(registration=registration, place=place, **form.cleaned_data)
        except EventError as problem:
            form.add_error(None, words_of(problem))
            status = status_of(problem)
            if isinstance(problem, ChangedElsewhereError):
                form = form.on_top_of(_seats(event, registration))
        else:
            is_new = str(person.uuid) != form.cleaned_data["seen"]
            messages.success(request, _("Saved. Whoever comes now gets a receipt.") if is_new else _("Saved."))
            return redirect("events:desk_party", slug, uuid)
    return render_party_at(request, event, registration, form, status)


@require_POST
@asks()
def give_back(request: HttpRequest, slug: str, uuid: UUID, seat: UUID) -> HttpResponse:
    """Give back one seat at this event."""
    event = organised(request, slug)
    found = get_object_or_404(party_at(event, uuid).seats.filter(event=event), uuid=seat)
    try:
        with said(request):
            give_back_seats(seats=[found], reason=Seat.CancelReason.STAFF)
            messages.success(request, _("The seat is given back."))
    except BusyError:
        return busy(request, lambda: render_party_at(request, event, party_at(event, uuid)))
    return redirect("events:desk_party", slug, uuid)


def _offers(event: Event, registration: Registration) -> list[Offer]:
    """Return the open offers that this event has a part in, with all their days: the answer is one for all of them."""
    seats = registration.seats.filter(status=Seat.Status.OFFERED).select_related("event")
    offers = open_offers(list(seats.order_by("event__starts_at", "place")))
    return [offer for offer in offers if event.pk in offer.event_ids]


@require_POST
@asks(OfferForm)
def answer_offer(request: HttpRequest, slug: str, uuid: UUID, answer: str) -> HttpResponse:
    """Answer an offer for a party that calls, or that has no address of its own."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    form = OfferForm(request.POST)
    if answer not in ANSWERS:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("The button did not work. Here is the page anew: try once more."))
    elif not organises_all(request, registration):
        messages.error(request, _("Another incubator holds one of the days, so the party answers this itself."))
    else:
        act, words = ANSWERS[answer]
        offered_at = form.cleaned_data["offered_at"]
        try:
            act(registration=registration, offered_at=offered_at, is_by_organiser=True)
            messages.success(request, words)
        except OfferOverError:
            messages.warning(request, fate_of_offer(registration, offered_at))
        except BusyError:
            return busy(request, lambda: render_party_at(request, event, registration))
    return redirect("events:desk_party", slug, uuid)


ANSWERS = {
    "ja": (accept_offer, gettext_lazy("The offer is accepted for them.")),
    "nei": (decline_offer, gettext_lazy("Said no for them.")),
}


@require_POST
@asks()
def hold(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Keep the seats without a name until the event, or let them be released in time."""
    registration = party_at(organised(request, slug), uuid)
    hold_unnamed(registration=registration, is_held="hold" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("events:desk_party", slug, uuid)


@require_POST
@asks()
def new_links(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """End all links of a party, and mail new ones to the addresses on its rows."""
    registration = party_at(organised(request, slug), uuid)
    form = NewLinksForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The button did not work. Here is the page anew: try once more."))
    elif replace_links(registration=registration, seen_version=form.cleaned_data["version"]):
        messages.success(request, _("The old links open nothing any more. New ones are on their way."))
    else:
        messages.info(request, _("Somebody has created new links already."))
    return redirect("events:desk_party", slug, uuid)


@require_POST
@asks()
def repeat_mail(request: HttpRequest, slug: str, uuid: UUID, mail: UUID) -> HttpResponse:
    """Send a mail once more that failed: one of this party's, about this event or the party as a whole."""
    event = organised(request, slug)
    registration = party_at(event, uuid)
    theirs = [*latest_mails(_seats(event, registration)).values(), *party_mails(registration)]
    found = next((one for one in theirs if one.uuid == mail), None)
    if found is None:
        raise Http404
    try:
        send_again(mail=found, by=request.user)
    except NotRepeatableError:
        messages.warning(request, _("This mail cannot be sent again: it has arrived, has run out, or is overtaken."))
    else:
        messages.success(request, _("The mail to %(recipient)s is sent again.") % {"recipient": found.recipient})
    return redirect("events:desk_party", slug, uuid)

"""Registering for an event, and the receipt. Neither needs an account. Only a form that is not sent keeps a session."""

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.actions.locking import BusyError, GoneError
from events.actions.registration import ClosedError, DiffersError, is_held, register_party
from events.forms.registration import RegistrationForm
from events.models import Event, Registration
from events.receipts import read_receipt, sign_receipt
from incubators.models import Incubator
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.links import ForgedLinkError
from unlimited.lookups import OneOf
from unlimited.users.form_drafts import keeps_draft, kept_values
from unlimited.users.limits import is_within_limits, own_bucket, per_network

# What so many of the latest registrations name is a district, and nobody's own words.
SEVERAL, MOST_RECENT = 3, 2000
# What the form says of a day, and what its state is made of: half of the columns, which a rush of people feels.
DAY = (
    "uuid", "slug", "series__title", "title", "starts_at", "ends_at", "venue", "street_address", "postcode", "city",
    "capacity", "seats_taken", "has_waitlist", "registration_opens_at", "registration_closes_at", "is_published",
    "cancelled_at",
)  # fmt: skip


@login_not_required
@never_cache
@form_page
@keeps_draft()
@asks(RegistrationForm)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """One form for all days of a series. What cannot be done is said on the same page, with all that was typed."""
    events = _days_to_choose(slug)
    if kept := kept_values(request):
        return _show(request, slug, RegistrationForm.unfinished(kept, events=events))
    if request.method != "POST":
        return _show(request, slug, RegistrationForm(events=events, initial=_start(request, slug, events)))
    if not is_within_limits(request, action="fill_in_party", key=""):
        return ratelimit.respond_429(request)
    if {"add", "remove"} & request.POST.keys() or RegistrationForm.has_pasted(request.POST):
        return _show(request, slug, RegistrationForm.unfinished(request.POST, events=events))
    form = RegistrationForm(request.POST, events=events)
    status = 422
    if form.is_valid():
        try:
            facts = _register(request, form)
            # A second press of a button whose seats have all been given back since has nothing to show.
            return redirect("events:receipt", slug, facts) if facts else redirect("events:detail", slug)
        except _RefusedError as refused:
            status = refused.status
    return _show(request, slug, form, status=status)


class _RefusedError(Exception):
    """The form says why; `status` is what the page answers with."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def _is_within_limits(request: HttpRequest, address: str) -> bool:
    """Count by account or known browser; else by address and network, and by address in all networks together."""
    own = own_bucket(request, address)
    if own and is_within_limits(request, action="register_party_known", key=own):
        return True
    return is_within_limits(request, action="register_party", key=per_network(request, address)) and is_within_limits(
        request, action="register_party_anywhere", key=address.lower()
    )


def _register(request: HttpRequest, form: RegistrationForm) -> str:
    """Register the party and return the facts of its receipt. Raises _RefusedError, with the words on the form."""
    if not _is_within_limits(request, form.cleaned_data["contact_email"]):
        form.add_error(
            None,
            _("Very many have registered from here. What you wrote stays below. Try again later, or log in first."),
        )
        raise _RefusedError(429)
    events, party = form.cleaned_data["days"], form.party
    by = request.user if request.user.is_authenticated else None
    try:
        days = register_party(events=events, party=party, form_token=form.cleaned_data["form_token"], by=by)
    except ClosedError as error:
        form.refuse(error)
        raise _RefusedError(409) from error
    except DiffersError as error:
        form.start_anew()
        form.add_error(
            None,
            _(
                "You have registered with this form already, and what it says now differs. That is not saved. "
                "Change the registration on its page instead: the link is in the e-mail that you got."
            ),
        )
        raise _RefusedError(409) from error
    except GoneError as error:
        raise Http404 from error
    except BusyError as error:
        form.add_error(
            None, _("Very many are registering just now. Nothing you wrote is lost: press the button once more.")
        )
        raise _RefusedError(503) from error
    return sign_receipt(events, days, party, is_held=is_held(party, by)) if days else ""


def _days_to_choose(slug: str) -> list[Event]:
    """Return the event of that address and the days to come that it is linked with; 404 where it is not public."""
    linked = Event.objects.filter(slug=slug, series__isnull=False).values("series")
    events = Event.objects.public().filter(Q(slug=slug) | OneOf("series", linked)).select_related("series")
    events = list(events.only(*DAY).order_by("starts_at", "pk"))
    if slug not in {event.slug for event in events}:
        raise Http404
    hidden = (Event.State.PAST, Event.State.DROP_IN)
    return [event for event in events if event.slug == slug or event.state not in hidden]


def _start(request: HttpRequest, slug: str, events: list[Event]) -> dict:
    """What is chosen and known before anything is typed."""
    wants_all = request.GET.get("dager") == "alle"
    open_days = [event.slug for event in events if event.takes_registrations]
    start = {"days": [day for day in open_days if wants_all or day == slug]}
    if request.user.is_authenticated:
        start |= {"contact_name": request.user.name, "contact_email": request.user.email}
    return start


def _show(request: HttpRequest, slug: str, form: RegistrationForm, *, status: int = 200) -> HttpResponse:
    event = next(event for event in form.events if event.slug == slug)
    context = {
        "event": event,
        "form": form,
        "problems": form.problems,
        "title": event.series.title if event.series and len(form.events) > 1 else event.title,
        "is_again": form.has_started_anew,
        "is_open": form.is_bound or bool(form.open_events),
        "districts": _districts(),
    }
    return render(request, "events/registration/form.html", context, status=status)


def _districts() -> list[str]:
    """Return what to suggest: the incubators' districts, and those that several registrations have named.

    What only one person has typed might be about that person.
    """
    recent = Registration.objects.order_by("-pk").values("pk")[:MOST_RECENT]
    named = Registration.objects.filter(OneOf("pk", recent)).exclude(district="").values("district").order_by()
    often = named.annotate(count=Count("pk")).filter(count__gte=SEVERAL).values_list("district", flat=True)
    return sorted({*Incubator.objects.exclude(district="").values_list("district", flat=True), *often})


# --- The receipt ------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, slug: str, facts: str) -> HttpResponse:
    """What was got, day by day, as signed in the address; the same whether or not the person was known before."""
    try:
        told = read_receipt(facts)
    except ForgedLinkError as error:
        raise Http404 from error
    uuids = [day[0] for day in told["days"]]
    shown = Event.objects.public().filter(Q(slug=slug) | Q(uuid__in=uuids)).defer("body")
    events = {event.uuid.hex: event for event in shown}
    here = next((event for event in events.values() if event.slug == slug), None)
    days = [
        {"event": events[name], "seated": seated, "waiting": waiting, "number": number}
        for name, seated, waiting, number in told["days"]
        if name in events
    ]
    if here is None or not days:
        raise Http404
    context = told | {"event": here, "days": days}
    context |= {name: sum(day[name] for day in days) for name in ("seated", "waiting")}
    return render(request, "events/registration/receipt.html", context)

"""The organisers' desk: the events they hold, one event's page, and what they write about it."""

import copy
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from events.actions import organising, programme
from events.actions.locking import BusyError, EventError
from events.actions.seats import OverError
from events.actions.times import OutsideError
from events.forms.organising import CancelForm, DeskFilter, EventForm, SeriesForm
from events.models import Event, Seat, Series
from events.views.problems import busy, say_busy, words_of
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.text import clean_line
from unlimited.content.typed import asks, not_saved
from unlimited.users.form_drafts import filled, keeps_draft

ROWS, MOST_SERIES, LATEST_ANNOUNCEMENTS = 25, 30, 10
NO_SEATS = {"seated": 0, "offered": 0, "waiting": 0, "unnamed": 0, "cancelled": 0}


def organised(request: HttpRequest, slug: str) -> Event:
    """The event, for those who may organise it; nobody else learns here that there is one."""
    events = Event.objects.organised_by(request.user).select_related("series", "incubator")
    return get_object_or_404(events, slug=slug)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The events I organise: what comes next, or what has been."""
    _may_use_desk(request)
    chosen = DeskFilter(request.GET)
    events = chosen.narrow(Event.objects.organised_by(request.user)).select_related("series", "incubator")
    page = keyset_page(
        events.defer("body"),
        query=request.GET,
        size=ROWS,
        fetch=lambda rows, count: rows.first_matching(chosen.words, count),
    )
    numbers = Seat.objects.filter(event__in=[event.pk for event in page]).numbers()
    is_lost = chosen.words and not page.rows
    context = {
        "filter": chosen,
        "page": page,
        "suggestion": Event.objects.organised_by(request.user).suggestion_for(chosen.words) if is_lost else "",
        "rows": [(event, numbers.get(event.pk, NO_SEATS)) for event in page],
        "series": Series.objects.organised_by(request.user)
        .with_years()
        .defer("body")
        .order_by("-created_at")[:MOST_SERIES],
    }
    return render(request, "events/organising/desk.html", context)


@require_safe
def desk_event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event as its organisers see it: where it stands, its numbers, and what can be done."""
    event = organised(request, slug)
    context = {
        "event": event,
        "numbers": event.seats.numbers().get(event.pk, NO_SEATS),
        "announcements": event.announcements.select_related("sent_by")[:LATEST_ANNOUNCEMENTS],
    }
    return render(request, "events/organising/event.html", context)


def _may_use_desk(request: HttpRequest) -> None:
    if not request.user.has_perm("events.view_events_desk"):
        raise PermissionDenied


# --- Events -----------------------------------------------------------------------------------------------------------


@form_page
@keeps_draft()
@asks(EventForm)
def new(request: HttpRequest) -> HttpResponse:
    """Write down a new event; it is published later."""
    _may_use_desk(request)
    slug = clean_line(request.GET.get("serie", ""))
    series = Series.objects.organised_by(request.user).filter(slug=slug).first() if slug else None
    form = EventForm(request.POST or None, instance=Event(series=series), user=request.user)
    if form.is_valid():
        try:
            event = organising.create_event(by=request.user, values=form.values)
        except organising.AddressTakenError:
            form.add_error("slug", _("Another event has just taken this address. Choose another."))
        else:
            messages.success(request, _("Saved. Only you who organise it see it until it is published."))
            return redirect("events:desk_event", event.slug)
    return render(request, "events/organising/new.html", {"form": filled(form, request)}, status=status_of_form(form))


@form_page
@keeps_draft()
@asks(EventForm)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an event. What others are told of, and whom it moves, is said first and done on the second press."""
    event = organised(request, slug)
    # The form writes into its instance; the action compares with what the event was.
    form = filled(EventForm(request.POST or None, instance=copy.copy(event), user=request.user), request)
    context = {"event": event, "form": form, "moved": [], "told": 0}
    if not form.is_valid():
        return render(request, "events/organising/edit.html", context, status=status_of_form(form))
    told_of = {*form.values} & {*programme.TOLD}
    if told_of and not form.cleaned_data["tell"]:
        context["told"] = programme.count_told(event=event, changed=told_of)
        if context["told"]:
            return render(request, "events/organising/edit.html", context | {"form": form.confirming(tell="on")})
    try:
        facts = {name: form.cleaned_data[name] for name in ("seen", "moving")} | {"moves_along": form.moves_along}
        event = programme.change_event(event=event, values=form.values, by=request.user, **facts)
    except programme.FewerSeatsError as fewer:
        context |= {"moved": fewer.seats, "form": form.confirming(moving=fewer.token)}
    except (programme.EditedElsewhereError, programme.NotPossibleError, OutsideError, OverError) as problem:
        context["form"] = _refused(request, event, problem)
    except BusyError:
        say_busy(request)
        return render(request, "events/organising/edit.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        messages.success(request, _saved(form))
        return redirect("events:desk_event", event.slug)
    return render(request, "events/organising/edit.html", context, status=status_of_form(context["form"]))


def _saved(form: EventForm) -> str:
    along = ", ".join(form.along_words)
    return _("Saved. This moved along: %(along)s.") % {"along": along} if along else _("Saved.")


def _refused(request: HttpRequest, event: Event, problem: EventError) -> EventForm:
    """Return the form with why it is not saved. Judged anew, it sees who registered and what was added meanwhile."""
    form = EventForm(request.POST, instance=copy.copy(event), user=request.user)
    if isinstance(problem, programme.EditedElsewhereError):
        return form.again(Event.objects.get(pk=event.pk))
    if isinstance(problem, OverError):
        form.add_error("capacity", words_of(problem))
    return form


@require_POST
@asks()
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    event = organised(request, slug)
    try:
        organising.publish_event(event=event, by=request.user)
    except programme.NotPossibleError:
        messages.error(request, _("A cancelled event cannot be published."))
    except BusyError:
        say_busy(request)
    else:
        messages.success(request, _("Published: everyone can see it now."))
    return redirect("events:desk_event", slug)


@require_POST
@asks()
def unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    event = organised(request, slug)
    try:
        organising.unpublish_event(event=event, by=request.user)
    except organising.HasRegistrationsError as error:
        text = ngettext(
            "%(count)d seat is taken or waited for, so the event stays on the public pages. Cancel it instead: "
            "then all who are registered are told.",
            "%(count)d seats are taken or waited for, so the event stays on the public pages. Cancel it instead: "
            "then all who are registered are told.",
            error.count,
        )
        messages.error(request, text % {"count": error.count})
    except BusyError:
        say_busy(request)
    else:
        messages.success(request, _("It is no longer on the public pages."))
    return redirect("events:desk_event", slug)


@form_page
@asks(CancelForm)
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Cancel an event, with a reason that all who are registered read."""
    event = organised(request, slug)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            programme.cancel_event(event=event, by=request.user, **form.cleaned_data)
        except programme.NotPossibleError:
            words = _("The event is over or cancelled already.")
            return not_saved(request, words, back=reverse("events:desk_event", args=[slug]))
        except BusyError:
            say_busy(request)
        else:
            messages.success(request, _("The event is cancelled, and all who were registered are told."))
            return redirect("events:desk_event", slug)
    context = {"event": event, "form": form, "told": programme.count_told(event=event)}
    return render(request, "events/organising/cancel.html", context, status=status_of_form(form))


# --- Series -----------------------------------------------------------------------------------------------------------


@form_page
@keeps_draft()
@asks(SeriesForm)
def new_series(request: HttpRequest) -> HttpResponse:
    """Write down a new series, for events that belong together."""
    _may_use_desk(request)
    form = SeriesForm(request.POST or None, instance=Series(), user=request.user)
    if form.is_valid():
        try:
            series = organising.create_series(by=request.user, values=form.values)
        except organising.AddressTakenError:
            form.add_error("slug", _("Another series has just taken this address. Choose another."))
        else:
            messages.success(request, _("Saved. Now add its events."))
            return redirect("events:edit_series", series.slug)
    context = {"form": filled(form, request), "series": None, "events": []}
    return render(request, "events/organising/series.html", context, status=status_of_form(form))


@form_page
@keeps_draft()
@asks(SeriesForm)
def edit_series(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a series, and see which events belong to it."""
    series = get_object_or_404(Series.objects.organised_by(request.user), slug=slug)
    form = filled(SeriesForm(request.POST or None, instance=copy.copy(series), user=request.user), request)
    if form.is_valid():
        facts = {"seen": form.cleaned_data["seen"], "values": form.values}
        try:
            series = organising.change_series(series=series, by=request.user, **facts)
        except programme.EditedElsewhereError:
            form = form.again(Series.objects.get(pk=series.pk))
        except BusyError:
            return busy(request, lambda: _series_page(request, series, form))
        else:
            messages.success(request, _("Saved."))
            return redirect("events:edit_series", series.slug)
    return _series_page(request, series, form)


def _series_page(request: HttpRequest, series: Series, form: SeriesForm) -> HttpResponse:
    events = series.events.organised_by(request.user).order_by("starts_at")[:MOST_SERIES]
    context = {"form": form, "series": series, "events": events}
    return render(request, "events/organising/series.html", context, status=status_of_form(form))

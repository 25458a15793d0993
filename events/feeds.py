"""Calendars that anyone may read: one event to add, and feeds to subscribe to. The same for everybody, no names in it.

An entry's SEQUENCE rises with every change of the event, so that programs which subscribe take the new one.
"""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.models import Event, Series
from events.models.programme import EventQuerySet
from incubators.models import Incubator
from unlimited.content.fragments import render_once, version_of
from unlimited.mail import calendar
from unlimited.mail.links import absolute

# What is over stays for a while, so that nobody's calendar is emptied overnight.
KEPT_FOR = dt.timedelta(days=90)
# More than this no calendar program shows; it bounds what one request can cost.
MOST_ENTRIES = 500


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """All public events."""
    return _feed(request, Event.objects.all(), name="Norge Unlimited")


@login_not_required
@require_safe
def incubator_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The events of one incubator."""
    incubator = get_object_or_404(Incubator, slug=slug)
    return _feed(request, Event.objects.filter(incubator=incubator), name=incubator.name)


@login_not_required
@require_safe
def series_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The days of one series."""
    series = get_object_or_404(Series.objects.public(), slug=slug)
    return _feed(request, Event.objects.filter(series=series), name=series.title)


@login_not_required
@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, to add to one's own calendar."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    response = _answer(request, Event.objects.filter(pk=event.pk), name=event.title)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


def _feed(request: HttpRequest, events: EventQuerySet, *, name: str) -> HttpResponse:
    recent = events.public().filter(ends_at__gt=timezone.now() - KEPT_FOR)
    return _answer(request, recent.order_by("starts_at", "pk")[:MOST_ENTRIES], name=name)


def _answer(request: HttpRequest, events: EventQuerySet, *, name: str) -> HttpResponse:
    """Return the events as text/calendar, made anew only where one of them has changed; 304 to who has it already."""
    version = version_of([get_language(), name, *events.values_list("pk", "updated_at")])
    etag = quote_etag(version)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        text = render_once(f"calendar:{version}", lambda: _made_of(events, name))
        response = HttpResponse(text, content_type="text/calendar; charset=UTF-8")
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    return response


def _made_of(events: EventQuerySet, name: str) -> str:
    language = get_language()
    return calendar.published((_entry(event, language) for event in events), name=name).decode()


def _entry(event: Event, language: str) -> dict:
    """Return the facts of one event. The link for those online is not among them: calendars are shared."""
    said = _("Cancelled: %(reason)s") % {"reason": event.cancel_reason} if event.is_cancelled else event.summary
    return {
        "uid": str(event.uuid),
        "sequence": int((event.updated_at - event.created_at).total_seconds()),
        "summary": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "location": event.location,
        "url": absolute("events:detail", language, event.slug),
        "description": said,
        "is_cancelled": event.is_cancelled,
        "updated_at": event.updated_at,
    }

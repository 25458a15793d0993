"""Lists of who comes to take along: files, and the list at the door."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.attendee_lists import FILES, Rows, door_seats, kitchen_rows, participant_rows
from events.models import Event
from events.views.organising import organised
from unlimited.security_log import security_event


@require_safe
def participants(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Everybody who is registered, without what they need. That it was handed out goes to the security log."""
    event = organised(request, slug)
    answer = list_file(event, _("Participants"), participant_rows, form, name="deltakere")
    security_event("attendees-handed-out", event_id=event.pk)
    return answer


@require_safe
def kitchen(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """How many need what, without a name."""
    return list_file(organised(request, slug), _("Kitchen list"), kitchen_rows, form, name="kjokken")


@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is expected, to print and to tick off."""
    event = organised(request, slug)
    seats = list(door_seats(event))
    return render(request, "events/attendees/door.html", {"event": event, "seats": seats})


def list_file(event: Event, title: str, rows_of: Callable[[Event], Rows], form: str, *, name: str) -> HttpResponse:
    """Return a list of the event as a file of the kind `form`. Raises Http404 where there is none."""
    if form not in FILES:
        raise Http404
    file = FILES[form]
    answer = HttpResponse(file.make(title, rows_of(event)), content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{event.slug}-{name}.{form}"'
    return answer

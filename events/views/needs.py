"""Needs for food and access: counted for everybody who organises, named on a click that is written down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.actions.needs import count_needs, look_up_needs
from events.attendee_lists import FILES, needs_rows
from events.views.lists import list_file
from events.views.organising import organised
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

LATEST_LOOKUPS = 20


@form_page
@asks()
def needs(request: HttpRequest, slug: str) -> HttpResponse:
    """How many need what; POST shows who, on this one answer or as a file, and says on the page who looked and when."""
    event = organised(request, slug)
    people = look_up_needs(event=event, by=request.user) if request.method == "POST" else None
    if people is not None and (form := request.POST.get("file")) in FILES:
        return list_file(event, _("Needs"), lambda _event: needs_rows(people), form, name="behov")
    counts = count_needs(event=event)
    context = {
        "event": event,
        "diet": counts["diet"],
        "access": counts["access"],
        "people": people,
        "lookups": event.needs_lookups.select_related("by")[:LATEST_LOOKUPS],
    }
    return render(request, "events/attendees/needs.html", context)

"""The programme as its organisers write it: sessions, speakers, links and files."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.actions import organising as actions
from events.forms.programme import ITEM_FORMS, form_for
from events.models import Event
from events.views.organising import organised
from unlimited.content.methods import form_page


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the programme has, each with a way to change it."""
    event = organised(request, slug)
    context = {
        "event": event,
        "sessions": event.sessions.prefetch_related("speakers"),
        "speakers": event.speakers.all(),
        "materials": event.materials.all(),
    }
    return render(request, "events/programme/programme.html", context)


@form_page
def add_item(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Add a session, a speaker, or something to read."""
    return _edit(request, organised(request, slug), _known(kind))


@form_page
def edit_item(request: HttpRequest, slug: str, kind: str, uuid: UUID) -> HttpResponse:
    """Change one of them."""
    event = organised(request, slug)
    return _edit(request, event, _known(kind), _item(event, kind, uuid))


@require_POST
def delete_item(request: HttpRequest, slug: str, kind: str, uuid: UUID) -> HttpResponse:
    event = organised(request, slug)
    actions.delete_item(item=_item(event, _known(kind), uuid), by=request.user)
    messages.success(request, _("Deleted."))
    return redirect("events:programme", slug)


def _known(kind: str) -> str:
    if kind not in ITEM_FORMS:
        raise Http404
    return kind


def _item(event: Event, kind: str, uuid: UUID):
    return get_object_or_404(ITEM_FORMS[kind]._meta.model.objects.select_related("event"), event=event, uuid=uuid)


def _edit(request: HttpRequest, event: Event, kind: str, row=None) -> HttpResponse:
    form_class, instance = form_for(kind, event, row)
    form = form_class(request.POST or None, request.FILES or None, instance=instance)
    if form.is_valid():
        actions.save_item(item=form.instance, speakers=form.cleaned_data.get("speakers"), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("events:programme", event.slug)
    return render(request, "events/programme/item.html", {"event": event, "form": form, "kind": kind, "item": row})

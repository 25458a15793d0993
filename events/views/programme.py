"""The programme as its organisers write it: sessions, speakers, links and files."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.actions import organising as actions
from events.actions.locking import BusyError, GoneError
from events.actions.programme import EditedElsewhereError
from events.actions.times import OutsideError
from events.forms.programme import ITEM_FORMS, form_for
from events.forms.versions import VersionedForm
from events.models import Event
from events.views.organising import organised
from events.views.problems import busy
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


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
@asks(kind=ITEM_FORMS)
def add_item(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Add a session, a speaker, or something to read."""
    return _edit(request, organised(request, slug), _known(kind))


@form_page
@asks(kind=ITEM_FORMS)
def edit_item(request: HttpRequest, slug: str, kind: str, uuid: UUID) -> HttpResponse:
    """Change one of them."""
    event = organised(request, slug)
    row = _items(event, _known(kind)).filter(uuid=uuid).first()
    if row is None and request.method != "POST":
        raise Http404
    if row is None:
        form_class, instance = form_for(kind, event)
        return _page(request, event, kind, form_class(request.POST, instance=instance).to_add())
    return _edit(request, event, kind, row)


@require_POST
@asks()
def delete_item(request: HttpRequest, slug: str, kind: str, uuid: UUID) -> HttpResponse:
    event = organised(request, slug)
    actions.delete_item(item=get_object_or_404(_items(event, _known(kind)), uuid=uuid), by=request.user)
    messages.success(request, _("Deleted."))
    return redirect("events:programme", slug)


def _known(kind: str) -> str:
    if kind not in ITEM_FORMS:
        raise Http404
    return kind


def _items(event: Event, kind: str) -> QuerySet:
    return ITEM_FORMS[kind]._meta.model.objects.select_related("event").filter(event=event)


def _edit(request: HttpRequest, event: Event, kind: str, row=None) -> HttpResponse:
    form_class, instance = form_for(kind, event, row)
    form = form_class(request.POST or None, request.FILES or None, instance=instance)
    if form.is_valid():
        facts = {name: form.cleaned_data.get(name) for name in ("seen", "speakers")}
        try:
            actions.save_item(item=form.instance, by=request.user, **facts)
        except EditedElsewhereError:
            form = form.again(_items(event, kind).get(pk=row.pk))
        except GoneError:
            form = form.to_add()
        except OutsideError:
            moved = Event.objects.get(pk=event.pk)
            form.check_inside(moved, form.instance.starts_at, form.instance.ends_at)
        except BusyError:
            return busy(request, lambda: _page(request, event, kind, form))
        else:
            messages.success(request, _("Saved."))
            return redirect("events:programme", event.slug)
    return _page(request, event, kind, form)


def _page(request: HttpRequest, event: Event, kind: str, form: VersionedForm) -> HttpResponse:
    item = form.instance if form.instance.pk else None
    context = {"event": event, "form": form, "kind": kind, "item": item}
    return render(request, "events/programme/item.html", context, status=status_of_form(form))

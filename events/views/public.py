"""Events that anyone may read: the list, a series with its days, one page each, and the files that belong to them."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from events.forms.public import EventFilter
from events.models import Event, Series
from incubators.models import Incubator
from unlimited.content.files import file_answer
from unlimited.content.fragments import version_of
from unlimited.content.paging import keyset_page

ROWS, PAST_ROWS = 18, 6
MOST_DAYS = 30
SPEAKER = ("pk", "uuid", "name", "organisation", "about", "picture", "picture_alt")
SESSION = ("pk", "starts_at", "ends_at", "title", "summary", "room", "has_speakers_to_come", "speaker_ids")
MATERIAL = ("uuid", "title", "url", "file")


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """All public events: those to come, the next one first, and below them the latest that are over."""
    chosen = EventFilter(request.GET, incubators=Incubator.objects.active())
    events = chosen.narrow(Event.objects.public()).for_cards()
    ordered = chosen.ordered(events)
    page = keyset_page(
        ordered, query=request.GET, size=ROWS, fetch=lambda rows, count: rows.first_matching(chosen.text, count)
    )
    is_first = not (chosen.is_past or page.previous_url)
    context = {
        "filter": chosen,
        "page": page,
        "past": events.past().first_matching(chosen.text, PAST_ROWS) if is_first else [],
        "suggestion": "" if page.rows or not chosen.text else events.suggestion_for(chosen.text),
    }
    return render(request, "events/public/list.html", context)


@login_not_required
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Events that belong together, with one way to register for each day and one for all."""
    found = _visible(request, Series.objects.select_related("incubator"), slug)
    days = list(_days(request, found)[:MOST_DAYS])
    context = {
        "series": found,
        "version": version_of([found.pk, found.updated_at]),
        "days": days,
        "open_days": [day for day in days if day.takes_registrations],
    }
    return render(request, "events/public/series.html", context)


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event: when, where, what happens there, and how to come. Who organises it sees it before it is published."""
    event = _visible(request, Event.objects.select_related("series", "incubator"), slug)
    sessions, speakers, materials = _programme(event)
    context = {
        "event": event,
        "state": event.state,
        "sessions": [(session, [speakers[pk] for pk in session.speaker_ids]) for session in sessions],
        "others": _not_in_programme(sessions, speakers),
        "materials": materials,
        "version": version_of([event.pk, event.updated_at, str(event.contact), sessions, speakers, materials]),
        "other_days": _days(request, event.series).exclude(pk=event.pk)[:MOST_DAYS] if event.series else [],
    }
    return render(request, "events/public/detail.html", context)


@login_not_required
@require_safe
def material(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """A PDF to read after the event, always as something to save."""
    event = _visible(request, Event.objects, slug)
    row = get_object_or_404(event.materials.exclude(file=""), uuid=uuid)
    if not _shows_material(event) and not request.user.has_perm("events.organise_event", event):
        raise Http404
    return file_answer(
        request, row.file.storage, row.file.name, content_type="application/pdf",
        is_public=event.is_published and _shows_material(event), download_as=f"{slugify(row.title) or 'fil'}.pdf",
    )  # fmt: skip


@login_not_required
@require_safe
def speaker_picture(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """The picture of a speaker who has agreed to it."""
    event = _visible(request, Event.objects, slug)
    speaker = get_object_or_404(event.speakers.filter(has_picture_consent=True).exclude(picture=""), uuid=uuid)
    picture = speaker.picture
    return file_answer(request, picture.storage, picture.name, content_type="image/webp", is_public=event.is_published)


def _visible(request: HttpRequest, rows: QuerySet, slug: str):
    """Return the event or series, if it is published or this person organises it. Raises Http404."""
    found = get_object_or_404(rows, slug=slug)
    if not found.is_published and not request.user.has_perm("events.organise_event", found):
        raise Http404
    return found


def _days(request: HttpRequest, series: Series) -> QuerySet[Event]:
    """Return the published days of a series in the order of time, unless it is not for this person."""
    days = series.events.public().for_cards().order_by("starts_at", "pk")
    return days if series.is_published else days.none()


def _shows_material(event: Event) -> bool:
    return event.state == Event.State.PAST


def _programme(event: Event) -> tuple[list, dict[int, tuple], list]:
    """Return sessions, speakers by id, and what there is to read, as plain rows: three queries, however many."""
    speaker_ids = ArrayAgg(
        "speakers__pk", filter=Q(speakers__isnull=False), order_by=["speakers__name"], default=Value([])
    )
    sessions = event.sessions.annotate(speaker_ids=speaker_ids).order_by("starts_at", "pk")
    speakers = event.speakers.order_by("name", "pk").values_list(*SPEAKER, named=True)
    materials = event.materials.values_list(*MATERIAL, named=True) if _shows_material(event) else []
    return (
        list(sessions.values_list(*SESSION, named=True)),
        {speaker.pk: speaker for speaker in speakers},
        list(materials),
    )


def _not_in_programme(sessions: list, speakers: dict[int, tuple]) -> list[tuple]:
    """Return the speakers whose session is not known yet."""
    placed = {pk for session in sessions for pk in session.speaker_ids}
    return [speaker for pk, speaker in speakers.items() if pk not in placed]

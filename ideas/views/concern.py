"""Concerns for somebody: raised by staff, read by their writer and the incubator's leader, and by nobody else."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import concern as actions
from ideas.forms.concern import CONCERN_FORMS, ConcernForm, ExportForm
from ideas.models import Concern, ConcernEntry, Idea
from ideas.views.sides import staff_case
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.templatetags.site_text import moment
from unlimited.content.typed import asks
from unlimited.jobs.pdf import make_pdf

ROWS = 25


@never_cache
@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """Those that I wrote, and all at the incubators that I lead, the newest first."""
    if not request.user.has_perm("ideas.view_queue"):
        raise PermissionDenied
    rows = Concern.objects.visible_to(request.user).select_related("incubator", "idea", "written_by")
    page = keyset_page(rows.order_by("-created_at", "-pk"), query=request.GET, size=ROWS)
    return render(request, "ideas/concern/list.html", {"page": page})


@never_cache
@form_page
@asks(ConcernForm)
def raise_concern(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what worries me about a case that I may read."""
    idea = staff_case(request, uuid, Idea.objects.select_related("incubator"))
    form = ConcernForm(request.POST or None, idea=idea)
    if form.is_valid():
        concern = form.save(by=request.user)
        messages.success(request, _("Your concern is written down. You and the leader can read it, and nobody else."))
        return redirect("ideas:concern", concern.uuid)
    mine = Concern.objects.visible_to(request.user).filter(idea=idea)[:ROWS]
    has_leader = idea.incubator.heir.memberships.current().filter(role="leader").exists()
    context = {"idea": idea, "form": form, "mine": mine, "has_leader": has_leader}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "ideas/concern/raise.html", context, status=status)


@never_cache
@require_safe
def concern(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _show(request, _visible(request, uuid))


@never_cache
@form_page
@asks(name=CONCERN_FORMS)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Log that somebody was told, hand it over in writing, or close it."""
    if name not in CONCERN_FORMS:
        raise Http404
    row = _visible(request, uuid)
    if request.method != "POST":
        return redirect("ideas:concern", uuid)
    if not request.user.has_perm(CONCERN_FORMS[name].permission, row):
        raise PermissionDenied
    form = CONCERN_FORMS[name](request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        done = form.save(concern=row, by=request.user)
    except actions.ConcernBusyError:
        form.add_error(None, _("Someone else is saving this just now. Nothing is lost. Try again."))
        return _show(request, row, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except actions.ConcernClosedError:
        form.add_error(None, _("It is closed already. What you wrote is still here."))
        return _show(request, _visible(request, uuid), form, status=HTTPStatus.CONFLICT)
    if isinstance(form, ExportForm):
        return _document(request, row, done, form.cleaned_data["form"])
    messages.success(request, _("It is written down."))
    return redirect("ideas:concern", uuid)


def _visible(request: HttpRequest, uuid: UUID) -> Concern:
    rows = Concern.objects.visible_to(request.user).select_related("incubator", "idea__author", "written_by")
    return get_object_or_404(rows, uuid=uuid)


def _show(request: HttpRequest, row: Concern, sent: Form | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    def possible(name: str) -> Form | None:
        form = CONCERN_FORMS[name]
        if not request.user.has_perm(form.permission, row):
            return None
        return sent if isinstance(sent, form) else form(auto_id=f"id_{name}_%s")

    context = {
        "concern": row,
        "entries": row.entries.select_related("by"),
        "told": possible("varslet"),
        "export": possible("eksport"),
        "close": possible("lukk") if row.closed_at is None or sent else None,
        "sent": sent,
    }
    return render(request, "ideas/concern/concern.html", context, status=status)


def _document(request: HttpRequest, row: Concern, entry: ConcernEntry, form: str) -> HttpResponse:
    """What the authority gets. It is made for this hand-over, and not kept."""
    title = _("Concern from %(incubator)s") % {"incubator": row.incubator.name}
    facts = {"pairs": _facts(row, entry), "sections": _sections(row)}
    if form == ExportForm.PAGE:
        return render(request, "ideas/concern/document.html", {"title": title, "concern": row, **facts})
    body = make_pdf("concern", title=title, language=get_language(), facts=facts, made_at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="bekymring.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def _facts(row: Concern, entry: ConcernEntry) -> list[tuple[str, str]]:
    place = row.incubator
    reached_by = ", ".join(filter(None, [place.contact_email, place.contact_phone]))
    author = row.idea.author if row.idea else None
    facts = [
        (_("To"), entry.whom),
        (_("From"), f"{place.name}, {reached_by}" if reached_by else place.name),
        (_("Handed over"), f"{moment(entry.at)}, {entry.by}"),
        (_("Written by"), f"{row.written_by or _('Someone who has left')}, {moment(row.created_at)}"),
    ]
    if author:
        facts.append((_("Who sent in the idea"), f"{author.name} {author.email}".strip()))
    return facts


def _sections(row: Concern) -> list[dict[str, str]]:
    sections = [{"heading": _("What worries us"), "text": row.what}]
    told = [entry for entry in row.entries.order_by("at", "pk") if entry.kind == ConcernEntry.Kind.TOLD]
    if told:
        lines = "\n\n".join(f"{moment(one.at)}: {one.whom}\n{one.note}".strip() for one in told)
        sections.append({"heading": _("Who has been told"), "text": lines})
    version = row.idea.versions.order_by("-number").first() if row.idea else None
    if version:
        words = "\n\n".join([version.texts["title"], *(f"{label}\n{text}" for label, text in version.answers)])
        sections.append({"heading": _("What was sent in"), "text": words})
    return sections

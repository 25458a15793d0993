"""An idea that is taken in, as its two sides open it: the same pages for both, by two ways in."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from ideas.models import CaseOpening, Idea, SupportRelation, side_of
from ideas.models.submission import IdeaQuerySet
from unlimited.content.typed import LostAccessError


def my_sent_idea(request: HttpRequest, uuid: UUID) -> Idea:
    """An idea that one writes or reads along, once it is sent in."""
    ideas = Idea.objects.read_by_writers(request.user).exclude(status=Idea.Status.DRAFT)
    return get_object_or_404(ideas.select_related("incubator", "author"), uuid=uuid)


def seen_revision(request: HttpRequest) -> int:
    """The revision that a page with nothing but a button was read in; 0, which no row has, where it says none."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def staff_case(request: HttpRequest, uuid: UUID, cases: IdeaQuerySet | None = None) -> Idea:
    """A case as those open it who work with it; `cases` has what is read beside it.

    Raises Http404, which tells somebody who supported the idea until now that they do so no longer.
    """
    cases = Idea.objects.select_related("incubator", "author") if cases is None else cases
    idea = cases.cases_of(request.user).filter(uuid=uuid).first()
    if idea is None:
        raise no_case(request, uuid)
    return note_opening(request, idea)


def case_at_work(request: HttpRequest, uuid: UUID) -> Idea:
    """A case as its supporter, a moderator or a leader opens it."""
    supports = SupportRelation.objects.of_supporter(request.user).active().filter(idea=OuterRef("pk"))
    cases = Idea.objects.select_related("incubator", "author").annotate(is_supported=Exists(supports))
    idea = staff_case(request, uuid, cases)
    if not (idea.is_supported or request.user.has_perm("ideas.moderate_idea", idea)):
        raise Http404
    return idea


def no_case(request: HttpRequest, uuid: UUID) -> Http404:
    """Return what to raise where a case is not this person's: it tells who supported the idea until now."""
    over = (SupportRelation.Status.DECLINED, SupportRelation.Status.ENDED)
    relations = SupportRelation.objects.of_supporter(request.user).filter(idea__uuid=uuid, status__in=over)
    if request.method == "POST" and relations.exists():
        return LostAccessError(_("You no longer support this idea, so nothing is saved."), back="ideas:supported")
    return Http404()


def note_opening(request: HttpRequest, idea: Idea) -> Idea:
    """Write down who opens a case, where a page is asked for; return the case."""
    if request.method in ("GET", "HEAD"):
        CaseOpening.objects.note(request.user, idea)
    return idea


def opened_idea(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> Idea:
    """The idea as the reader may open it, by their side."""
    return my_sent_idea(request, uuid) if is_mine else case_at_work(request, uuid)


def back_to(request: HttpRequest, name: str, idea: Idea, *, is_mine: bool) -> HttpResponse:
    """Lead to the page `name` of the idea; to the supporter's list, where what was done has closed the case to them."""
    if is_mine or Idea.objects.cases_of(request.user).filter(pk=idea.pk).exists():
        return redirect(name_for(name, is_mine), idea.uuid)
    return redirect("ideas:supported")


def writers_idea(request: HttpRequest, uuid: UUID, *, is_mine: bool) -> Idea:
    """One that the reader may write in; 403 for those who only read."""
    idea = opened_idea(request, uuid, is_mine=is_mine)
    if not may_write(request, idea):
        raise PermissionDenied
    return idea


def may_write(request: HttpRequest, idea: Idea) -> bool:
    """Either side may, while the idea is or was taken in; who moderates or reads along reads."""
    return idea.status in Idea.PUBLIC_STATUSES and side_of(request.user, idea) is not None


def name_for(name: str, is_mine: bool) -> str:
    """The name of a page's address, for the reader's side."""
    return f"ideas:my_{name}" if is_mine else f"ideas:{name}"

"""Before an idea is built: a guide to the forms there are, and what is decided, the same page for both sides."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions.organisation import OrganisationChangedError
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.organisation import OrganisationForm
from ideas.models import Idea, Organisation, Side, side_of
from ideas.views.sides import case_at_work, my_sent_idea, opened_idea
from ideas.views.submission import BUSY
from unlimited.content.files import file_answer
from unlimited.content.methods import form_page
from unlimited.content.typed import asks


@never_cache
@form_page
@asks(OrganisationForm)
def organisation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of the supporter and the incubator."""
    return _page(request, case_at_work(request, uuid), is_mine=False)


@never_cache
@form_page
@asks(OrganisationForm)
def mine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of who writes the idea; who reads along reads it."""
    return _page(request, my_sent_idea(request, uuid), is_mine=True)


@never_cache
@require_safe
def statutes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The file, for all who may read the page: a download, never a page."""
    is_mine = Idea.objects.read_by_writers(request.user).filter(uuid=uuid).exists()
    idea = opened_idea(request, uuid, is_mine=is_mine)
    row = Organisation.objects.filter(idea=idea).exclude(statutes="").first()
    if row is None:
        raise Http404
    facts = {"content_type": "application/pdf", "is_public": False, "download_as": "vedtekter.pdf"}
    return file_answer(request, row.statutes.storage, row.statutes.name, **facts)


def _page(request: HttpRequest, idea: Idea, *, is_mine: bool) -> HttpResponse:
    may_write = not is_mine or side_of(request.user, idea) == Side.AUTHOR
    status = HTTPStatus.OK
    if request.method != "POST":
        form = OrganisationForm(idea=idea, by=request.user)
    elif not may_write:
        raise PermissionDenied
    else:
        form = OrganisationForm(request.POST, request.FILES, idea=idea, by=request.user)
        status = _save(form)
        if status is None:
            messages.success(request, _("It is saved."))
            return redirect("ideas:my_organisation" if is_mine else "ideas:organisation", idea.uuid)
    context = {"idea": idea, "is_mine": is_mine, "form": form, "row": form.row, "may_write": may_write}
    template = "ideas/organisation/my_idea.html" if is_mine else "ideas/organisation/case.html"
    return render(request, template, context, status=status)


def _save(form: OrganisationForm) -> HTTPStatus | None:
    """Save it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except OrganisationChangedError as problem:
        form.add_error(None, _("Somebody has changed this meanwhile: what is saved stands at the top. Yours is here."))
        form.data = form.data.copy()
        form.data["revision"] = problem.revision
        return HTTPStatus.CONFLICT
    except IdeaError:
        form.add_error(None, _("The case has changed since you opened the page. Nothing is saved."))
        return HTTPStatus.CONFLICT
    return None

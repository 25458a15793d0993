"""Writing together: whom an author asks, the link that they get, and leaving."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ideas.actions import coauthors as actions
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError
from ideas.forms.coauthors import CoAuthorForm
from ideas.models import CoAuthor, Idea
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.adapter import WAIT


@never_cache
@form_page
@asks(CoAuthorForm)
def coauthors(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who writes my idea along with me; POST asks one more."""
    idea = _of_author(request, uuid)
    form = CoAuthorForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not ratelimit.consume(request, action="write_message"):
        form.add_error(None, WAIT)
    if form.is_valid() and _invite(request, idea, form):
        return redirect("ideas:coauthors", idea.uuid)
    rows = idea.coauthors.current().select_related("user")
    return render(request, "ideas/coauthors/list.html", {"idea": idea, "form": form, "rows": rows})


def _invite(request: HttpRequest, idea: Idea, form: CoAuthorForm) -> bool:
    try:
        actions.invite_coauthor(idea=idea, by=request.user, **form.cleaned_data)
    except actions.InvitedAlreadyError:
        form.add_error("email", _("This address is invited already, or is in already."))
    except actions.TooManyError:
        form.add_error(None, _("There is no room for more. Take somebody off first."))
    except IdeaBusyError:
        form.add_error(None, BUSY)
    else:
        messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
        return True
    return False


@never_cache
@require_POST
@asks()
def remove(request: HttpRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """Take somebody off, or an invitation back."""
    idea = _of_author(request, uuid)
    row = get_object_or_404(idea.coauthors.select_related("user", "idea"), uuid=person)
    with _busy_told(request):
        actions.remove_coauthor(coauthor=row, by=request.user)
        messages.success(request, _("%(name)s sees nothing more of the idea.") % {"name": row})
    return redirect("ideas:coauthors", idea.uuid)


@never_cache
@require_POST
@asks()
def hand_over(request: HttpRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """Make a co-author the author."""
    idea = _of_author(request, uuid)
    row = get_object_or_404(idea.coauthors.select_related("user", "idea"), uuid=person)
    try:
        with _busy_told(request):
            actions.hand_over_idea(coauthor=row, by=request.user)
            messages.success(request, _("%(name)s is the author now. You write along.") % {"name": row})
    except actions.NotOpenAnyMoreError:
        messages.warning(request, _("Only somebody who writes along can take the idea over."))
        return redirect("ideas:coauthors", idea.uuid)
    return redirect("ideas:mine_idea", idea.uuid)


@never_cache
@require_POST
@asks()
def leave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Leave an idea that I write along in."""
    idea = get_object_or_404(Idea.objects.shared_with(request.user), uuid=uuid)
    with _busy_told(request):
        actions.leave_idea(idea=idea, by=request.user)
        messages.success(request, _("You have left the idea, and get no more mails about it."))
    return redirect("ideas:mine")


@never_cache
@require_POST
@asks()
def mails(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Turn the mails about an idea that I write along in on or off."""
    idea = get_object_or_404(Idea.objects.shared_with(request.user, CoAuthor.Role.EDIT), uuid=uuid)
    wants_mail = request.POST.get("vil_ha") == "ja"
    with _busy_told(request):
        actions.choose_mails(idea=idea, by=request.user, wants_mail=wants_mail)
        on, off = _("You get mails about the idea again."), _("You get no more mails about the idea.")
        messages.success(request, on if wants_mail else off)
    return redirect("ideas:mine_idea", idea.uuid)


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """What the link in the mail leads to."""
    row = _invited(uuid, token)
    login_query = urlencode({REDIRECT_FIELD_NAME: request.path, "email": row.email})
    context = {"row": row, "is_for_me": row.is_for(request.user), "login_query": login_query}
    return render(request, "ideas/coauthors/invitation.html", context)


@never_cache
@require_POST
@asks()
def join(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Say yes, as the one who was invited. Where that is not possible, the page says why."""
    row = _invited(uuid, token)
    if row.is_for(request.user):
        with suppress(actions.NotOpenAnyMoreError), _busy_told(request):
            actions.join_idea(coauthor=row, by=request.user)
            messages.success(request, _("You write along now."))
            return redirect("ideas:mine_idea", row.idea.uuid)
    return redirect("ideas:coauthor_invitation", uuid, token)


@login_not_required
@never_cache
@require_POST
@asks()
def decline(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Say no; the link suffices."""
    with _busy_told(request):
        actions.decline_to_join(coauthor=_invited(uuid, token))
    return redirect("ideas:coauthor_invitation", uuid, token)


@contextmanager
def _busy_told(request: HttpRequest) -> Iterator[None]:
    """Where somebody else saves the idea just now, say so, and let the person try again."""
    try:
        yield
    except IdeaBusyError:
        messages.warning(request, BUSY)
    except IdeaGoneError as error:
        raise Http404 from error


def _of_author(request: HttpRequest, uuid: UUID) -> Idea:
    ideas = Idea.objects.written_by(request.user).exclude(status=Idea.Status.DRAFT)
    return get_object_or_404(ideas.select_related("incubator", "author"), uuid=uuid)


def _invited(uuid: UUID, token: str) -> CoAuthor:
    """The invitation whose mail carried `token`. Without it, the answer is the same as for an unknown one."""
    row = get_object_or_404(CoAuthor.objects.select_related("idea__author", "user"), uuid=uuid)
    if not constant_time_compare(token, row.token) or row.is_link_over:
        raise Http404
    return row

"""A machine that several people use: forget the last one, and ask the next one whose draft it is."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ideas.actions import submission as actions
from ideas.actions.transitions import IdeaBusyError, IdeaGoneError
from ideas.drafts import SESSION_KEY, draft_key, drafts_of_browser
from ideas.models.submission import IdeaQuerySet
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.form_drafts import forget_browser


@login_not_required
@never_cache
@form_page
@asks()
def forget(request: HttpRequest) -> HttpResponse:
    """Ask once, then end the session. Drafts that belong to no account are deleted: nothing else leads to them.

    Those of other forms too, which are not listed: they show only on their own pages.
    """
    drafts = drafts_of_browser(request.session)
    if request.method != "POST":
        return render(request, "ideas/submission/forget.html", {"drafts": drafts[:20]})
    try:
        _discard(drafts)
    except IdeaBusyError:
        messages.warning(request, BUSY)
        return redirect("ideas:forget")
    forget_browser(request.session)
    logout(request)
    messages.success(request, _("This machine has forgotten you and what you wrote."))
    return redirect("site:home")


@never_cache
@form_page
@asks()
def whose_draft(request: HttpRequest) -> HttpResponse:
    """Ask who has just logged in whether the drafts of this browser are theirs. *No* deletes them."""
    going_on = _next(request)
    drafts = list(drafts_of_browser(request.session).order_by("-updated_at")[:20])
    if not drafts:
        return HttpResponseRedirect(going_on)
    if request.method != "POST":
        return render(request, "ideas/submission/whose_draft.html", {"drafts": drafts, "next": going_on})
    if request.POST.get("answer") == "yes":
        actions.claim_drafts(by=request.user, draft_key=draft_key(request.session))
        messages.success(request, _("It is yours, and saved with your account."))
    elif request.POST.get("answer") == "no":
        try:
            _discard(drafts_of_browser(request.session))
        except IdeaBusyError:
            messages.warning(request, BUSY)
            return redirect("ideas:whose_draft")
        messages.success(request, _("It is deleted from this machine."))
    else:
        return redirect("ideas:whose_draft")
    request.session.pop(SESSION_KEY, None)
    return HttpResponseRedirect(going_on)


def _discard(drafts: IdeaQuerySet) -> None:
    """Delete drafts of this browser. Raises IdeaBusyError."""
    for draft in drafts:
        with suppress(IdeaGoneError, actions.NotOpenError, actions.NotTheAuthorError):  # another window was first
            actions.discard_draft(idea=draft, by=None)


def _next(request: HttpRequest) -> str:
    """Where the person was going; never to another site."""
    url = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else redirect("ideas:mine").url

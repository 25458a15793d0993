"""What a paper slip opens: the case as its author would see it, on any machine, until it is forgotten again.

The session holds which slip was opened, and for how long. No answer tells a wrong code from an old one.
"""

import time
from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ideas.actions import desk_entry as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError
from ideas.forms.desk_entry import ClaimForm, CodeForm, SlipWithdrawForm
from ideas.forms.submission import MessageForm
from ideas.models import DeskEntry, Idea
from ideas.views.mine import said_to_author
from ideas.views.submission import BUSY
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved
from unlimited.users.adapter import WAIT
from unlimited.users.login import start_login_by_code

# A tablet at a desk forgets by itself.
SESSION_KEY, OPEN_FOR = "opened_slip", 20 * 60
MOST_MEETINGS = 5


@login_not_required
@never_cache
@form_page
@asks(CodeForm)
def open_slip(request: HttpRequest) -> HttpResponse:
    """Type the code, or scan the square code: it is in the fragment, which a script posts and no server logs."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="open_slip", key="site"):
            form.add_error(None, WAIT)
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif entry := actions.open_slip(code=form.cleaned_data["code"]):
            actions.note_read(entry=entry)
            request.session[SESSION_KEY] = [entry.pk, entry.code_hash, time.time() + OPEN_FOR]
            return redirect("ideas:slip_case")
        else:
            form.add_error("code", _("This code opens nothing. Look at the slip once more, or ask who gave it to you."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors and status == HTTPStatus.OK else status
    return render(request, "ideas/slip/open.html", {"form": form}, status=status)


@login_not_required
@never_cache
@form_page
@asks(MessageForm)
def case(request: HttpRequest) -> HttpResponse:
    """The case; POST writes to the incubator."""
    entry = _opened(request)
    if entry is None:
        return _closed(request)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and not ratelimit.consume(request, action="write_with_slip", key=entry.code_hash)
    ):
        form.add_error(None, WAIT)
    if form.is_bound and form.is_valid():
        try:
            actions.write_with_slip(entry=entry, **form.cleaned_data)
        except IdeaBusyError:
            form.add_error(None, BUSY)
        except IdeaError:
            return _closed(request)
        else:
            messages.success(request, _("Your message is with the incubator."))
            return redirect("ideas:slip_case")
    idea = entry.idea
    context = {
        "idea": idea,
        "said": said_to_author(idea, idea.notes.all()),
        "ours": set(),
        "message": form,
        "meetings": idea.meetings.booked_ahead()[:MOST_MEETINGS],
        "may_withdraw": idea.can_become(Idea.Status.WITHDRAWN),
        "redactions": idea.active_redactions,
    }
    return render(
        request, "ideas/slip/case.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else 200
    )


@login_not_required
@never_cache
@form_page
@asks(SlipWithdrawForm)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once, then take the idea back."""
    entry = _opened(request)
    if entry is None:
        return _closed(request)
    if not entry.idea.can_become(Idea.Status.WITHDRAWN):
        return not_saved(request, _("The idea cannot be withdrawn as it stands now."), back="ideas:slip_case")
    form = SlipWithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw_with_slip(entry=entry, **form.cleaned_data)
        except IdeaBusyError:
            form.add_error(None, BUSY)
        except IdeaError:
            return _closed(request)
        else:
            messages.success(request, _("The idea is withdrawn. Nobody goes on with it."))
            return redirect("ideas:slip_case")
    return render(request, "ideas/slip/withdraw.html", {"idea": entry.idea, "form": form})


@login_not_required
@never_cache
@form_page
@asks(ClaimForm)
def claim(request: HttpRequest) -> HttpResponse:
    """Give an e-mail address and its code; then, as its owner, make the case one's own."""
    entry = _opened(request)
    if entry is None:
        return _closed(request)
    form = None if request.user.is_authenticated else ClaimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form is None:
        return _claim(request, entry)
    if form is not None and form.is_bound and form.is_valid():
        try:
            return start_login_by_code(request, email=form.cleaned_data["email"], next_url=reverse("ideas:claim_case"))
        except ValidationError as error:
            form.add_error("email", error)
    return render(request, "ideas/slip/claim.html", {"idea": entry.idea, "form": form})


def _claim(request: HttpRequest, entry: DeskEntry) -> HttpResponse:
    try:
        idea = actions.claim_case(entry=entry, by=request.user)
    except IdeaBusyError:
        messages.warning(request, BUSY)
        return redirect("ideas:claim_case")
    except IdeaError:
        return _closed(request)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("The idea is yours now. Answers come to %(email)s.") % {"email": request.user.email})
    return redirect("ideas:mine_idea", idea.uuid)


@login_not_required
@never_cache
@require_POST
@asks()
def forget(request: HttpRequest) -> HttpResponse:
    """Forget the case on this machine."""
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("This machine has forgotten the idea."))
    return redirect("ideas:open_slip")


def _opened(request: HttpRequest) -> DeskEntry | None:
    """What this session has opened, while the slip is good and the time is not up."""
    pk, code_hash, until = request.session.get(SESSION_KEY, (None, "", 0))
    if until < time.time():
        request.session.pop(SESSION_KEY, None)
        return None
    entries = DeskEntry.objects.opened_by_slip().filter(pk=pk, code_hash=code_hash)
    return entries.select_related("idea__incubator", "idea__author").first()


def _closed(request: HttpRequest) -> HttpResponse:
    """Nothing is open here: the time was up, there is a newer slip, or the case has its owner."""
    request.session.pop(SESSION_KEY, None)
    words = _("Nothing is open on this machine any more. Type the code again.")
    return not_saved(request, words, back="ideas:open_slip")

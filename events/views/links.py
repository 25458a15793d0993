"""The door of the pages that a signed link opens, and what stands at it when the link does not fit.

No log-in: the link is the key. The site's own `Referrer-Policy: same-origin` keeps it from other sites; a stricter
`no-referrer` would make browsers send `Origin: null`, and each form here would be refused.
"""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from events.actions.links import renew_link, send_links
from events.forms.links import NewLinkForm
from events.links import ExpiredLinkError, ForgedLinkError, read_expired_token, read_token
from unlimited.content.methods import form_page
from unlimited.users.adapter import WAIT

NOT_FOUND, GONE = 404, 410


def opened_by_link(purpose: str) -> Callable:
    """Mark a view whose `token` opens it: it gets the uuid that the link leads to, and the token."""

    def door(view: Callable) -> Callable:
        @login_not_required
        @wraps(view)
        def open_page(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
            try:
                uuid = read_token(purpose, token)
            except ForgedLinkError:
                context = {"form": NewLinkForm()}
                return render(request, "events/links/forged.html", context, status=NOT_FOUND)
            except ExpiredLinkError:
                return render(request, "events/links/expired.html", {"token": token}, status=GONE)
            return view(request, uuid, token=token, **kwargs)

        return open_page

    return door


def may_write(request: HttpRequest, uuid: UUID) -> bool:
    """Whether more mails may leave by this link just now: nobody with one sends them without end."""
    return bool(ratelimit.consume(request, action="write_to_party", key=str(uuid)))


def gone_page(request: HttpRequest) -> HttpResponse:
    """The link is ours, and what it led to is not there any more. Whose it is now is nobody's business."""
    return render(request, "events/links/gone.html", {"form": NewLinkForm()}, status=GONE)


@login_not_required
@form_page
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for the links that belong to an address, or for one anew that has expired. The answer is always the same."""
    if "token" in request.POST:
        return _renew(request, request.POST["token"])
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="links_anew", key=email):
            send_links(email=email)
            return redirect("events:link_sent")
        form.add_error(None, WAIT)
    return render(request, "events/links/new.html", {"form": form})


def _renew(request: HttpRequest, token: str) -> HttpResponse:
    try:
        purpose, uuid = read_expired_token(token)
    except ForgedLinkError:
        return redirect("events:new_link")
    if not ratelimit.consume(request, action="links_anew", key=str(uuid)):
        form = NewLinkForm({"email": ""})
        form.errors.clear()
        form.add_error(None, WAIT)
        return render(request, "events/links/new.html", {"form": form})
    renew_link(purpose=purpose, uuid=uuid)
    return redirect("events:link_sent")


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What is said to everybody who asked, whether there was a link to send or not."""
    return render(request, "events/links/sent.html")

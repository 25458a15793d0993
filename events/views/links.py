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
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.actions.holding import note_contact
from events.actions.links import ask_for_links, renew_link
from events.forms.links import NewLinkForm
from events.links import PARTY, find_row, find_row_of_any, is_owned
from events.models import Registration
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks, not_saved
from unlimited.links import ForgedLinkError, LinkPurpose
from unlimited.users.adapter import WAIT
from unlimited.users.limits import may_mail

BAD_REQUEST, NOT_FOUND, GONE = 400, 404, 410
CONFIRM = "bekreft"
# What can be done with seats that are held until the contact confirms.
WHILE_HELD = (CONFIRM, "gi-tilbake-alt")


def opened_by_link(purpose: LinkPurpose) -> Callable:
    """Mark a view whose `token` opens it: it gets the row that the link leads to, and the token."""

    def door(view: Callable) -> Callable:
        @login_not_required
        @wraps(view)
        def open_page(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
            try:
                row, is_open = find_row(purpose, token)
            except ForgedLinkError:
                context = {"form": NewLinkForm()}
                return render(request, "events/links/forged.html", context, status=NOT_FOUND)
            if row is None or not is_owned(row):
                return gone_page(request)
            if not is_open:
                return render(request, "events/links/expired.html", {"token": token}, status=GONE)
            if purpose is PARTY and request.method == "POST":
                return _act_of_contact(view, request, row, token=token, **kwargs)
            return view(request, row, token=token, **kwargs)

        return open_page

    return door


def _act_of_contact(view: Callable, request: HttpRequest, party: Registration, *, token: str, **kwargs) -> HttpResponse:
    """Do what the contact wants, and note that they have acted. A party that is held has to be confirmed first."""
    name = kwargs.get("name")
    if party.is_held and name not in WHILE_HELD:
        words = _("Confirm the seats first. Then you can change them.")
        return not_saved(request, words, back=reverse("events:party", args=[token]))
    response = view(request, party, token=token, **kwargs)
    if response.status_code < BAD_REQUEST and name != CONFIRM:
        note_contact(registration=party)
    return response


def may_write(request: HttpRequest, uuid: UUID) -> bool:
    """Whether more mails may leave by this link just now: nobody with one sends them without end."""
    return bool(ratelimit.consume(request, action="write_to_party", key=str(uuid)))


def gone_page(request: HttpRequest) -> HttpResponse:
    """The link is ours, and what it led to is not there any more. Whose it is now is nobody's business."""
    return render(request, "events/links/gone.html", {"form": NewLinkForm()}, status=GONE)


@login_not_required
@form_page
@asks(NewLinkForm)
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for the links that belong to an address, or for one anew that has expired. The answer is always the same."""
    if "token" in request.POST:
        return _renew(request, request.POST["token"])
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if may_mail(request, action="links_anew", address=email):
            ask_for_links(email=email)
            return redirect("events:link_sent")
        form.add_error(None, WAIT)
    return render(request, "events/links/new.html", {"form": form}, status=status_of_form(form))


def _renew(request: HttpRequest, token: str) -> HttpResponse:
    try:
        row = find_row_of_any(token)
    except ForgedLinkError:
        return redirect("events:new_link")
    if row is not None and not may_mail(request, action="links_anew", address=str(row.uuid)):
        form = NewLinkForm({"email": ""})
        form.errors.clear()
        form.add_error(None, WAIT)
        return render(request, "events/links/new.html", {"form": form})
    if row is not None:
        renew_link(row=row)
    return redirect("events:link_sent")


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """What is said to everybody who asked, whether there was a link to send or not."""
    return render(request, "events/links/sent.html")


@login_not_required
@require_safe
def links_replaced(request: HttpRequest) -> HttpResponse:
    """What is said once the links of a party are ended: the one in hand opens nothing any more."""
    return render(request, "events/links/replaced.html")

"""The outbox as national staff see it: who, what kind, which status. Never what a mail says, nor who has a case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from rules.contrib.views import permission_required

from unlimited.content.paging import keyset_page
from unlimited.content.typed import asks
from unlimited.mail.actions import NotRepeatableError, send_again
from unlimited.mail.case_mails import send_case_mails_again, troubles
from unlimited.mail.forms import OutboxFilter
from unlimited.mail.models import OutgoingMail

MAILS_PER_PAGE = 50


@require_safe
@permission_required("mail.view_outbox", raise_exception=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the newest mails, or those that the filter asks for; of mails about cases only numbers."""
    form = OutboxFilter(request.GET)
    page = keyset_page(form.mails(), query=request.GET, size=MAILS_PER_PAGE)
    return render(request, "mail/outbox.html", {"form": form, "page": page, "troubles": troubles()})


@require_POST
@permission_required("mail.view_outbox", raise_exception=True)
@asks()
def repeat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a mail once more that failed."""
    mail = get_object_or_404(OutgoingMail.objects.listed(), uuid=uuid)
    try:
        send_again(mail=mail, by=request.user)
    except NotRepeatableError:
        messages.warning(request, _("This mail cannot be sent again: it has arrived, has run out, or carries a code."))
    else:
        messages.success(request, _("The mail to %(recipient)s is sent again.") % {"recipient": mail.recipient})
    return redirect("mail:outbox")


@require_POST
@permission_required("mail.view_outbox", raise_exception=True)
@asks()
def repeat_case_mails(request: HttpRequest) -> HttpResponse:
    """Send all mails about cases once more that failed."""
    count = send_case_mails_again(by=request.user)
    words = ngettext("%(count)d mail is sent again.", "%(count)d mails are sent again.", count)
    messages.success(request, words % {"count": count})
    return redirect("mail:outbox")

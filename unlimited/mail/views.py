"""The outbox as staff see it: who, what kind, where it stands. Never what a mail says."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from rules.contrib.views import permission_required

from unlimited.mail.actions import NotRepeatableError, send_again
from unlimited.mail.forms import OutboxFilter
from unlimited.mail.models import OutgoingMail

MAILS_PER_PAGE = 50


@require_GET
@permission_required("mail.view_outbox", raise_exception=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the newest mails, or those that the filter asks for."""
    form = OutboxFilter(request.GET)
    mails = list(form.mails()[: MAILS_PER_PAGE + 1])
    context = {
        "form": form,
        "mails": mails[:MAILS_PER_PAGE],
        "older": _older(request, mails),
        "is_first": "before" not in request.GET,
    }
    return render(request, "mail/outbox.html", context)


@require_POST
@permission_required("mail.view_outbox", raise_exception=True)
def repeat(request: HttpRequest, uuid) -> HttpResponse:
    """Send a mail once more that failed."""
    mail = get_object_or_404(OutgoingMail, uuid=uuid)
    try:
        send_again(mail=mail, by=request.user)
    except NotRepeatableError:
        messages.warning(request, _("This mail cannot be sent again: it has arrived, has run out, or carries a code."))
    else:
        messages.success(request, _("The mail to %(recipient)s is sent again.") % {"recipient": mail.recipient})
    return redirect("mail:outbox")


def _older(request: HttpRequest, mails: list[OutgoingMail]) -> str:
    """Return the address of the next page, by key: the thousandth page is as quick as the first."""
    if len(mails) <= MAILS_PER_PAGE:
        return ""
    query = request.GET.copy()
    query["before"] = mails[MAILS_PER_PAGE - 1].pk
    return f"?{query.urlencode()}"

"""`/dev/mail/`: what the development's SMTP server has taken in. Only where DEBUG is on; see urls.py."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from unlimited.devmail.mailbox import Letter, Mailbox

SHOWN = 50
# A mail's own page may style itself and do nothing else.
HTML_PART = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}


def get_letter_or_404(name: str) -> Letter:
    """Return the letter of that name, or answer that there is none."""
    letter = Mailbox(settings.DEVELOPMENT_MAIL).letter(name)
    if not letter:
        raise Http404(f"There is no letter {name}.")
    return letter


@login_not_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The newest letters."""
    return render(request, "devmail/letters.html", {"letters": Mailbox(settings.DEVELOPMENT_MAIL).letters(SHOWN)})


@login_not_required
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter: its text, its HTML in a frame, its calendar parts."""
    return render(request, "devmail/letter.html", {"letter": get_letter_or_404(name)})


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp_replace(HTML_PART)
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as it came, for the frame."""
    return HttpResponse(get_letter_or_404(name).html)

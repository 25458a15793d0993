"""Where a seat stands, and what became of a mail, as one would say it to a person."""

from django import template
from django.utils.translation import gettext as _

from events.models import Seat
from unlimited.content.templatetags.site_text import moment
from unlimited.mail.models import OutgoingMail

register = template.Library()


@register.filter
def seat_words(seat: Seat, number: int | None = None) -> str:
    """Return words about a seat; `number` is its party's number in line."""
    if seat.status == Seat.Status.WAITING and number:
        return _("Number %(number)d in line") % {"number": number}
    if seat.status == Seat.Status.OFFERED:
        if seat.is_offer_open:
            return _("Offered until %(when)s") % {"when": moment(seat.offer_expires_at)}
        return _("The offer ran out")
    if seat.is_cancelled:
        return seat.get_cancel_reason_display()
    return seat.get_status_display()


@register.filter
def seat_color(seat: Seat) -> str:
    """Return the colour that goes with the words; never the only sign."""
    colors = {"seated": "success", "attended": "success", "waiting": "warning", "offered": "info"}
    return colors.get(seat.status, "neutral")


@register.filter
def mail_words(mail: OutgoingMail) -> str:
    """Return what became of a mail."""
    Status = OutgoingMail.Status
    if mail.status == Status.QUEUED and mail.attempts:
        return _("The e-mail could not be delivered yet. Next try %(when)s") % {"when": moment(mail.next_attempt_at)}
    if mail.status == Status.SENT:
        return _("E-mail sent %(when)s") % {"when": moment(mail.sent_at)}
    if mail.status == Status.FAILED:
        return _("The e-mail was refused: %(why)s") % {"why": mail.explanation}
    words = {
        Status.QUEUED: _("The e-mail is on its way"),
        Status.SENDING: _("The e-mail is on its way"),
        Status.UNCERTAIN: _("The e-mail was perhaps delivered"),
        Status.CANCELLED: _("The e-mail was taken back before it left"),
        Status.SUPPRESSED: _("This address takes no e-mail from us"),
    }
    return words[mail.status]


@register.filter
def is_mail_lost(mail: OutgoingMail) -> bool:
    """Whether somebody should look at the address."""
    return mail.status in (OutgoingMail.Status.FAILED, OutgoingMail.Status.SUPPRESSED)

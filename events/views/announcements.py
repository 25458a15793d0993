"""Messages to those who come: written, looked at as they will look, and then sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.actions.announcements import Audience, NobodyError, recipients, send_announcement
from events.emails import ANNOUNCEMENT, announcement_facts
from events.forms.announcements import AnnouncementForm
from events.models import Event
from events.views.organising import organised
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.mail.contacts import contact_of
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import Words, say

LATEST = 20


@form_page
@asks(AnnouncementForm)
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a message; the first button shows how it will look and how many get it, the second one sends it."""
    event = organised(request, slug)
    form = AnnouncementForm(request.POST or None)
    if not form.is_valid() or "back" in request.POST:
        return _write(request, event, form)
    facts = form.cleaned_data
    if "send" not in request.POST:
        return _preview(request, event, form)
    try:
        sent = send_announcement(event=event, by=request.user, **facts)
    except NobodyError:
        form.add_error("audience", _("Nobody would get this message. Choose others."))
        return _write(request, event, form)
    text = ngettext(
        "The message is on its way to %(count)d address.",
        "The message is on its way to %(count)d addresses.",
        sent.recipients,
    )
    messages.success(request, text % {"count": sent.recipients})
    return redirect("events:announce", slug)


def _write(request: HttpRequest, event: Event, form: AnnouncementForm) -> HttpResponse:
    form.count({value: len(recipients(event=event, audience=value)) for value in Audience.values})
    context = {
        "event": event,
        "form": form,
        "announcements": event.announcements.select_related("sent_by")[:LATEST],
    }
    return render(request, "events/announcements/write.html", context, status=status_of_form(form))


def _preview(request: HttpRequest, event: Event, form: AnnouncementForm) -> HttpResponse:
    facts = form.cleaned_data
    addresses = recipients(event=event, audience=facts["audience"])
    if not addresses:
        form.add_error("audience", _("Nobody would get this message. Choose others."))
        return _write(request, event, form)
    words = _as_it_will_look(event, facts["subject"], facts["body"])
    context = {"event": event, "form": form, "words": words, "count": len(addresses)}
    context["audience"] = Audience(facts["audience"]).label
    return render(request, "events/announcements/preview.html", context)


def _as_it_will_look(event: Event, subject: str, body: str) -> Words:
    """Return the mail in the event's language, made as the outbox will make it."""
    facts = announcement_facts(event, subject, body, event.language)
    with translation.override(event.language):
        return say(OutgoingMail(kind=ANNOUNCEMENT.name, language=event.language, snapshot=facts), contact_of(facts))

"""What a visitor needs to know of an event, in words: when it is, where it stands, how many seats are free."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Event, Session
from unlimited.content.templatetags.site_text import TO, hour, moment, period

register = template.Library()

State = Event.State
COLORS = {
    State.CANCELLED: "danger",
    State.PAST: "neutral",
    State.DROP_IN: "info",
    State.NOT_OPEN_YET: "info",
    State.CLOSED: "neutral",
    State.FULL: "warning",
    State.WAITLIST: "warning",
    State.OPEN: "success",
}


@register.filter
def when(event: Event) -> str:
    """Return *tirsdag 19. oktober kl. 9.00–14.30*; both days where it goes on past midnight."""
    return period(event.starts_at, event.ends_at)


@register.filter
def hours(session: Session) -> str:
    """Return *9.00–9.45*."""
    return f"{hour(session.starts_at)}{TO}{hour(session.ends_at)}"


@register.filter
def state_color(state: str) -> str:
    return COLORS[state]


@register.filter
def state_label(state: str) -> str:
    """Return the few words of a tag."""
    return State(state).label


@register.filter
def state_words(event: Event) -> str:
    """Return where the event stands now, in a sentence or two that anyone may read."""
    state = event.state
    if state == State.OPEN:
        return free_seats(event)
    if state == State.NOT_OPEN_YET:
        return _("Registration opens %(moment)s.") % {"moment": moment(event.registration_opens_at)}
    return {
        State.CANCELLED: _("This event is cancelled."),
        State.PAST: _("This event has taken place."),
        State.DROP_IN: _("You need not register. Just come."),
        State.CLOSED: _("Registration has closed."),
        State.FULL: _("All seats are taken, and there is no waitlist."),
        State.WAITLIST: _("All seats are taken. On the waitlist you get an offer by e-mail when a seat is free."),
    }[state]


@register.filter
def free_seats(event: Event) -> str:
    """Return how many seats are free, as a sentence."""
    free = event.seats_free
    return ngettext("%(count)d seat of %(capacity)d is free.", "%(count)d seats of %(capacity)d are free.", free) % {
        "count": free,
        "capacity": event.capacity,
    }

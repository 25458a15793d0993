"""What the registration form says of days and places: their names, and why they cannot be chosen."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.actions.registration import FullError
from events.models import Event
from events.templatetags.event_words import state_words
from incubators.models import Municipality
from incubators.place_names import unknown_words
from unlimited.content.templatetags.site_text import day

# More places of one beginning than this are no choice, but a list to read.
MOST_CHOICES = 12


def day_name(event: Event) -> str:
    """A day by its town, which is what people call it, and its date."""
    return f"{event.city or event.title}, {day(event.starts_at)}"


def closed_words(event: Event) -> str:
    return _("%(day)s cannot be chosen: %(why)s") % {"day": day_name(event), "why": state_words(event)}


def full_words(error: FullError) -> str:
    """Say why there is no room for a party: none at all, less than it needs, or no way to wait for all its days."""
    event = error.event
    if error.without_line != event:
        words = _("%(full)s: there is no room for you just now, and %(day)s has no waitlist. Choose one of them only.")
        return words % {"full": day_name(event), "day": day_name(error.without_line)}
    if not event.seats_free:
        return closed_words(event)
    words = ngettext(
        "%(day)s: only %(count)d seat is left, and there is no waitlist.",
        "%(day)s: only %(count)d seats are left, and there is no waitlist.",
        event.seats_free,
    )
    return words % {"day": day_name(event), "count": event.seats_free}


def municipality_words(words: str, found: list[Municipality], places: list[Municipality]) -> str:
    """Say why `words` name no municipality of `places`: none, or more than one is `found`."""
    if not words:
        return _("Write which municipality.")
    if not found:
        return unknown_words(words, places)
    if len(found) > MOST_CHOICES:
        return _("Many municipalities are called something like that. Write more of the name.")
    return _("Several municipalities are called something like that. Choose one of them below.")

"""`{% event_cards events %}`: events as list items, each card rendered once per version, state and language."""

from collections.abc import Sequence

from django import template
from django.db.models import QuerySet
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from events.models import Event, Series
from incubators.models import Incubator
from unlimited.content.fragments import render_each, version_of

register = template.Library()


@register.simple_tag
def event_cards(events: Sequence[Event]) -> SafeString:
    """Return `<li>` items for rows of `Event.objects.for_cards()`. The state on a card changes by the clock."""
    language = get_language()
    states = {event.pk: event.state for event in events}

    def key(event: Event) -> str:
        version = version_of([event.pk, event.updated_at, event.incubator_name, states[event.pk]])
        return f"event-card:{language}:{version}"

    def render(events: list[Event]) -> list[str]:
        card = get_template("components/event_card.html")
        return [card.render({"event": e, "state": states[e.pk], "LANGUAGE_CODE": language}) for e in events]

    cards = render_each(events, key=key, render=render)
    return format_html_join("\n", "<li>{}</li>", ([card] for card in cards))


@register.simple_tag
def next_events_of(incubator: Incubator, count: int = 3) -> QuerySet[Event]:
    """Return the next public events of an incubator, for a page of the incubators, which do not know events."""
    return Event.objects.public().filter(incubator=incubator).upcoming().for_cards()[:count]


@register.simple_tag
def next_series(count: int = 3) -> QuerySet[Series]:
    """Return the series with days to come: a list by time would hide a conference behind weekly talks."""
    return Series.objects.upcoming()[:count]

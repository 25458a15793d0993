"""What machines read of an event: whole addresses, addresses of calendars, and schema.org's Event as a data block."""

import json
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from events.models import Event
from unlimited.mail.links import absolute

register = template.Library()

State = Event.State
AVAILABILITY = {
    State.OPEN: "InStock",
    State.WAITLIST: "SoldOut",
    State.FULL: "SoldOut",
    State.NOT_OPEN_YET: "PreOrder",
    State.CLOSED: "SoldOut",
}
# A script's text ends at "</script", wherever it stands.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@register.simple_tag
def whole_url(view_name: str, *args) -> str:
    """Return an address with our own scheme and host, as other sites want it."""
    return absolute(view_name, get_language(), *args)


@register.simple_tag
def calendar_url(view_name: str, *args) -> str:
    """Return the address of a feed that a click gives to the calendar program: *webcal://…*."""
    return urlsplit(absolute(view_name, get_language(), *args))._replace(scheme="webcal").geturl()


@register.simple_tag
def event_json_ld(event: Event) -> SafeString:
    """Return schema.org's Event as a data block: no code, so the content policy needs no exception for it."""
    text = json.dumps(_described(event), ensure_ascii=False).translate(ESCAPES)
    # Nothing in it can end the block: see ESCAPES.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


def _described(event: Event) -> dict:
    url, state = absolute("events:detail", get_language(), event.slug), event.state
    place = {"@type": "Place", "name": event.venue, "address": _address(event)}
    known = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": event.title,
        "description": event.summary,
        "inLanguage": event.language,
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if event.is_cancelled else 'Scheduled'}",
        # Where one can join online, and never by which link.
        "eventAttendanceMode": f"https://schema.org/{'Mixed' if event.online_url else 'Offline'}EventAttendanceMode",
        "location": [place, {"@type": "VirtualLocation", "url": url}] if event.online_url else place,
        "organizer": [{"@type": "Organization", "name": name} for name in event.organiser_names],
        "maximumAttendeeCapacity": event.capacity,
        "offers": _offer(event, state),
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def _address(event: Event) -> dict:
    known = {
        "streetAddress": event.street_address,
        "postalCode": event.postcode,
        "addressLocality": event.city,
        "addressCountry": "NO",
    }
    return {"@type": "PostalAddress"} | {name: value for name, value in known.items() if value}


def _offer(event: Event, state: str) -> dict | None:
    if state not in AVAILABILITY:
        return None
    offer = {
        "@type": "Offer",
        "url": absolute("events:register", get_language(), event.slug),
        "availability": f"https://schema.org/{AVAILABILITY[state]}",
    }
    opens_at = event.registration_opens_at
    return offer | ({"validFrom": opens_at.isoformat()} if opens_at else {})

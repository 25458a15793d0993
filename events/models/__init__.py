"""Events and who comes to them, by area: `programme` is what organisers publish, `registration` who has a seat."""

from events.models.programme import Announcement, Event, Material, Series, Session, Speaker
from events.models.registration import LinkRequest, Needs, NeedsLookup, Participant, Registration, Seat

__all__ = [
    "Announcement",
    "Event",
    "LinkRequest",
    "Material",
    "Needs",
    "NeedsLookup",
    "Participant",
    "Registration",
    "Seat",
    "Series",
    "Session",
    "Speaker",
]

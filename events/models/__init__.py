"""Events and who comes to them, by area.

`programme` is what organisers publish, `parts` what belongs to one event, `registration` who has a seat.
"""

from events.models.parts import Announcement, Material, Session, Speaker
from events.models.programme import Event, Series
from events.models.registration import ContactRequest, LinkRequest, Needs, NeedsLookup, Participant, Registration, Seat

__all__ = [
    "Announcement",
    "ContactRequest",
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

"""Events and who comes to them, by area.

`programme` is what organisers publish, `parts` what belongs to one event, `registration` who has a
seat, `contact` who speaks for a party.
"""

from events.models.contact import ContactRequest, LinkRequest
from events.models.parts import Announcement, Material, Session, Speaker
from events.models.programme import Event, Series
from events.models.registration import Needs, NeedsLookup, Participant, Registration, Seat

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

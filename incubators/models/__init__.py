"""Places and people, one file per area."""

from incubators.models.founding import Initiative, InitiativeEntry
from incubators.models.people import Invitation
from incubators.models.places import Incubator, Membership, Municipality, PostcodeArea

__all__ = [
    "Incubator",
    "Initiative",
    "InitiativeEntry",
    "Invitation",
    "Membership",
    "Municipality",
    "PostcodeArea",
]

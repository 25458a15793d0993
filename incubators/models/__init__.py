"""Places and people, one file per area."""

from incubators.models.closing import ClosedPeriod
from incubators.models.founding import Initiative, InitiativeEntry
from incubators.models.partners import MunicipalPartner
from incubators.models.people import Invitation, ShownPerson
from incubators.models.places import Incubator, Membership, Municipality, PostcodeArea
from incubators.models.stage import ChecklistItem, ChecklistTick, StageChange

__all__ = [
    "ChecklistItem",
    "ChecklistTick",
    "ClosedPeriod",
    "Incubator",
    "Initiative",
    "InitiativeEntry",
    "Invitation",
    "Membership",
    "MunicipalPartner",
    "Municipality",
    "PostcodeArea",
    "ShownPerson",
    "StageChange",
]

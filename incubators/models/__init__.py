"""Places and people, one file per area."""

from incubators.models.people import Invitation
from incubators.models.places import Incubator, Membership, Municipality, PostcodeArea

__all__ = ["Incubator", "Invitation", "Membership", "Municipality", "PostcodeArea"]

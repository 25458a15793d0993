"""Ideas, one file per area."""

from ideas.models.moderation import Note, Transition
from ideas.models.submission import Idea, Theme, Version

__all__ = ["Idea", "Note", "Theme", "Transition", "Version"]

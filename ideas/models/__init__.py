"""Ideas, one file per area."""

from ideas.models.answers import AnswerTemplate, Partner
from ideas.models.appeal import Appeal
from ideas.models.case_export import CaseExport
from ideas.models.coauthors import CoAuthor
from ideas.models.concern import Concern, ConcernEntry
from ideas.models.desk_entry import DeskEntry
from ideas.models.merging import Merge
from ideas.models.moderation import Transition
from ideas.models.notes import Note
from ideas.models.promise import Delay
from ideas.models.redaction import Redaction
from ideas.models.sharing import TeamMember
from ideas.models.submission import Idea, Theme, Version
from ideas.models.support import SupportRelation

__all__ = [
    "AnswerTemplate",
    "Appeal",
    "CaseExport",
    "CoAuthor",
    "Concern",
    "ConcernEntry",
    "Delay",
    "DeskEntry",
    "Idea",
    "Merge",
    "Note",
    "Partner",
    "Redaction",
    "SupportRelation",
    "TeamMember",
    "Theme",
    "Transition",
    "Version",
]

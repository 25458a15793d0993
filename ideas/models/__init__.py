"""Ideas, one file per area."""

from ideas.models.agreements import Agreement, Budget, Grant
from ideas.models.answers import AnswerTemplate, Partner
from ideas.models.appeal import Appeal
from ideas.models.case_export import CaseExport
from ideas.models.coauthors import CoAuthor
from ideas.models.concern import Concern, ConcernEntry
from ideas.models.desk_entry import DeskEntry
from ideas.models.effect import Indicator, Measurement, MeasurementRequest
from ideas.models.hallmarks import HallmarkAnswer, TalkSheet
from ideas.models.meetings import Meeting, MeetingNote, NextStep
from ideas.models.merging import Merge
from ideas.models.moderation import Transition
from ideas.models.notes import Note
from ideas.models.openings import CaseOpening
from ideas.models.organisation import Organisation
from ideas.models.promise import Delay
from ideas.models.redaction import Redaction
from ideas.models.report import Report, ReportStory
from ideas.models.sharing import TeamMember
from ideas.models.sides import Side, ideas_of_side, side_of
from ideas.models.stories import Purpose, Story, StoryConsent, StoryPerson, StoryPlace
from ideas.models.submission import Idea, Theme, Version
from ideas.models.support import SupportRelation
from ideas.models.trials import Trial

__all__ = [
    "Agreement",
    "AnswerTemplate",
    "Appeal",
    "Budget",
    "CaseExport",
    "CaseOpening",
    "CoAuthor",
    "Concern",
    "ConcernEntry",
    "Delay",
    "DeskEntry",
    "Grant",
    "HallmarkAnswer",
    "Idea",
    "Indicator",
    "Measurement",
    "MeasurementRequest",
    "Meeting",
    "MeetingNote",
    "Merge",
    "NextStep",
    "Note",
    "Organisation",
    "Partner",
    "Purpose",
    "Redaction",
    "Report",
    "ReportStory",
    "Side",
    "Story",
    "StoryConsent",
    "StoryPerson",
    "StoryPlace",
    "SupportRelation",
    "TalkSheet",
    "TeamMember",
    "Theme",
    "Transition",
    "Trial",
    "Version",
    "ideas_of_side",
    "side_of",
]

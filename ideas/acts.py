"""What people did with ideas, as staff and in other people's ideas, for their own export."""

from unlimited.users.acts import register_acts

PLACE = "idea__incubator__name"
# A concern is in no export; docs/privacy.md says why.
register_acts(
    "ideas",
    {
        "Idea.taken_by": ("uuid", "incubator__name", "taken_at"),
        "Transition.by": ("at", "kind", "went_well", "reason", "way_on", "internal_note", PLACE),
        "Transition.passed_to": ("at", PLACE),
        "Note.author": ("created_at", "audience", "body", PLACE),
        "TeamMember.added_by": ("added_at", PLACE),
        "Appeal.author": ("created_at", "reason", f"decision__{PLACE}"),
        "Appeal.answered_by": ("answered_at", "status", "answer", f"decision__{PLACE}"),
        "CaseExport.made_by": ("made_at", PLACE),
        "Redaction.redacted_by": ("redacted_at", "reason", PLACE),
        "Redaction.lifted_by": ("lifted_at", PLACE),
        "SupportRelation.asked_by": ("asked_at", "note", PLACE),
        "SupportRelation.ended_by": ("ended_at", "end_reason", "end_words", PLACE),
        "Agreement.supporter": ("proposed_at", "step", "status", PLACE),
        "Agreement.proposed_by": ("proposed_at", "step", "find_out", "kroner", "room", "guidance", PLACE),
        "Agreement.ended_by": ("ended_at", "outcome", "learnt", "onwards", PLACE),
        "Meeting.supporter": ("created_at", "status", "starts_at", PLACE),
        "Meeting.called_off_by": ("called_off_at", "called_off_words", PLACE),
        "NextStep.created_by": ("created_at", "what", PLACE),
        "NextStep.ended_by": ("ended_at", "status", PLACE),
        "Merge.proposed_by": ("proposed_at", "reason", f"source__{PLACE.removeprefix('idea__')}"),
        "Organisation.updated_by": ("updated_at", "form", "name", "undecided_because", "who_benefits", "who_pays"),
        "HallmarkAnswer.by": ("sheet__opened_at", "side", "hallmark", "answer", "words"),
        "Trial.written_by": ("created_at", "hypothesis", "happened", "learnt", "change", "place", PLACE),
        "Indicator.written_by": ("created_at", "target_group", "question", PLACE),
        "Measurement.written_by": ("created_at", "value", "words", f"indicator__{PLACE}"),
        "Story.written_by": ("created_at", "title", "body", PLACE),
        "StoryConsent.written_down_by": ("given_at", "purpose", "spoken_words"),
        "StoryPlace.noted_by": ("created_at", "purpose", "where"),
        "Report.frozen_by": ("frozen_at", "starts_on", "ends_on", "words"),
    },
)

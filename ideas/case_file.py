"""A case as it is handed out on request: what was asked, said and decided, without what is not for others.

Left out, and counted: passages that a moderator took out (of all texts, not the public ones alone), and what staff
wrote to each other. Concerns are no part of the case.
"""

from ideas.models import Idea, Transition, Version
from ideas.models.redaction import take_out

NUMBER_OF_FORMAT = 1


def case_file(idea: Idea, *, with_author: bool) -> dict:
    """Return the case as plain JSON: dates as ISO strings, statuses and kinds as their codes, texts as written."""
    passages = [redaction.passage for redaction in idea.active_redactions]
    log = idea.transitions.exclude(kind__in=Transition.INTERNAL_KINDS).order_by("at", "id")
    log = log.select_related("way_on_partner", "way_on_incubator", "other_idea")
    messages = idea.notes.to_author()
    writers = set(idea.coauthors.exclude(user=None).values_list("user", flat=True))
    return {
        "format": NUMBER_OF_FORMAT,
        "case": str(idea.uuid),
        "incubator": idea.incubator.name,
        "author": idea.author.name or idea.author.email if with_author and idea.author else "",
        # Counted, never named: they are no party to the case, and have not been asked.
        "coauthors": idea.coauthors.joined().count(),
        "status": idea.status,
        "sent_in_at": idea.submitted_at.isoformat(),
        "answer_promised_by": idea.answer_due_on.isoformat(),
        "documents": [_document(version, passages) for version in idea.versions.order_by("number")],
        "decisions": [_decision(change, passages) for change in log],
        "messages": [
            {
                "at": note.created_at.isoformat(),
                "from_author": note.with_slip
                or (note.author_id is not None and note.author_id in {idea.author_id, *writers}),
                "text": take_out(note.body, passages),
            }
            for note in messages
        ],
        "left_out": {
            "passages": len(passages),
            "internal_notes": idea.notes.between_staff().count() + idea.transitions.exclude(internal_note="").count(),
        },
    }


def _document(version: Version, passages: list[str]) -> dict:
    answers = [["title", version.texts["title"]], *[[name, version.texts[name]] for name in Version.ANSWERS]]
    return {
        "version": version.number,
        "sent_in_at": version.created_at.isoformat(),
        "answers": {name: take_out(text, passages) for name, text in answers if text},
        "picture": take_out(version.texts["picture_alt"], passages) if version.texts["picture"] else "",
    }


def _decision(change: Transition, passages: list[str]) -> dict:
    texts = {name: take_out(getattr(change, name), passages) for name in ("went_well", "reason", "way_on")}
    whom = change.way_on_partner or change.way_on_incubator
    facts = {"at": change.at.isoformat(), "what": change.kind, "status": change.to_status}
    if change.other_idea:
        facts["other_case"] = str(change.other_idea.uuid)
    if change.asked_due_on:
        facts["about_the_date"] = change.asked_due_on.isoformat()
    return facts | texts | {"way_on_to": str(whom) if whom else ""}

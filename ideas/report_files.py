"""A report as files: a document to read and keep, a workbook, and open numbers without a word that a person wrote."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ideas.models import Report
from ideas.report_words import Line, heading_of, period_words, sections
from unlimited.content.templatetags.site_text import day, moment
from unlimited.jobs.pdf import make_pdf
from unlimited.jobs.tables import make_csv, make_xlsx


def as_pdf(report: Report) -> bytes:
    """All of it, with the leader's words and the stories that may still be read."""
    facts = {
        "about": [*_about(report), [_("Sent"), moment(report.frozen_at)]],
        "words_heading": _("In our own words"),
        "words": report.words,
        "columns": [_("What"), _("Number")],
        "sections": [
            {
                "heading": section.heading,
                "note": section.note,
                "rows": [[line.label, line.words] for line in section.read_lines],
                "total": [section.total.label, section.total.words] if section.total else [],
            }
            for section in sections(report.figures)
        ],
        "stories_heading": _("Stories"),
        "stories": [_story(story) for story in report.stories.all()],
        "note": _note(),
    }
    return make_pdf("report", title=heading_of(report), language=get_language(), facts=facts, made_at=report.frozen_at)


def _story(story) -> dict:
    if story.taken_out_at:
        return {"title": _("A story that was taken out"), "body": _taken_out(story)}
    return {"title": story.title, "body": story.body}


def _taken_out(story) -> str:
    words = _("Not everyone in it says yes to that any more. It was taken out %(day)s.")
    return words % {"day": day(story.taken_out_at)}


def as_xlsx(report: Report) -> bytes:
    """A sheet about the report, and one for each table."""
    about = [[heading_of(report), ""], *_about(report), [_note(), ""]]
    tables = [
        (section.heading, [[_("What"), _("Number")], *([line.label, _cell(line)] for line in section.all_lines)])
        for section in sections(report.figures)
    ]
    return make_xlsx([(_("About"), about), *tables])


def as_csv(report: Report) -> bytes:
    """A line a number. `table` and `row` stay the same in all languages; an empty number is hidden."""
    rows = [["table", "row", "heading", "label", "number"]]
    for section in sections(report.figures):
        rows += [[section.key, line.name, section.heading, line.label, line.value] for line in section.all_lines]
    return make_csv(rows)


def as_json(report: Report) -> bytes:
    """The same numbers, with what they are of. null is hidden."""
    facts = {
        "place": report.scope,
        "municipality": report.municipality.number,
        "starts_on": report.starts_on.isoformat(),
        "ends_on": report.ends_on.isoformat(),
        "version": report.version,
        "sent_at": report.frozen_at.isoformat(),
        "hidden_under": 5,
        "tables": [
            {"key": table["key"], "rows": dict(table["rows"])}
            | ({"total": table["total"]} if table["is_whole"] else {})
            for table in report.figures["tables"]
        ],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2).encode()


def _about(report: Report) -> list[list[str]]:
    return [
        [_("About"), report.scope],
        [_("Period"), period_words(report.starts_on, report.ends_on)],
        [_("Version"), str(report.version)],
    ]


def _note() -> str:
    return _("Numbers under 5 are hidden, and those from which they could be worked out.")


def _cell(line: Line) -> int | str:
    return line.words if line.value is None else line.value


@dataclass(frozen=True)
class File:
    """One way to have the report. `content_type` is as a browser is told."""

    content_type: str
    make: Callable[[Report], bytes]


FILES = {
    "pdf": File("application/pdf", as_pdf),
    "xlsx": File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": File("text/csv; charset=utf-8", as_csv),
    "json": File("application/json; charset=utf-8", as_json),
}

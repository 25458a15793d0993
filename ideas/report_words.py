"""A report's figures as people read them: headings and rows in the language of the page, for pages and files alike."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Agreement, Idea, Indicator, Organisation, Report, Theme
from unlimited.content.bars import Bars, bars_of
from unlimited.content.templatetags.site_text import day

# What stands where a number is hidden.
HIDDEN = gettext_lazy("hidden")
# So many that are none stand on lines of their own.
FEW = 3
PEOPLE = {
    "authors": gettext_lazy("People who sent in ideas"),
    "coauthors": gettext_lazy("People who joined an idea to write along"),
    "supporters": gettext_lazy("Supporters at work"),
}
TRIALS = {
    "trials": gettext_lazy("Trials in practice"),
    "asked": gettext_lazy("Times somebody was asked"),
    "tried": gettext_lazy("Times somebody tried it"),
    "decided": gettext_lazy("Times somebody helped to decide"),
    "cost": gettext_lazy("What the trials cost, in kroner"),
}
PROMISES = {
    "kept": gettext_lazy("Answered in time"),
    "late": gettext_lazy("Answered too late"),
    "waiting": gettext_lazy("Still waiting"),
}


@dataclass(frozen=True)
class Line:
    """A row as it is read. `name` is its key in every language; `value` is None where it is hidden."""

    name: str
    label: str
    value: int | None

    @property
    def words(self) -> str:
        return str(HIDDEN) if self.value is None else number_format(self.value, use_l10n=True, force_grouping=True)


@dataclass(frozen=True)
class Section:
    """One table of the report under its heading. `note` says what is counted."""

    key: str
    heading: str
    note: str
    lines: list[Line]
    total: Line | None = None
    chart: Bars | None = None

    @property
    def all_lines(self) -> list[Line]:
        return [*self.lines, self.total] if self.total else self.lines

    @property
    def read_lines(self) -> list[Line]:
        """The lines as they are read: where several are none, one line says it for all of them."""
        nothing = [line for line in self.lines if line.value == 0]
        if len(nothing) < FEW:
            return self.lines
        return [*(line for line in self.lines if line.value != 0), Line("others", _("All others"), 0)]

    @property
    def is_empty(self) -> bool:
        return not any(line.value != 0 for line in self.lines)


@dataclass(frozen=True)
class Kind:
    """What is said of one table of the figures. `labels` are asked once the language is known."""

    heading: Promise
    note: Promise
    labels: Callable[[], Mapping[str, str]]
    # Bars are of one kind of thing; kroner beside people would say nothing.
    has_chart: bool = True


def _choices(choices) -> Callable[[], Mapping[str, str]]:
    return lambda: {value: str(label) for value, label in choices.choices}


def _themes() -> dict[str, str]:
    return {theme.slug: theme.name for theme in Theme.objects.all()}


KINDS = {
    "received": Kind(
        gettext_lazy("Ideas sent in"),
        gettext_lazy("Ideas that were sent in for the first time in the period, by where they stood when it ended."),
        _choices(Idea.Status),
    ),
    "promises": Kind(
        gettext_lazy("Answers we promised"),
        gettext_lazy("Answers that were promised for a day in the period."),
        lambda: PROMISES,
    ),
    "steps": Kind(
        gettext_lazy("Ideas at work"),
        gettext_lazy("Ideas taken in that were being worked with when the period ended, by their step."),
        _choices(Idea.Step),
    ),
    "talks": Kind(
        gettext_lazy("What came of it"),
        gettext_lazy("Each agreement is ended by a talk. All that it can come to is honourable."),
        _choices(Agreement.Outcome),
    ),
    "people": Kind(
        gettext_lazy("People who took part"),
        gettext_lazy("Each person is counted once on each line."),
        lambda: PEOPLE,
        has_chart=False,
    ),
    "trials": Kind(
        gettext_lazy("Tried in practice"),
        gettext_lazy("As those who tried it wrote it down. Somebody who was there twice may be counted twice."),
        lambda: TRIALS,
        has_chart=False,
    ),
    "indicators": Kind(
        gettext_lazy("What has changed"),
        gettext_lazy("Each idea says what it wants to change, and measures it. The newest number counts."),
        _choices(Indicator.Movement),
    ),
    "money": Kind(
        gettext_lazy("Money"),
        gettext_lazy("In kroner. The budget is the whole year's. What ideas got is hidden where fewer than 5 got it."),
        lambda: {
            "promised": _("Promised to ideas in agreements"),
            "spent": _("Spent, of agreements that ended"),
        },
        has_chart=False,
    ),
    "organisations": Kind(
        gettext_lazy("Organisations founded"),
        gettext_lazy("New organisations that came out of ideas, by their form."),
        _choices(Organisation.Form),
    ),
    "themes": Kind(
        gettext_lazy("What is missing"),
        gettext_lazy("What the ideas that were sent in are about. One can be about several."),
        _themes,
    ),
    "help": Kind(
        gettext_lazy("What people need help with"),
        gettext_lazy("As they said when they sent in their idea. One can need several."),
        _choices(Idea.Help),
    ),
}  # fmt: skip


def sections(figures: dict) -> list[Section]:
    """Return the tables of a report in the order of KINDS, in the language of the page."""
    tables = {table["key"]: table for table in figures["tables"]}
    return [_section(key, kind, tables[key]) for key, kind in KINDS.items() if key in tables]


def _section(key: str, kind: Kind, table: dict) -> Section:
    labels = kind.labels()
    lines = [Line(name, _label(name, labels), value) for name, value in table["rows"]]
    if key == "themes":
        # As everywhere: those that staff have put first.
        order = list(labels)
        lines.sort(key=lambda line: order.index(line.name) if line.name in order else len(order))
    total = Line("total", _("In all"), table["total"]) if table["is_whole"] else None
    chart = None
    # One bar alone compares nothing.
    if kind.has_chart and sum(bool(line.value) for line in lines) > 1:
        chart = bars_of([str(kind.heading)], [(line.label, [line.value]) for line in lines if line.value])
    return Section(key, str(kind.heading), str(kind.note), lines, total, chart)


def _label(name: str, labels: Mapping[str, str]) -> str:
    """A theme may have been taken off the list since, and a budget carries its year."""
    if name.startswith("budget "):
        return _("Budget for %(year)s") % {"year": name.removeprefix("budget ")}
    return str(labels.get(name, name))


def period_words(starts_on: dt.date, ends_on: dt.date) -> str:
    """Return “first half of 2026” where it is one, else its days."""
    halves = {((1, 1), (6, 30)): _("First half of %(year)d"), ((7, 1), (12, 31)): _("Second half of %(year)d")}
    half = halves.get(((starts_on.month, starts_on.day), (ends_on.month, ends_on.day)))
    if half and starts_on.year == ends_on.year:
        return half % {"year": starts_on.year}
    return _("%(first)s to %(last)s") % {"first": day(starts_on), "last": day(ends_on)}


def heading_of(report: Report) -> str:
    return _("Report from %(place)s") % {"place": report.scope}

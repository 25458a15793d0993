"""Sending a report to the municipality: what it says is written down once and stays, and who reads it is told.

Locks: all incubators of the district, in the order of their ids, so that versions have numbers one after another and no
two reports that could be taken from each other are made at once; then the stories in it, so that none of them is taken
back while the report is made.
"""

import datetime as dt
import uuid

from django.utils import timezone

from ideas import emails
from ideas.actions.stories import lock_stories
from ideas.actions.transitions import IdeaBusyError, IdeaError
from ideas.models import Purpose, Report, ReportStory, Story
from ideas.report_figures import figures_of, neighbours
from incubators.models import Incubator, MunicipalPartner
from unlimited.locks import short_wait
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.users.models import User

MOST_STORIES = 20


class PeriodNotOverError(IdeaError):
    """What is sent is whole: a period that goes on can be read, and not sent."""


class StoriesTakenBackError(IdeaError):
    """Somebody in these stories has taken back their yes, or their words have changed, since they were chosen."""

    def __init__(self, uuids: list[uuid.UUID]):
        super().__init__(f"{len(uuids)} stories cannot be in the report")
        self.uuids = uuids


def stories_for(report: Report):
    """The stories that everyone in them lets be read in a report, of the incubators it is about, newest first."""
    ours = Story.objects.agreed_for(Purpose.REPORT).filter(OneOf("idea__incubator", report.incubators().values("pk")))
    return ours.order_by("-updated_at", "-pk")[:MOST_STORIES]


@audited
def freeze_report(
    *, report: Report, by: User, token: uuid.UUID, words: str, language: str, stories: list[uuid.UUID]
) -> Report:
    """Write down what the unsaved `report` says now as its next version, and tell the municipality's partners.

    The same `token` twice is one report. Raises PeriodNotOverError and StoriesTakenBackError; then nothing is sent.
    """
    if report.ends_on >= timezone.localdate():
        raise PeriodNotOverError
    with short_wait(IdeaBusyError):
        places = locked_places(report)
        sent = Report.objects.filter(uuid=token).first()
        if sent:
            return sent
        told = _still_agreed(stories, places)
        last = Report.objects.of_same(report).order_by("-version").values_list("version", flat=True).first()
        report.uuid, report.version, report.frozen_by, report.frozen_at = token, (last or 0) + 1, by, timezone.now()
        report.words, report.language, report.figures = words, language, figures_of(report)
        report.save(force_insert=True)
        ReportStory.objects.bulk_create(_copy(report, story) for story in told)
        emails.mail_report_sent(report, readers_at([place.pk for place in places]))
        return report


def locked_places(report: Report) -> list[Incubator]:
    """The incubators that the report is about; nobody else sends one of theirs, or of their neighbours', meanwhile."""
    about = set(report.incubators().values_list("pk", flat=True))
    rows = Incubator.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in={*about, *neighbours(report)})
    return [row for row in rows.order_by("pk") if row.pk in about]


def _still_agreed(uuids: list[uuid.UUID], places: list[Incubator]) -> list[Story]:
    """Return the chosen stories locked, each once, as chosen. A yes that was taken back first is seen here."""
    uuids = list(dict.fromkeys(uuids))
    ids = list(Story.objects.filter(uuid__in=uuids).values_list("pk", flat=True))
    # Locked first and asked then: what was taken back while this waited for the lock is seen.
    lock_stories(ids)
    agreed = Story.objects.agreed_for(Purpose.REPORT).filter(pk__in=ids, idea__incubator__in=places)
    by_uuid = {story.uuid: story for story in agreed}
    gone = [one for one in uuids if one not in by_uuid]
    if gone:
        raise StoriesTakenBackError(gone)
    return [by_uuid[one] for one in uuids]


def _copy(report: Report, story: Story) -> ReportStory:
    return ReportStory(report=report, story=story, title=story.title, body=story.body, language=story.language)


def readers_at(places: list[int]) -> list[MunicipalPartner]:
    """Each address once, though it may read for several incubators."""
    partners = MunicipalPartner.objects.current().filter(incubator__in=places).order_by("email", "pk")
    return list(partners.distinct("email"))


def half_years(today: dt.date, most: int = 6) -> list[tuple[dt.date, dt.date]]:
    """Return the half-year of `today` and those before it, newest first."""
    year, is_second = today.year, today.month > 6
    halves = []
    for _number in range(most):
        first = dt.date(year, 7 if is_second else 1, 1)
        halves.append((first, dt.date(year, 12, 31) if is_second else dt.date(year, 6, 30)))
        year, is_second = (year, False) if is_second else (year - 1, True)
    return halves

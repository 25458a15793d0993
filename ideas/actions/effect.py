"""What an idea changes: what is counted, the numbers over time, and the author asked for one by a link."""

import datetime as dt
import uuid
from decimal import Decimal
from functools import partial

from django.db.models import Prefetch
from django.utils import timezone

from ideas import emails
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaError, locked_idea
from ideas.models import Idea, Indicator, Measurement, MeasurementRequest, Side, side_of
from ideas.models.effect import occasions_due
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.runs.parts import BATCH, Parts
from unlimited.users.models import User

READ = (
    "uuid", "title", "proposal", "need", "author__uuid", "author__email", "author__language", "author__is_active",
    "incubator__name",
)  # fmt: skip


class TooManyIndicatorsError(IdeaError):
    """All places are taken."""


class IndicatorChangedError(IdeaError):
    """Somebody has changed it since it was opened. `revision` is the current one, None where the row is gone."""

    def __init__(self, revision: int | None):
        super().__init__(f"the indicator is at revision {revision}")
        self.revision = revision


class BaselineStandsError(IdeaError):
    """There are numbers that are compared with where it began, so that cannot be another."""


class RetiredError(IdeaError):
    """It is not measured any more."""


class OutOfTimeError(IdeaError):
    """The day has not come yet, or was before the baseline's."""


class AnsweredAlreadyError(IdeaError):
    """The question is answered with another number. `measurement` is the current one."""

    def __init__(self, measurement: Measurement):
        super().__init__(f"answered with {measurement}")
        self.measurement = measurement


class NotAskedError(IdeaError):
    """The question is not asked any more: its time is over, or the idea is not taken in any more."""


@audited
def write_indicator(*, idea: Idea, by: User, token: uuid.UUID, **facts) -> Indicator:
    """Write down what is to be counted. The same `token` twice is one.

    Raises TooManyIndicatorsError, NotOfTheTwoError.
    """
    with locked_idea(idea, seen_revision=None) as idea:
        _side(by, idea)
        written = idea.indicators.filter(uuid=token).first()
        if written:
            return written
        return Indicator.objects.create(uuid=token, idea=idea, place=_free_place(idea), written_by=by, **facts)


@audited
def change_indicator(*, indicator: Indicator, by: User, seen_revision: int, **facts) -> Indicator:
    """Put its words or its goal right. Raises IndicatorChangedError, RetiredError, BaselineStandsError."""
    with locked_idea(indicator.idea, seen_revision=None) as idea:
        _side(by, idea)
        row = _now(indicator, seen_revision)
        if row.retired_at:
            raise RetiredError
        moves = any(name in facts and facts[name] != getattr(row, name) for name in ("baseline", "baseline_on"))
        if moves and row.measurements.exists():
            raise BaselineStandsError
        for name, value in facts.items():
            setattr(row, name, value)
        row.revision += 1
        row.save()
        return row


@audited
def retire_indicator(*, indicator: Indicator, by: User, seen_revision: int) -> Indicator:
    """End the measuring; its numbers are kept, and its place is free. Idempotent."""
    with locked_idea(indicator.idea, seen_revision=None) as idea:
        _side(by, idea)
        row = _now(indicator, None)
        if row.retired_at:
            return row
        row = _now(indicator, seen_revision)
        row.retired_at, row.revision = timezone.now(), row.revision + 1
        row.save(update_fields=["retired_at", "revision"])
        return row


@audited
def measure(
    *, indicator: Indicator, by: User, token: uuid.UUID, value: Decimal, measured_on: dt.date, words: str = ""
) -> Measurement:  # fmt: skip
    """Write down a number by hand. The same `token` twice is one. Raises RetiredError, OutOfTimeError."""
    with locked_idea(indicator.idea, seen_revision=None) as idea:
        side, row = _side(by, idea), _now(indicator, None)
        written = row.measurements.filter(uuid=token).first()
        if written:
            return written
        if row.retired_at:
            raise RetiredError
        if not row.baseline_on <= measured_on <= timezone.localdate():
            raise OutOfTimeError
        return Measurement.objects.create(
            uuid=token, indicator=row, value=value, words=words, measured_on=measured_on, step=idea.step, side=side,
            written_by=by,
        )  # fmt: skip


def answer_question(
    *, asked: MeasurementRequest, indicator: Indicator, value: Decimal, words: str = ""
) -> Measurement:  # fmt: skip
    """Answer by the link, which is all that is known of who answers. The same answer twice is one.

    Raises AnsweredAlreadyError where another number is saved, NotAskedError, RetiredError.
    """
    with locked_idea(asked.idea, seen_revision=None) as idea:
        stands = _answered(asked, indicator)
        if stands and (stands.value, stands.words) == (value, words):
            return stands
        if stands:
            raise AnsweredAlreadyError(stands)
        if asked.is_expired or idea.status not in Idea.PUBLIC_STATUSES:
            raise NotAskedError
        if not Indicator.objects.asked_by(asked).filter(pk=indicator.pk).exists():
            raise RetiredError
        return Measurement.objects.create(
            request=asked, indicator=indicator, value=value, words=words, step=idea.step, side=Side.AUTHOR
        )


def ask_for_measurements(*, now: dt.datetime | None = None) -> int:
    """Ask authors for the current number, where it is due; return how many are asked.

    Found by a query over rows each time: a run that was missed leaves no gap, and two at once make no double.
    """
    now = now or timezone.now()
    due = Idea.objects.filter(OneOf("pk", occasions_due(now).values("idea"))).only("pk")
    with Parts("ideas.ask_for_measurements") as parts:
        return parts.in_batches("ideas", due, partial(_ask, now=now), size=BATCH)


def _ask(held: list[Idea], now: dt.datetime) -> int:
    """Ask about the ideas whose locks are held, read again: another transaction may have asked, or moved them.

    A row that is there already makes no mail, also where it came without the lock.
    """
    ideas = Idea.objects.select_related("author", "incubator").only(*READ)
    due = occasions_due(now).filter(idea__in=held).prefetch_related(Prefetch("idea", ideas))
    rows = [MeasurementRequest(idea=one.idea, since=one.at, months=one.months, asked_at=now) for one in due]
    MeasurementRequest.objects.bulk_create(rows, ignore_conflicts=True)
    ours = set(MeasurementRequest.objects.filter(uuid__in=[row.uuid for row in rows]).values_list("uuid", flat=True))
    emails.mail_effect_asked([row for row in rows if row.uuid in ours])
    return len(ours)


def _side(by: User, idea: Idea) -> Side:
    side = side_of(by, idea) if idea.status in Idea.PUBLIC_STATUSES else None
    if side is None:
        raise NotOfTheTwoError
    return side


def _free_place(idea: Idea) -> int:
    taken = set(idea.indicators.in_use().values_list("place", flat=True))
    place = next((place for place in range(1, Indicator.MOST + 1) if place not in taken), None)
    if place is None:
        raise TooManyIndicatorsError
    return place


def _answered(asked: MeasurementRequest, indicator: Indicator) -> Measurement | None:
    return asked.measurements.filter(indicator=indicator).first()


def _now(indicator: Indicator, seen_revision: int | None) -> Indicator:
    """The row as it is under the idea's lock. None for `seen_revision` asks for no comparison."""
    row = Indicator.objects.filter(pk=indicator.pk).first()
    if row is None or seen_revision not in (None, row.revision):
        raise IndicatorChangedError(row.revision if row else None)
    return row

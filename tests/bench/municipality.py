"""What a report to the municipality costs over many ideas and measurements: questions, seconds, memory."""

import datetime as dt
import random
import time
import tracemalloc

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ideas import load
from ideas.models import Idea, Indicator, Measurement, Report, Trial
from ideas.report_figures import figures_of
from incubators.models import Incubator, Municipality
from unlimited.copying import copy_rows

FEW, MANY = 2_000, 20_000
MEASUREMENTS_EACH = 5
BATCH = 2_000


def reported() -> dict:
    """Fill the current database twice, and return what the report of all of it cost each time."""
    oslo = Municipality.objects.get(number="0301")
    place = Incubator.objects.create(
        slug="bench", name="Bench", municipality=oslo, district="Bench", legal_status="public"
    )
    costs = {}
    for ideas in (FEW, MANY):
        load.load(number=ideas - Idea.objects.count(), chance=random.Random(ideas))
        Idea.objects.exclude(status=Idea.Status.DRAFT).update(incubator=place)
        _measure(place)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        costs[ideas] = _cost(place) | {"measurements": Measurement.objects.count()}
    return costs


def _measure(place: Incubator) -> None:
    """One indicator with its measurements and one trial for each idea that has none."""
    today = timezone.localdate()
    ids = list(Idea.objects.filter(indicators=None).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        indicators = [
            Indicator(idea_id=pk, place=1, target_group="Naboer", question="Hvor mange?", unit="personer",
                      baseline=4, goal=20, baseline_on=today - dt.timedelta(days=900))
            for pk in ids[start : start + BATCH]
        ]  # fmt: skip
        copy_rows(indicators)
        copy_rows(
            [
                Measurement(indicator=one, value=(one.pk * 7 + number) % 30, step="try", side="author",
                            measured_on=today - dt.timedelta(days=150 * number))
                for one in indicators for number in range(MEASUREMENTS_EACH)
            ]
        )  # fmt: skip
        copy_rows(
            [
                Trial(idea_id=one.idea_id, side="author", hypothesis="x", happened="x", learnt="x", tried=12)
                for one in indicators
            ]
        )


def _cost(place: Incubator) -> dict:
    today = timezone.localdate()
    days = {"starts_on": today - dt.timedelta(days=900), "ends_on": today}
    report = Report(incubator=place, municipality=place.municipality, **days)
    figures_of(report)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        figures_of(report)
    seconds = time.perf_counter() - started
    tracemalloc.start()
    figures_of(report)
    peak = tracemalloc.get_traced_memory()[1] / 1000
    tracemalloc.stop()
    return {"queries": len(queries), "seconds": seconds, "kilobytes": peak}

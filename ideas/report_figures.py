"""The figures of a report to the municipality: counted by the database in a fixed number of questions, without persons.

What is counted of a period happened in it; what is counted at its end is as the log says it was then.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from ideas.disclosure import Extent, Row, Table, Told
from ideas.models import (
    Agreement,
    Budget,
    CoAuthor,
    Grant,
    Idea,
    Indicator,
    Measurement,
    Organisation,
    Report,
    SupportRelation,
    Transition,
    Trial,
)
from ideas.suppression import suppress
from incubators.models import Incubator
from unlimited.lookups import Found, OneOf

# Two kinds of organisation are no new one.
NOT_FOUNDED = (Organisation.Form.EXISTING, Organisation.Form.UNDECIDED)


def figures_of(report: Report) -> dict:
    """Return the tables of `report` as plain JSON, with what must not be read as null; the report need not be saved."""
    places = list(report.incubators().values_list("pk", flat=True))
    mine = Told(_extent(report, places), timezone.localdate(), tuple(_tables(report, places)))
    return {
        "tables": [
            {
                "key": table.key,
                "rows": [[row.name, row.value] for row in table.rows],
                "is_whole": table.is_whole,
                "total": table.total,
            }
            for table in suppress(mine, _sent_around(report, places), _behind)
        ]
    }


def neighbours(report: Report) -> set[int]:
    """The ids of all incubators of the district that the report is about or that its incubator is in."""
    district = report.incubator.district if report.incubator_id else report.district
    there = Incubator.objects.filter(municipality=report.municipality_id, district=district)
    return set(there.values_list("pk", flat=True)) if district else set()


def _sent_around(report: Report, places: list[int]) -> list[Told]:
    """What readers have from the reports that were sent of the same places, or of their district; newest first."""
    around = {*places, *neighbours(report)}
    district = report.incubator.district if report.incubator_id else report.district
    here = Q(incubator__in=around) | Q(incubator=None, district=district)
    sent = Report.objects.filter(here, municipality=report.municipality_id).order_by("-pk")
    sent = sent.only("incubator", "starts_on", "ends_on", "frozen_at", "figures")
    return [Told(_extent(one, around), timezone.localdate(one.frozen_at), _told(one.figures)) for one in sent]


def _extent(report: Report, district: Iterable[int]) -> Extent:
    places = [report.incubator_id] if report.incubator_id else district
    return Extent(str(report.incubator_id or ""), frozenset(places), report.starts_on, report.ends_on)


def _told(figures: dict) -> tuple[Table, ...]:
    return tuple(
        Table(table["key"], [Row(name, value) for name, value in table["rows"]], table["is_whole"], table["total"])
        for table in figures["tables"]
    )


def _behind(key: str, row: str, places: Collection[int], first: dt.date, last: dt.date) -> int:
    """Return how many trials or ideas a sum of money is of, in other places and days than the report's own."""
    days, places = (first, last), list(places)
    of_theirs = OneOf("idea", Idea.objects.filter(incubator__in=places).values("pk"))
    table = _trials(of_theirs, days) if key == "trials" else _money(places, of_theirs, days, _moments(days))
    return next(one.of for one in table.rows if one.name == row)


def _tables(report: Report, places: list[int]) -> list[Table]:
    days = (report.starts_on, report.ends_on)
    moments = _moments(days)
    ideas = Idea.objects.filter(incubator__in=places)
    of_theirs = OneOf("idea", ideas.values("pk"))
    sent_in = Transition.objects.filter(from_status=Idea.Status.DRAFT, at__gte=moments[0], at__lt=moments[1])
    received = ideas.filter(Found(sent_in.filter(idea=OuterRef("pk"))))
    return [
        _received(received, moments[1]),
        _steps(ideas, moments[1]),
        _promises(ideas, of_theirs, days),
        _talks(of_theirs, moments),
        _people(received, of_theirs, moments),
        _trials(of_theirs, days),
        _indicators(of_theirs, days),
        _money(places, of_theirs, days, moments),
        _organisations(of_theirs, days),
        _themes(received),
        _help(received),
    ]


def _moments(days: tuple[dt.date, dt.date]) -> tuple[dt.datetime, dt.datetime]:
    """Return the moment at which the first day begins, and the one at which the last day is over."""
    first, last = days
    begins, after = (dt.datetime.combine(day, dt.time.min) for day in (first, last + dt.timedelta(days=1)))
    return timezone.make_aware(begins), timezone.make_aware(after)


def _parts(key: str, names: Iterable[str], counts: Mapping[str, int]) -> Table:
    rows = [Row(name, counts.get(name, 0)) for name in names]
    return Table(key, rows, is_whole=True, total=sum(counts.values()))


def _counted(rows: QuerySet, field: str) -> dict[str, int]:
    """How many rows there are of each value of `field`, in one question."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("pk", distinct=True)))


def _stood(field: str, before: dt.datetime) -> Subquery:
    """What the newest change of an idea before a moment says: how it stood then. Looked up for each idea."""
    newest = Transition.objects.filter(idea=OuterRef("pk"), at__lt=before).order_by("-at", "-pk")
    return Subquery(newest.values(field)[:1])


def _received(received: QuerySet[Idea], end: dt.datetime) -> Table:
    """What was sent in, by where it stood when the period ended."""
    then = received.annotate(then=_stood("to_status", end))
    return _parts("received", [status for status in Idea.Status.values if status != "draft"], _counted(then, "then"))


def _steps(ideas: QuerySet[Idea], end: dt.datetime) -> Table:
    """What was being worked with when the period ended."""
    then = ideas.annotate(then=_stood("to_status", end), then_at=_stood("step", end))
    return _parts("steps", Idea.Step.values, _counted(then.filter(then__in=SupportRelation.SUPPORTED), "then_at"))


def _promises(ideas: QuerySet[Idea], of_theirs: OneOf, days: tuple[dt.date, dt.date]) -> Table:
    """Answers that were promised for the period. What is still waited for is no kept promise."""
    answers = Transition.objects.filter(of_theirs, due_on__range=days).aggregate(
        kept=Count("pk", filter=Q(at__date__lte=F("due_on"))), all=Count("pk")
    )
    waiting = ideas.overdue().filter(answer_due_on__range=days).count()
    counts = {"kept": answers["kept"], "late": answers["all"] - answers["kept"], "waiting": waiting}
    return _parts("promises", counts, counts)


def _talks(of_theirs: OneOf, moments: tuple[dt.datetime, dt.datetime]) -> Table:
    """What the talks came to that ended an agreement."""
    ended = Agreement.objects.filter(of_theirs, ended_at__gte=moments[0], ended_at__lt=moments[1])
    ended = ended.filter(outcome__in=Agreement.CHOSEN_OUTCOMES)
    return _parts("talks", [outcome.value for outcome in Agreement.CHOSEN_OUTCOMES], _counted(ended, "outcome"))


def _people(received: QuerySet[Idea], of_theirs: OneOf, moments: tuple[dt.datetime, dt.datetime]) -> Table:
    # A person who told an idea at the desk counts too, though they have no account.
    told = Count("pk", filter=Q(author=None))
    counted = received.aggregate(written=Count("author", distinct=True), told=told)
    joined = CoAuthor.objects.filter(of_theirs, joined_at__gte=moments[0], joined_at__lt=moments[1]).aggregate(
        number=Count("user", distinct=True)
    )["number"]
    at_work = SupportRelation.objects.filter(of_theirs, started_at__lt=moments[1])
    at_work = at_work.filter(Q(ended_at=None) | Q(ended_at__gte=moments[0]))
    supporters = at_work.aggregate(number=Count("supporter", distinct=True))["number"]
    return Table(
        "people",
        [Row("authors", counted["written"] + counted["told"]), Row("coauthors", joined), Row("supporters", supporters)],
    )


def _trials(of_theirs: OneOf, days: tuple[dt.date, dt.date]) -> Table:
    """Trials by their first day, where nobody wrote one by the day they were written down."""
    on = Coalesce("first_on", TruncDate("created_at"))
    trials = Trial.objects.filter(of_theirs).annotate(on=on).filter(on__range=days)
    sums = trials.summed()
    people = [Row(name, sums[f"{name}_sum"] or 0) for name in Trial.TOOK_PART]
    cost = Row("cost", sums["kroner_sum"] or 0, of=sums["kroner_written"])
    return Table("trials", [Row("trials", sums["count"]), *people, cost])


def _indicators(of_theirs: OneOf, days: tuple[dt.date, dt.date]) -> Table:
    """What was measured, by the newest number of each indicator."""
    theirs = OneOf("indicator", Indicator.objects.filter(of_theirs).values("pk"))
    measured = Measurement.objects.filter(theirs).newest_within(*days)
    return _parts("indicators", Indicator.Movement.values, _counted(measured.with_movement(), "movement"))


def _money(
    places: list[int], of_theirs: OneOf, days: tuple[dt.date, dt.date], moments: tuple[dt.datetime, dt.datetime]
) -> Table:
    """Budgets are whole years' and the incubator's own; what ideas got is hidden where few got it.

    Ideas that are deleted have left grants. Which of them are of one idea is not known: all together count as one.
    """
    years = Budget.objects.filter(incubator__in=places, year__range=(days[0].year, days[1].year))
    budgets = dict(years.order_by("year").values_list("year").annotate(kroner=Sum("kroner")))
    of_money = Agreement.objects.filter(of_theirs, kroner__gt=0)
    agreed = of_money.filter(answered_at__gte=moments[0], answered_at__lt=moments[1]).exclude(status="declined")
    ended = of_money.filter(ended_at__gte=moments[0], ended_at__lt=moments[1])
    promised = agreed.aggregate(kroner=Sum("kroner", default=0), number=Count("idea", distinct=True))
    spent = ended.aggregate(kroner=Sum("spent", default=0), number=Count("idea", distinct=True))
    left = _of_deleted(places, moments)
    rows = [Row(f"budget {year}", kroner, of=0) for year, kroner in budgets.items()]
    for name, sums in (("promised", promised), ("spent", spent)):
        rows += [Row(name, sums["kroner"] + left[name], of=sums["number"] + bool(left[name]))]
    return Table("money", rows)


def _of_deleted(places: list[int], moments: tuple[dt.datetime, dt.datetime]) -> dict[str, int]:
    """Return what was promised and spent by agreements that are deleted; by their end where no more is known."""
    agreed = Coalesce("answered_at", "ended_at")
    grants = Grant.objects.filter(budget__incubator__in=places).annotate(agreed=agreed)
    return grants.aggregate(
        promised=Sum("kroner", filter=Q(agreed__gte=moments[0], agreed__lt=moments[1]), default=0),
        spent=Sum("spent", filter=Q(ended_at__gte=moments[0], ended_at__lt=moments[1]), default=0),
    )


def _organisations(of_theirs: OneOf, days: tuple[dt.date, dt.date]) -> Table:
    founded = Organisation.objects.filter(of_theirs, founded_on__range=days)
    forms = [form for form in Organisation.Form.values if form not in NOT_FOUNDED]
    return _parts("organisations", forms, _counted(founded.exclude(form__in=NOT_FOUNDED), "form"))


def _themes(received: QuerySet[Idea]) -> Table:
    """What was missing, as those who sent it in said. An idea can be about several."""
    named = Idea.themes.through.objects.filter(OneOf("idea", received.values("pk")))
    counts = _counted(named, "theme__slug")
    return Table("themes", [Row(name, counts[name]) for name in sorted(counts)])


def _help(received: QuerySet[Idea]) -> Table:
    """What help they asked for."""
    kinds = {kind: Count("pk", filter=Q(help_needed__contains=[kind])) for kind in Idea.Help.values}
    counts = received.aggregate(**{f"n_{kind}": count for kind, count in kinds.items()})
    return Table("help", [Row(kind, counts[f"n_{kind}"]) for kind in kinds])

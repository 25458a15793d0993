"""The report of the demo: a half-year at Tøyen with enough ideas to be counted, sent to the municipality."""

import datetime as dt
import uuid
from decimal import Decimal

from django.utils import timezone

from ideas.actions.report import freeze_report, half_years, stories_for
from ideas.models import (
    Agreement,
    Budget,
    Idea,
    Indicator,
    Measurement,
    Organisation,
    Report,
    Theme,
    Transition,
    Trial,
    Version,
)
from incubators.models import Incubator, MunicipalPartner
from unlimited.users.models import User

KEY = uuid.UUID("8b9c6d4e-95a5-4a4d-9a0f-1d7a4d3d5e21")
READER = {"email": "kommunen@example.no", "name": "Bente Demo, bydel Gamle Oslo"}
WORDS = (
    "Flere har funnet hverandre dette halvåret. Det vi lærte mest av, var forsøkene som ikke gikk som planlagt: "
    "to av dem ble til noe annet, og bedre.\n\nVi mangler fortsatt et kjøkken vi kan bruke på kveldstid."
)
WHAT = ("Leksehjelp", "Sykkelkjøkken", "Kor", "Byttedag", "Symøte", "Turlag", "Filmkveld", "Hagelag", "Språkkafé")
WHERE = ("på torget", "i kjelleren", "bak skolen", "på biblioteket")
# Status to be answered with, step at the end of the half-year, and how many: enough to be counted, and some too few.
COURSES = (("declined", "", 7), ("accepted", "try", 11), ("accepted", "do", 9), ("accepted", "build", 6), ("", "", 3))
REASON = "Vi prøver det sammen, og ser hvem som kommer."
NO = {"reason": "Vi har ikke lokaler til dette nå.", "way_on": "Biblioteket låner ut rom.", "way_on_kind": "other"}
OVER = "Det vi ville finne ut, har vi funnet ut."


def report_to_municipality() -> None:
    """Make the half-year that is over, who reads about it, and what was sent."""
    place, leader = Incubator.objects.get(slug="toyen-unlimited"), User.objects.get(email="leder@example.no")
    if Report.objects.filter(uuid=KEY).exists():
        return
    if not User.objects.filter(email=READER["email"]).exists():
        User.objects.create_user(READER["email"], name="Bente Demo")
    MunicipalPartner.objects.get_or_create(incubator=place, email=READER["email"], defaults={"name": READER["name"]})
    first, last = half_years(timezone.localdate())[1]
    if not Idea.objects.filter(uuid=_uuid("idea", 0)).exists():
        _live_through(place, first, last)
    report = Report(incubator=place, municipality=place.municipality, starts_on=first, ends_on=last)
    stories = [story.uuid for story in stories_for(report)]
    freeze_report(report=report, by=leader, token=KEY, words=WORDS, language="nb", stories=stories)


def _uuid(*words: object) -> uuid.UUID:
    return uuid.uuid5(KEY, "-".join(map(str, words)))


def _live_through(place: Incubator, first: dt.date, last: dt.date) -> None:
    """Let each idea be sent in, answered, tried and, once the half-year is over, end: so nothing waits for anybody."""
    by = User.objects.get(email="moderator@example.no")
    budget, _is_new = Budget.objects.get_or_create(incubator=place, year=first.year, defaults={"kroner": 90_000})
    themes = list(Theme.objects.filter(is_active=True))
    courses = [(status, step) for status, step, number in COURSES for _each in range(number)]
    for number, (status, step) in enumerate(courses):
        # All over the half-year, the last of them early enough to be answered in it.
        day = first + dt.timedelta(days=3 + number * ((last - first).days - 60) // len(courses))
        idea = _idea(place, number, status, day)
        _log(idea, by, day, status, step, last)
        idea.themes.set([themes[number % len(themes)], themes[number * 2 % len(themes)]])
        if status == "accepted":
            _work(idea, number, step, day, budget)


def _idea(place: Incubator, number: int, status: str, day: dt.date) -> Idea:
    author, _is_new = User.objects.get_or_create(email=f"nabo{number % 17}@example.no")
    title = f"{WHAT[number % len(WHAT)]} {WHERE[number * 3 % len(WHERE)]}"
    at = _at(day)
    idea = Idea(
        uuid=_uuid("idea", number), slug=f"eksempel-{number}", author=author, incubator=place, title=title,
        need="Det er lite å gjøre sammen her om kvelden.", proposal=f"{title}, én kveld i uka.", neighbourhood="Tøyen",
        help_needed=[list(Idea.Help)[number % 5], Idea.Help.PLACE], submitted_at=at,
        answer_due_on=place.answer_due_on(at), status={"accepted": "ended", "": "withdrawn"}.get(status, status),
    )  # fmt: skip
    idea.answered_at = at + dt.timedelta(days=9) if status else None
    idea.staff_acted_at = idea.answered_at
    return idea


def _log(idea: Idea, by: User, day: dt.date, status: str, step: str, last: dt.date) -> None:
    """What happened, in order; some answers came too late."""
    late = 25 if idea.submitted_at.day % 4 == 0 else 9
    idea.step = step
    changes = [(0, "submitted", "submitted", "", {})]
    if status == "":
        changes.append((4, "withdrawn", "withdrawn", "", {}))
    else:
        words = NO if status == "declined" else {"reason": REASON}
        first_step = "try" if step else ""
        changes.append((late, status, status, first_step, words | {"due_on": idea.answer_due_on}))
        steps = ["try", "do", "build"]
        for number, reached in enumerate(steps[1 : steps.index(step) + 1] if step else [], 1):
            changes.append((late + 7 * number, "step_changed", "accepted", reached, {}))
    if step:
        changes.append(((last - day).days + 20, "ended", "ended", step, {"reason": OVER}))
    idea.revision = len(changes) + 1
    idea.save()
    before, rows = "draft", []
    for revision, (days, kind, to_status, reached, words) in enumerate(changes, 2):
        at = _at(day + dt.timedelta(days=days))
        who = idea.author if kind in Transition.AUTHOR_KINDS else by
        facts = {"from_status": before, "to_status": to_status, "step": reached, "by": who, "at": at, **words}
        rows.append(Transition(idea=idea, kind=kind, revision=revision, **facts))
        before = to_status
    Transition.objects.bulk_create(rows)
    Version.of(idea).save()


def _work(idea: Idea, number: int, step: str, day: dt.date, budget: Budget) -> None:
    """What was tried, what it cost, what it changed, and for some what it became."""
    tried_on = day + dt.timedelta(days=40)
    Trial.objects.create(
        uuid=_uuid("trial", number), idea=idea, side="author", written_by=idea.author, first_on=tried_on,
        hypothesis="Kommer det noen?", happened="Det kom flere enn vi trodde.", learnt="Folk vil være med og lage det.",
        asked=20 + number, tried=12 + number % 9, decided=number % 4, kroner=250,
    )  # fmt: skip
    Agreement.objects.create(
        uuid=_uuid("agreement", number), idea=idea, step=step, status="ended", find_out="Kommer folk igjen?",
        starts_on=day, ends_on=day + dt.timedelta(days=50), talk_on=day + dt.timedelta(days=50), kroner=1000,
        spent=1000, budget=budget, proposed_at=_at(day), answered_at=_at(day + dt.timedelta(days=30)),
        ended_at=_at(day + dt.timedelta(days=50)), outcome=("up", "stay", "learnt")[number % 3],
        learnt="De kom igjen.", onwards=OVER,
    )  # fmt: skip
    indicator = Indicator.objects.create(
        uuid=_uuid("indicator", number), idea=idea, place=1, target_group="Naboer", question="Hvor mange kommer?",
        unit="personer", retired_at=timezone.now(), baseline=Decimal(4), baseline_on=day, goal=Decimal(20),
        created_at=_at(day),
    )  # fmt: skip
    value = (22, 12, 9, 4)[number % 4]
    Measurement.objects.create(indicator=indicator, value=value, measured_on=tried_on, step=step, side="author")
    if step == "build":
        form = Organisation.Form.ASSOCIATION
        Organisation.objects.create(idea=idea, form=form, name=str(idea), founded_on=day + dt.timedelta(days=55))


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10, 20)))

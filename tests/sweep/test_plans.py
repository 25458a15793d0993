"""Each statement stays quick where the planner takes full tables for empty: none may go by statistics."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from ideas.actions.report import freeze_report, stories_for
from ideas.models import Idea, Report, Transition
from ideas.report_figures import figures_of
from tests.sweep.crowd import analyse_while_empty, crowd
from tests.sweep.table import TABLE
from tests.sweep.test_access import TRIED
from tests.sweep.walk import Page, let_go
from tests.sweep.world import (
    A_LEADER,
    A_SUPPORTER,
    ANONYMOUS,
    AUTHOR,
    NATIONAL,
    PARTNER,
    World,
    make_world,
)
from unlimited.celery import app

IDEAS = 2_000
LIMIT = "2s"
CANCELLED = "57014"
EYES = (ANONYMOUS, AUTHOR, A_LEADER, A_SUPPORTER, NATIONAL, PARTNER)
WORD = "workshop"
pytestmark = pytest.mark.django_db


def fill(ideas: int) -> World:
    world = make_world()
    crowd(world, ideas)
    # Foreign keys are checked now, not by the first test.
    connection.check_constraints()
    return world


def limit_statements(seconds: str) -> None:
    """Let PostgreSQL cancel what takes longer, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [seconds])


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The sweep's world and a crowd, in tables that were analysed while they were empty."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            # Filling takes as long as it takes.
            limit_statements("0")
            analyse_while_empty(lambda: fill(1))
            world = fill(IDEAS)
            limit_statements(LIMIT)
            yield world
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            # The pages of the crowd go too: the next tests read tables as small as they were.
            cursor.execute("VACUUM")


@contextlib.contextmanager
def cancelled_statements() -> Iterator[list[str]]:
    """Yield the statements that PostgreSQL cancels while the block runs, also where somebody catches the error."""
    cancelled = []

    def watch(execute, sql, params, many, context):
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) == CANCELLED:
                cancelled.append(sql)
            raise

    with connection.execute_wrapper(watch):
        yield cancelled


@contextlib.contextmanager
def all_in_time() -> Iterator[None]:
    """Fail where a statement of the block took longer than LIMIT; undo what the block wrote."""
    with cancelled_statements() as cancelled:
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        except Exception:
            # What a cancelled statement leads to says less than the statement.
            if not cancelled:
                raise
    assert not cancelled, f"longer than {LIMIT}:\n" + "\n".join(cancelled)


@pytest.mark.parametrize("name", [name for name in TRIED if any(entry.look for entry in TABLE[name])])
def test_page_is_read_in_time(name, world, client_of):
    """Each page, as each role that reads it; and once more with a word in its search field."""
    for entry in TABLE[name]:
        for role in sorted(entry.look & set(EYES)):
            path = reverse(name, kwargs=entry.objects(world)[0])
            with all_in_time():
                response = client_of(role).get(path)
                assert response.status_code in entry.shows
                let_go(response)
                for query in searches(response):
                    assert client_of(role).get(path, query).status_code in {200, 422}


def searches(response) -> list[dict]:
    """What the page's own forms ask for, with a word in each text field."""
    if response.status_code != 200 or response.streaming or "html" not in response.get("Content-Type", ""):
        return []
    forms = [form for form in Page(response.text).forms if form.method == "get" and form.text_fields]
    return [form.data(**dict.fromkeys(form.text_fields, WORD)) for form in forms]


@pytest.mark.parametrize("task", sorted({entry["task"] for entry in app.conf.beat_schedule.values()}))
def test_task_of_the_beat_runs_in_time(task, world, sink):
    app.loader.import_default_modules()
    with all_in_time():
        app.tasks[task]()


@pytest.mark.parametrize("scope", ["incubator", "district"])
def test_report_is_counted_and_sent_in_time(scope, world):
    place, today = world.incubator, timezone.localdate()
    facts = {"municipality": place.municipality, scope: place if scope == "incubator" else place.district}
    report = Report(starts_on=today.replace(month=1, day=1), ends_on=today - dt.timedelta(days=1), **facts)
    with all_in_time():
        assert dict(tables_of(report)["received"])["submitted"] > 100
        stories = [story.uuid for story in stories_for(report)]
        assert stories
        leader = world.people[A_LEADER]
        freeze_report(report=report, by=leader, token=uuid.uuid4(), words="", language="nb", stories=stories)


def tables_of(report: Report) -> dict:
    return {table["key"]: table["rows"] for table in figures_of(report)["tables"]}


def test_sub_selects_that_become_joins_take_longer(world):
    """The negative control: the report's figures as they were counted before."""
    log = Transition.objects.filter(idea__incubator=world.incubator)
    received = log.filter(from_status=Idea.Status.DRAFT)
    newest = log.filter(idea__in=received.values("idea")).order_by("idea", "-at", "-pk").distinct("idea")
    then = Transition.objects.filter(pk__in=newest.values("pk")).order_by().values_list("to_status")
    with cancelled_statements() as cancelled, pytest.raises(OperationalError), transaction.atomic():
        list(then.annotate(number=Count("pk", distinct=True)))
    assert len(cancelled) == 1

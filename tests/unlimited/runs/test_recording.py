"""Each run of a scheduled task leaves a row; repeated failures reach `/readyz` and the desk of national staff."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import MembershipFactory, UserFactory
from unlimited import celery_app
from unlimited.runs.models import TaskRun
from unlimited.runs.parts import PartsFailedError
from unlimited.runs.recording import recorded

TASK = "ideas.remind_of_talks"


def fail(error: Exception) -> None:
    with pytest.raises(type(error)), recorded(TASK):
        raise error


def succeed() -> None:
    with recorded(TASK):
        pass


@pytest.mark.django_db
def test_failures_are_counted_until_a_success():
    fail(ZeroDivisionError("kari@example.no"))
    fail(LookupError("kari@example.no"))
    run = TaskRun.objects.get()
    assert (run.failures_in_a_row, run.error_class, run.succeeded_at) == (2, "LookupError", None)
    succeed()
    run.refresh_from_db()
    assert run.failures_in_a_row == 0
    assert run.succeeded_at >= run.failed_at


@pytest.mark.django_db
def test_row_names_the_classes_of_all_parts_that_failed_and_nothing_of_what_they_say():
    inner = PartsFailedError("inner", [("a", OSError())])
    fail(PartsFailedError(TASK, [("one", ZeroDivisionError("kari")), ("two", LookupError("kari")), ("three", inner)]))
    assert TaskRun.objects.get().error_class == "LookupError, OSError, ZeroDivisionError"


@pytest.mark.django_db
def test_success_is_written_down_at_most_every_few_seconds():
    start = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        succeed()
        clock.shift(2)
        succeed()
        assert TaskRun.objects.get().succeeded_at == start
        clock.shift(15)
        succeed()
        assert TaskRun.objects.get().succeeded_at == start + dt.timedelta(seconds=17)


@pytest.mark.django_db
def test_every_task_of_the_beat_is_recorded():
    celery_app.loader.import_default_modules()
    rung = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    for name in rung:
        celery_app.tasks[name]()
    assert set(TaskRun.objects.values_list("task", flat=True)) == rung


@pytest.mark.django_db
def test_database_refuses_a_failure_without_time_and_class():
    with pytest.raises(IntegrityError, match="task_run_failure_has_time_and_class"), transaction.atomic():
        TaskRun.objects.create(task=TASK, failures_in_a_row=1)


# --- Who sees it ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_readyz_is_degraded_after_repeated_failures_and_still_200(client):
    fail(ZeroDivisionError())
    assert client.get("/readyz").content == b"ok"
    fail(ZeroDivisionError())
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"degraded\ntask failing: ideas.remind_of_talks")
    succeed()
    assert client.get("/readyz").content == b"ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_is_ready_while_the_rows_of_tasks_are_locked(client):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE runs_taskrun IN ACCESS EXCLUSIVE MODE")
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.parametrize("failures", [0, 1, 2])
def test_desk_shows_national_staff_a_task_that_fails_repeatedly(client_for, failures):
    for _each in range(failures):
        fail(ZeroDivisionError("kari@example.no"))
    page = client_for(UserFactory(staff=True)).get("/en/arbeidsflate/").content.decode()
    assert (TASK in page) == ("Failed 2 times in a row" in page) == (failures > 1)
    assert "kari" not in page


@pytest.mark.django_db
def test_desk_says_when_a_failing_task_last_worked(client_for):
    TaskRun.objects.create(
        task=TASK, succeeded_at=timezone.now(), failed_at=timezone.now(), failures_in_a_row=3, error_class="OSError"
    )
    page = client_for(UserFactory(staff=True)).get("/en/arbeidsflate/").content.decode()
    assert "It last worked" in page


@pytest.mark.django_db
def test_desk_shows_failing_tasks_to_national_staff_only(client_for):
    for _each in range(3):
        fail(ZeroDivisionError())
    assert TASK not in client_for(MembershipFactory(leader=True).user).get("/en/arbeidsflate/").content.decode()

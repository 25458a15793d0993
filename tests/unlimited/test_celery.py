"""The engine is set up so that a lost process, broker or message costs seconds and loses nothing."""

from celery.schedules import crontab
from django.conf import settings

from unlimited import celery_app


def test_engine_runs_a_task_again_whose_process_was_lost():
    conf = celery_app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1


def test_engine_ends_a_task_before_the_broker_gives_it_to_another():
    conf = celery_app.conf
    assert conf.task_soft_time_limit < conf.task_time_limit < conf.broker_transport_options["visibility_timeout"]


def test_engine_keeps_no_results_and_reads_json_only():
    conf = celery_app.conf
    assert conf.result_backend is None
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])


def test_engine_talks_to_the_broker_of_the_environment_and_never_waits_long():
    conf = celery_app.conf
    assert conf.broker_url == settings.REDIS_URL
    assert conf.broker_transport_options["socket_timeout"] == 1
    assert conf.broker_transport_options["retry_on_timeout"] is False
    assert conf.task_publish_retry_policy == {"max_retries": 0}


def test_beat_rings_only_tasks_that_there_are():
    celery_app.loader.import_default_modules()
    rung = {entry["task"]: entry["schedule"] for entry in celery_app.conf.beat_schedule.values()}
    assert rung.keys() <= celery_app.tasks.keys()
    assert rung["mail.deliver_due"] == 15


def test_beat_counts_no_longer_than_it_lives():
    """It remembers nothing: what is rarer than each minute must go by the clock."""
    for entry in celery_app.conf.beat_schedule.values():
        assert isinstance(entry["schedule"], crontab) or entry["schedule"] <= 60

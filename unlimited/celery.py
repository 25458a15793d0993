"""Celery: an engine for work whose truth is in PostgreSQL. Why so: docs/decisions/outbox.md."""

import logging.config
import os

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unlimited.settings")

app = Celery("unlimited")
# CELERY_BROKER_URL and the like; read when first needed, so that importing this asks nothing of the environment.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Results are not read: the outcome of a task is in the rows that it changed.
    result_backend=None,
    task_ignore_result=True,
    # Only both together run a task again whose process was killed.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Always below the broker's visibility time-out, else a slow task would run twice.
    task_soft_time_limit=45,
    task_time_limit=60,
    broker_transport_options={
        "visibility_timeout": 300,
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "retry_on_timeout": False,
        # A lost worker's tasks come back after 25 s instead of 105 s.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 2,
    },
    broker_connection_retry_on_startup=True,
    # Come back for as long as it takes; a worker that gives up must be started by a person.
    broker_connection_max_retries=None,
    # Zero retries, not "no retry": turning the retry off waits 6 s for a broker that is away.
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 0},
    accept_content=["json"],
    task_serializer="json",
    timezone="Europe/Oslo",
    # A lost bell costs these seconds and nothing else. By name: the engine knows no app.
    beat_schedule={
        "deliver due mail": {"task": "mail.deliver_due", "schedule": 15.0, "options": {"expires": 15}},
        "offer seats on": {"task": "events.expire_offers", "schedule": 60.0, "options": {"expires": 60}},
        "send lost links": {"task": "events.send_links", "schedule": 15.0, "options": {"expires": 15}},
        "remind of events": {"task": "events.make_reminders", "schedule": 60.0, "options": {"expires": 60}},
        "ask for names": {"task": "events.ask_for_names", "schedule": 60.0, "options": {"expires": 60}},
        # After the day that was promised, and before people are up: what is found is told the same morning. Six times,
        # for a run that the time limit stops leaves the rest to the next one.
        "tell of delays": {
            "task": "incubators.tell_of_delays",
            "schedule": crontab(hour=6, minute="*/10"),
            "options": {"expires": 600},
        },
        # Just after the day on which a membership ends.
        "part from who left": {
            "task": "ideas.part_from_who_left",
            "schedule": crontab(minute=5),
            "options": {"expires": 3600},
        },
        "record meetings held": {
            "task": "ideas.record_meetings_held",
            "schedule": crontab(minute=3),
            "options": {"expires": 3600},
        },
        "remind of meetings": {"task": "ideas.remind_of_meetings", "schedule": 60.0, "options": {"expires": 60}},
        "remind of talks": {
            "task": "ideas.remind_of_talks",
            "schedule": crontab(hour=7, minute="5,25"),
            "options": {"expires": 600},
        },
        # On a Monday morning, three times, for the outbox knows who was told this week.
        "remind of steps": {
            "task": "ideas.remind_of_steps",
            "schedule": crontab(day_of_week="mon", hour=7, minute="10,30,50"),
            "options": {"expires": 600},
        },
        "ask for measurements": {
            "task": "ideas.ask_for_measurements",
            "schedule": crontab(minute=17),
            "options": {"expires": 3600},
        },
        "wipe old mails": {"task": "mail.wipe_snapshots", "schedule": crontab(minute=7), "options": {"expires": 3600}},
        "write erasures": {"task": "users.write_erasures", "schedule": 60.0, "options": {"expires": 60}},
        "remove what is kept long enough": {
            "task": "users.apply_retention",
            "schedule": crontab(minute=37),
            "options": {"expires": 3600},
        },
    },
    # Each tick looks for all that is due, so the beat has nothing to remember and needs no file. What is rarer goes by
    # the clock, for a beat that is started anew would begin to count anew.
    beat_scheduler="celery.beat:Scheduler",
)
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**kwargs) -> None:
    """Write lines as all processes do: Celery's own handlers write arguments and the words of exceptions."""
    logging.config.dictConfig(settings.LOGGING)

"""Norge Unlimited. Celery's application is imported here so that tasks find it wherever Django runs."""

from unlimited.celery import app as celery_app

__all__ = ["celery_app"]

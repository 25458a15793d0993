"""What the workers do about ideas. The rows know what is due, so the tasks take no arguments."""

from celery import shared_task

from ideas.actions import promise


@shared_task(name="ideas.tell_of_delays")
def tell_of_delays() -> None:
    """Tell authors whose promise was broken, with a new date."""
    promise.tell_of_delays()

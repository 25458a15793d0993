"""What the workers do about ideas. The rows know what is due, so the tasks take no arguments."""

from celery import shared_task

from ideas.actions import agreements, effect, meetings, promise, support


@shared_task(name="ideas.tell_of_delays")
def tell_of_delays() -> None:
    """Tell authors whose promise was broken, with a new date."""
    promise.tell_of_delays()


@shared_task(name="ideas.part_from_who_left")
def part_from_who_left() -> None:
    """End the support of those who no longer work where the idea is."""
    support.part_from_who_left()


@shared_task(name="ideas.remind_of_talks")
def remind_of_talks() -> None:
    """Tell supporters of talks whose day has passed."""
    agreements.remind_of_talks()


@shared_task(name="ideas.remind_of_meetings")
def remind_of_meetings() -> None:
    """Remind author and supporter of meetings within a day."""
    meetings.remind_of_meetings()


@shared_task(name="ideas.remind_of_steps")
def remind_of_steps() -> None:
    """Tell people once a week of next steps that are overdue."""
    meetings.remind_of_steps()


@shared_task(name="ideas.ask_for_measurements")
def ask_for_measurements() -> None:
    """Ask authors how much there is now of what their idea is to change."""
    effect.ask_for_measurements()

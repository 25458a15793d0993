"""What the workers do about ideas. The rows know what is due, so the tasks take no arguments."""

from ideas.actions import agreements, effect, meetings, support
from unlimited.runs.recording import scheduled_task


@scheduled_task("ideas.part_from_who_left")
def part_from_who_left() -> None:
    """End the support of those who no longer work where the idea is."""
    support.part_from_who_left()


@scheduled_task("ideas.remind_of_talks")
def remind_of_talks() -> None:
    """Tell supporters of talks whose day has passed."""
    agreements.remind_of_talks()


@scheduled_task("ideas.remind_of_meetings")
def remind_of_meetings() -> None:
    """Remind author and supporter of meetings within a day."""
    meetings.remind_of_meetings()


@scheduled_task("ideas.record_meetings_held")
def record_meetings_held() -> None:
    """Count meetings whose time has come as contact."""
    meetings.record_meetings_held()


@scheduled_task("ideas.remind_of_steps")
def remind_of_steps() -> None:
    """Tell people once a week of next steps that are overdue."""
    meetings.remind_of_steps()


@scheduled_task("ideas.ask_for_measurements")
def ask_for_measurements() -> None:
    """Ask authors how much there is now of what their idea is to change."""
    effect.ask_for_measurements()

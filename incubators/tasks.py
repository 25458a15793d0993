"""What the workers do about promises. The rows know what is due, so the tasks take no arguments."""

from incubators.actions import promises
from unlimited.runs.recording import scheduled_task


@scheduled_task("incubators.tell_of_delays")
def tell_of_delays() -> None:
    """Tell all who wait longer than they were promised, with a new day."""
    promises.tell_of_delays()

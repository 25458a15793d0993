"""What the workers do about personal data. Every run looks for all that is due, so a missed one is made up for."""

from unlimited.runs.recording import scheduled_task
from unlimited.users import actions, erasures


@scheduled_task("users.apply_retention")
def apply_retention() -> None:
    """Remove what every app has kept long enough."""
    actions.apply_retention()


@scheduled_task("users.write_erasures")
def write_erasures() -> None:
    """Append erased accounts to the file outside of the database."""
    erasures.write_erasures()

"""What the workers do about mail. The rows know everything, so the tasks take no arguments."""

from unlimited.mail import bell, delivery
from unlimited.runs.recording import scheduled_task

# With a mail's longest conversation on top this ends before the task's time limit.
SECONDS = 12


@scheduled_task(bell.TASK)
def deliver_due() -> None:
    """Deliver for a while; where more is left, ask for somebody to go on."""
    delivery.deliver_due(seconds=SECONDS)
    if delivery.is_anything_due():
        bell.ring()


@scheduled_task("mail.wipe_snapshots")
def wipe_snapshots() -> None:
    """Forget what old mails were about."""
    delivery.wipe_snapshots()

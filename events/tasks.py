"""What the workers do about events. The rows know what is due, so the tasks take no arguments."""

from celery import shared_task

from events.actions import links, reminders, waitlist


@shared_task(name="events.expire_offers")
def expire_offers() -> None:
    """Take back offers whose time has run out, and offer the seats on."""
    waitlist.expire_offers()


@shared_task(name="events.make_reminders")
def make_reminders() -> None:
    """Make the reminders that are due."""
    reminders.make_reminders()


@shared_task(name="events.ask_for_names")
def ask_for_names() -> None:
    """Ask contacts for names, and release the seats that have none in time."""
    reminders.ask_for_names()
    reminders.release_unnamed()


@shared_task(name="events.send_links")
def send_links() -> None:
    """Mail the links that people have asked for."""
    links.send_links_asked_for()

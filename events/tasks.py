"""What the workers do about events. The rows know what is due, so the tasks take no arguments."""

from events.actions import holding, links, reminders, waitlist
from unlimited.runs.parts import Parts
from unlimited.runs.recording import scheduled_task


@scheduled_task("events.expire_offers")
def expire_offers() -> None:
    """Take back offers and held seats whose time has run out, and offer the seats on."""
    with Parts("events.expire_offers") as parts:
        for step in (waitlist.expire_offers, holding.release_unconfirmed):
            with parts.part(step.__name__):
                step()


@scheduled_task("events.make_reminders")
def make_reminders() -> None:
    """Make the reminders that are due."""
    reminders.make_reminders()


@scheduled_task("events.ask_for_names")
def ask_for_names() -> None:
    """Ask contacts for names, and release the seats that have none in time."""
    with Parts("events.ask_for_names") as parts:
        for step in (reminders.ask_for_names, reminders.release_unnamed):
            with parts.part(step.__name__):
                step()


@scheduled_task("events.send_links")
def send_links() -> None:
    """Mail the links that people have asked for."""
    links.send_links_asked_for()

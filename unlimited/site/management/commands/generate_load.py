"""`manage.py generate_load --ideas 100000 --events 5000 --registrations 50000`: plausible rows to measure with.

The same `--seed` makes the same words. Each call adds to what is there.
"""

import random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from events import load as events_load
from ideas import load as ideas_load
from incubators import demo as incubators_demo
from unlimited.copying import analyse

IDEAS = 1000


class Command(BaseCommand):
    help = "Make many plausible ideas, events and registrations, to measure with."

    def add_arguments(self, parser):
        parser.add_argument("--ideas", type=int, help=f"how many ({IDEAS} where nothing else is asked for)")
        parser.add_argument("--events", type=int, default=0, help="how many (0)")
        parser.add_argument("--registrations", type=int, default=0, help="how many, spread over these events (0)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same rows (1)")
        parser.add_argument("--yes", action="store_true", help="make them although DEBUG is off")

    def handle(self, *args, ideas: int | None, events: int, registrations: int, **options):
        if not (settings.DEBUG or options["yes"]):
            raise CommandError("This is no development machine (DEBUG is off). To fill it all the same: --yes.")
        if registrations and not events:
            raise CommandError("Registrations are made for new events: how many of those? --events N.")
        if ideas is None:
            ideas = 0 if events else IDEAS
        chance = random.Random(options["seed"])  # noqa: S311 - no secret: the same seed makes the same rows
        incubators_demo.load()
        if ideas:
            self._tell("ideas", ideas, ideas_load.load(number=ideas, chance=chance))
        if events:
            made = events_load.load(events=events, registrations=registrations, chance=chance)
            self._tell("events", events, made)
        analyse()

    def _tell(self, what: str, number: int, made: dict[str, int]) -> None:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(made.items()))
        self.stdout.write(f"Made {number} {what}: {counts}.")

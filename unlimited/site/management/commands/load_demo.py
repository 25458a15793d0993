"""`manage.py load_demo`: incubators, people, ideas and events to try the site with. Run it as often as you like."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from events import demo as events_demo
from ideas import demo as ideas_demo
from incubators import demo as incubators_demo
from unlimited.copying import analyse
from unlimited.users.staff_access import without_session

LOADERS = (incubators_demo.load, ideas_demo.load, events_demo.load)


class Command(BaseCommand):
    help = "Load incubators, people, ideas and events to try the site with. What is there already stays as it is."

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="load it although DEBUG is off")

    def handle(self, *args, **options):
        if not (settings.DEBUG or options["yes"]):
            raise CommandError("This is no development machine (DEBUG is off). To load demo accounts anyway: --yes.")
        with transaction.atomic(), without_session():
            for load in LOADERS:
                load()
                analyse()
        for email, role in incubators_demo.log_ins():
            self.stdout.write(f"  {email:<26} {role}")

"""Remove what has been kept long enough, here and now: what the beat does every hour."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from unlimited.users import actions, registry


class Command(BaseCommand):
    help = "Remove personal data that has been kept long enough; docs/privacy.md says how long."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Print the rules and how many rows are due.")

    def handle(self, *args, **options):
        if options["dry_run"]:
            now = timezone.now()
            for rule in registry.retentions.values():
                self.stdout.write(f"{rule.name}: {rule.due(now)} due ({rule.age}; {rule.effect}; {rule.ground})")
            return
        for app, count in actions.apply_retention().items():
            self.stdout.write(f"{app}: {count}")

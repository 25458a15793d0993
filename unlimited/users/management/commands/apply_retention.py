"""Remove what has been kept long enough, here and now: what the beat does every hour."""

from django.core.management.base import BaseCommand

from unlimited.users import actions


class Command(BaseCommand):
    help = "Remove personal data that has been kept long enough; docs/privacy.md says how long."

    def handle(self, *args, **options):
        for app, count in actions.apply_retention().items():
            self.stdout.write(f"{app}: {count}")

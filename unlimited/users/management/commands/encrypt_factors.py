"""Encrypt the secrets of all second factors by the newest key: after an upgrade, or a new key in MFA_KEYS."""

from django.core.management.base import BaseCommand

from unlimited.users.encryption import encrypt_all


class Command(BaseCommand):
    help = "Encrypt the secrets of second factors by the newest key."

    def handle(self, *args, **options):
        self.stdout.write(f"{encrypt_all()} rows are encrypted by the newest key.")

"""Confirm a second factor on the server: for the first of national staff, whom nobody else can confirm."""

from django.core.management.base import BaseCommand, CommandError

from unlimited.users.factor import confirm, waiting_for_confirmation
from unlimited.users.models import FactorConfirmation, User


class Command(BaseCommand):
    help = "Confirm that the second factor of a person is theirs."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *args, email: str, **options):
        person = User.objects.filter(email=email.lower()).first()
        waiting = list(waiting_for_confirmation(person)) if person else []
        if not waiting:
            raise CommandError(f"{email} has no second factor that waits.")
        for authenticator in waiting:
            confirm(authenticator, source=FactorConfirmation.Source.SERVER)
        self.stdout.write(f"{len(waiting)} confirmed for {email}.")

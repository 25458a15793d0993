"""Deliver what is due, here and now: for when no worker runs."""

from django.core.management.base import BaseCommand, CommandError

from unlimited.mail import delivery


class Command(BaseCommand):
    help = "Deliver all mail that is due, without Redis and workers."

    def handle(self, *args, **options):
        tally = delivery.deliver_due()
        self.stdout.write(
            ", ".join(f"{status}: {count}" for status, count in sorted(tally.items())) or "nothing is due"
        )
        if delivery.smtp_circuit.is_open:
            raise CommandError("The mail server cannot be reached; try again in a minute.")

import socket

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


def is_free(port: int) -> bool:
    """Tell whether a web server could listen on this port of the machine's own address."""
    with socket.socket() as probe:
        # As the web server does: a port whose last connection has just ended counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Command(BaseCommand):
    help = "Bring the database up to this version: run it once at each deployment, before the processes start."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="development: words and demo data too, then say where")
        parser.add_argument("--port", type=int, help="stop unless this port is free")

    def handle(self, *, demo: bool, port: int | None, verbosity: int, **options):
        if port and not is_free(port):
            raise CommandError(
                f"Port {port} is taken by another program. Stop it, or choose another: make run PORT=8001."
            )
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        if demo:
            call_command("catalogues", "compile")
            self.stdout.write(f"\nNorge Unlimited: {settings.SITE_URL}\n\nLog in by code as")
            call_command("load_demo", stdout=self.stdout)
            self.stdout.write(
                f"\nCodes and all other mail: {settings.SITE_URL}/dev/mail/\nCtrl-C stops everything.\n\n"
            )
            self.stdout.flush()

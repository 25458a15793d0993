"""`manage.py limit_history ROLE`: let the database role of the site add to the history, and change nothing in it."""

from django.core.management.base import BaseCommand

from unlimited import history


class Command(BaseCommand):
    help = "Take from ROLE the right to change or delete rows of the history. Run as the owner of the tables."

    def add_arguments(self, parser):
        parser.add_argument("role")

    def handle(self, *, role: str, **options):
        history.make_append_only(role=role)

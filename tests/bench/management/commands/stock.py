"""`manage.py stock --ideas 1000`, with the benchmark's settings: fill the database, and say in JSON how to ask for it.

What is there already is kept: 100 000 ideas take minutes to write.
"""

import json
import sys
import time

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ideas.models import Idea
from incubators.models import Incubator, Membership
from tests.bench.pages import PAGES
from unlimited.users.models import User

MODERATOR = "bench-moderator@example.no"


def fill(ideas: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    missing = ideas - Idea.objects.count()
    if missing > 0:
        call_command("generate_load", ideas=missing, yes=True, verbosity=0, stdout=sys.stderr)
        with connection.cursor() as cursor:
            # As autovacuum would have done by the time that anybody looks.
            cursor.execute("VACUUM ANALYZE")


def moderator() -> User:
    """One who answers at one incubator of several, as most do."""
    person = User.objects.filter(email=MODERATOR).first() or User.objects.create_user(MODERATOR, name="Kari Demo")
    Membership.objects.get_or_create(
        user=person, incubator=Incubator.objects.places().first(), role=Membership.Role.MODERATOR
    )
    return person


def logged_in(person: User) -> Client:
    """Return a client with the second factor that the desk asks for."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return client


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"
    return len(queries)


class Command(BaseCommand):
    help = "Fill the benchmark's database."

    def add_arguments(self, parser):
        parser.add_argument("--ideas", type=int, required=True)

    def handle(self, *, ideas: int, **options):
        fill(ideas)
        staff, visitor = logged_in(moderator()), Client(SERVER_NAME="localhost")
        slug = Idea.objects.public().order_by("-submitted_at", "-pk").values_list("slug", flat=True)[0]
        found = {}
        for page in PAGES:
            client, path = staff if page.is_staff else visitor, page.path.format(slug=slug)
            queries_of(client, path)  # what a process asks only once
            found[page.name] = queries_of(client, path)
        facts = {"slug": slug, "session": staff.cookies["sessionid"].value, "queries": found}
        self.stdout.write(json.dumps(facts))

"""`manage.py stock --ideas 1000`, with the benchmark's settings: fill the database, and say in JSON how to ask for it.

For each 20 ideas an event, and ten registrations for it. What is there already is kept: 100 000 ideas take minutes to
write.
"""

import datetime as dt
import json
import sys
import time

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Registration
from events.models.programme import LARGEST_CAPACITY
from ideas.models import Idea
from incubators.models import Incubator, Membership
from tests.bench.pages import PAGES
from unlimited.mail.models import OutgoingMail
from unlimited.users.factor import STATE
from unlimited.users.models import User

IDEAS_PER_EVENT, REGISTRATIONS_PER_EVENT = 20, 10
HOT = "bench-hot"
MODERATOR = "bench-moderator@example.no"


def fill(ideas: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    missing = {"ideas": ideas - Idea.objects.count(), "events": ideas // IDEAS_PER_EVENT - Event.objects.count()}
    for what, count in missing.items():
        if count > 0:
            more = {"registrations": count * REGISTRATIONS_PER_EVENT} if what == "events" else {}
            call_command("generate_load", yes=True, verbosity=0, stdout=sys.stderr, **{what: count}, **more)
    if max(missing.values()) > 0:
        with connection.cursor() as cursor:
            # As autovacuum would have done by the time that anybody looks.
            cursor.execute("VACUUM ANALYZE")


def hot_event() -> Event:
    """The event that everybody registers for; of earlier runs nobody is there any more."""
    starts_at = timezone.now() + dt.timedelta(days=300)
    facts = {"title": "Alle vil hit", "starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=7),
             "venue": "Storsalen", "city": "Oslo", "capacity": LARGEST_CAPACITY, "is_published": True}  # fmt: skip
    event, _is_new = Event.objects.update_or_create(slug=HOT, defaults=facts)
    Registration.objects.filter(seats__event=event).delete()
    OutgoingMail.objects.all().delete()
    return event


def event_to_show() -> Event:
    """One to come, with a programme and people."""
    shown = Event.objects.public().taking_place().upcoming().exclude(slug=HOT).filter(seats_taken__gt=0)
    return shown.annotate(items=Count("sessions")).order_by("-items", "starts_at", "pk")[0]


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
    now = time.time()
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": now}]
    session[STATE] = {"at": now, "seen": now, "is_confirmed": True}
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
        event, hot, found = event_to_show(), hot_event(), {}
        for page in PAGES:
            client, path = staff if page.is_staff else visitor, page.path.format(slug=slug, event=event.slug)
            queries_of(client, path)  # what a process asks only once
            found[page.name] = queries_of(client, path)
        facts = {
            "slug": slug,
            "event": event.slug,
            "hot_slug": hot.slug,
            "hot_event": hot.pk,
            "session": staff.cookies["sessionid"].value,
            "queries": found,
        }
        self.stdout.write(json.dumps(facts))

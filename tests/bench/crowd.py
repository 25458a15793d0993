"""Many people with a seat each at one event: what reminders and receipts are measured with."""

import datetime as dt
import uuid

from django.utils import timezone

from events.models import Event, Participant, Registration, Seat
from unlimited.copying import copy_rows


def crowded_event(people: int) -> Event:
    """Make an event a day from now, all of its seats taken long ago by people with names and addresses."""
    starts_at = timezone.now() + dt.timedelta(hours=23)
    event = Event.objects.create(
        slug=f"full-sal-{uuid.uuid4().hex[:12]}",
        title="Sosialt entreprenørskap og fremtidens velferd",
        summary="En dag om det som virker.",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=7),
        venue="KRA Stavanger",
        street_address="Verven 24",
        postcode="4014",
        city="Stavanger",
        capacity=people,
        is_published=True,
    )
    at = timezone.now() - dt.timedelta(days=30)
    parties = [
        Registration(form_token=uuid.uuid4(), contact_name=f"Gjest {n}", contact_email=f"gjest{n}@example.no",
                     language="nb", created_at=at)
        for n in range(people)
    ]  # fmt: skip
    copy_rows(parties)
    guests = [
        Participant(registration=party, name=party.contact_name, email=party.contact_email, created_at=at)
        for party in parties
    ]
    copy_rows(guests)
    copy_rows(
        [
            Seat(registration=guest.registration, event=event, place=1, participant=guest, email=guest.email,
                 status="seated", seated_at=at)
            for guest in guests
        ]
    )  # fmt: skip
    event.refresh_from_db()
    return event

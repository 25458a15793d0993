"""Many plausible events and registrations to measure with: `manage.py generate_load`."""

import datetime as dt
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from events.models import Event, Needs, Participant, Registration, Seat, Session, Speaker
from incubators.models import Incubator, Municipality
from unlimited.copying import copy_rows

BATCH = 2000
OSLO = ZoneInfo("Europe/Oslo")
# Events lie so many days back and ahead of today.
BACK, AHEAD = 500, 250
WHAT = (
    "Onsdagssamtale", "Åpent verksted", "Idékveld", "Kurs i å søke støtte", "Nabolagsmiddag", "Møt en gründer",
    "Stort byttemarked", "Frokostmøte", "Øv på å fortelle om ideen", "Erfaringer fra året som gikk",
)  # fmt: skip
ABOUT = (
    "mat og møteplasser", "arbeid for unge", "det som virker", "oppvekst", "eldre og teknologi", "sykler og utstyr",
    "lokaler som står tomme", "å lytte først", "penger og budsjett", "helse i hverdagen",
)  # fmt: skip
BODY = (
    "Vi begynner med kaffe.", "Ta gjerne med en nabo.", "Det blir god tid til spørsmål.", "Etterpå spiser vi sammen.",
    "Noen forteller, og så snakker vi i små grupper.", "Du trenger ikke kunne noe fra før.",
)  # fmt: skip
ROOMS = ("Storsalen", "Verkstedet", "Kjøkkenet", "Biblioteket", "")
ROLES = ("rådgiver", "avdelingsleder", "prosjektleder", "kommunedirektør", "frivillig", "")
FIRST_NAMES = ("Kari", "Ola", "Amina", "Jonas", "Ingrid", "Ali", "Sunniva", "Per", "Fatima", "Anne-Grethe", "Bjørn")
LAST_NAMES = ("Berg", "Vik", "Haugen", "Ahmed", "Strand", "Nguyen", "Moen", "Sæther", "Dahl", "Åsen")
# Capacity, and how many of ten events have it; none is drop-in.
CAPACITIES = ((None, 2), (10, 2), (15, 2), (30, 2), (120, 2))
# How many a party is, and how many of a hundred are.
PARTIES = ((1, 60), (2, 20), (3, 10), (5, 7), (12, 3))


def load(*, events: int, registrations: int, chance: random.Random) -> Counter:
    """Make so many events, and so many registrations for those of them that take any; return what was made."""
    planner, made = Planner(chance), []
    for start in range(0, events, BATCH):
        made += planner.write(min(BATCH, events - start))
    doorkeeper = Doorkeeper(chance, [event for event in made if event.capacity and not event.is_cancelled])
    for start in range(0, registrations, BATCH):
        doorkeeper.write(min(BATCH, registrations - start))
    return Counter(str(event.state) for event in made) + doorkeeper.made


class Planner:
    """Makes events at the incubators there are, past and upcoming, with something on their programmes."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.incubators = list(Incubator.objects.places().select_related("municipality"))
        self.now = timezone.now()

    @transaction.atomic
    def write(self, number: int) -> list[Event]:
        events = [self._event() for _ in range(number)]
        copy_rows(events)
        speakers = [self._speaker(event) for event in events for _ in range(self.chance.choice((0, 1, 3)))]
        copy_rows(speakers)
        sessions = [session for event in events for session in self._sessions(event)]
        copy_rows(sessions)
        speaks = Session.speakers.through
        by_event = {session.event_id: session for session in sessions}
        talks = ((by_event.get(speaker.event_id), speaker) for speaker in speakers)
        copy_rows([speaks(session_id=session.pk, speaker_id=speaker.pk) for session, speaker in talks if session])
        return events

    def _event(self) -> Event:
        pick = self.chance.choice
        place, title = pick(self.incubators), f"{pick(WHAT)} om {pick(ABOUT)}"
        day = timezone.localdate(self.now) + dt.timedelta(days=self.chance.randint(-BACK, AHEAD))
        starts_at = dt.datetime.combine(day, dt.time(pick((9, 12, 17, 18))), OSLO)
        (capacity,) = self.chance.choices([c for c, _ in CAPACITIES], weights=[weight for _, weight in CAPACITIES])
        event = Event(
            incubator=place,
            title=title,
            summary=f"Velkommen til {place.name}. {pick(BODY)}",
            body="\n\n".join(self.chance.sample(BODY, 3)),
            language=pick(("nb", "nb", "nb", "nn")),
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=pick((1, 2, 3, 6))),
            venue=place.name,
            city=place.municipality.name if place.municipality else "",
            organisers=place.name,
            capacity=capacity,
            is_published=self.chance.random() < 0.95,
        )
        event.slug = f"{slugify(title)[:60]}-{event.uuid.hex[:12]}"
        if self.chance.random() < 0.03:
            event.cancelled_at, event.cancel_reason = self.now, "Den som skulle holde det, er syk."
        return event

    def _speaker(self, event: Event) -> Speaker:
        return Speaker(
            event=event, name=made_up_name(self.chance), organisation=self.chance.choice(self.incubators).name
        )

    def _sessions(self, event: Event) -> list[Session]:
        count = self.chance.choice((0, 2, 4))
        length = (event.ends_at - event.starts_at) / max(count, 1)
        return [
            Session(
                event=event,
                starts_at=event.starts_at + n * length,
                ends_at=event.starts_at + (n + 1) * length,
                title=f"Om {self.chance.choice(ABOUT)}",
                room=self.chance.choice(ROOMS),
                has_speakers_to_come=self.chance.random() < 0.2,
            )
            for n in range(count)
        ]


@dataclass
class Batch:
    """Rows that go in together. Seats take the parties' ids as their rank, so they are made last."""

    registrations: list[Registration] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    needs: list[Needs] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    @transaction.atomic
    def write(self) -> None:
        copy_rows(self.registrations)
        copy_rows(self.participants)
        copy_rows(self.needs)
        for seat in self.seats:
            seat.rank = seat.registration.pk if seat.status == Seat.Status.WAITING else None
        copy_rows(self.seats)


class Doorkeeper:
    """Registers parties as the site would: seats while there are enough for all of them, else a place in line."""

    def __init__(self, chance: random.Random, events: list[Event]):
        self.chance, self.events = chance, events
        self.free = {event.pk: event.capacity for event in events}
        self.municipalities = list(Municipality.objects.all())
        self.now, self.made = timezone.now(), Counter()

    def write(self, number: int) -> None:
        if not self.events:
            return
        batch = Batch()
        for _ in range(number):
            self._register(batch, self.chance.choice(self.events))
        batch.write()

    def _register(self, batch: Batch, event: Event) -> None:
        (size,) = self.chance.choices([size for size, _ in PARTIES], weights=[weight for _, weight in PARTIES])
        at = min(event.starts_at, self.now) - dt.timedelta(minutes=self.chance.randint(60, 60 * 24 * 30))
        self.made["registrations"] += 1
        number = self.made["registrations"]
        registration = Registration(
            form_token=uuid.uuid4(),
            contact_name=made_up_name(self.chance),
            contact_email=f"gjest{number}@example.no",
            language=self.chance.choice(("nb", "nb", "nb", "nn", "en")),
            fewest=size,
            created_at=at,
        )
        if size > 1:
            registration.kind = Registration.Kind.MUNICIPALITY
            registration.municipality = self.chance.choice(self.municipalities)
        batch.registrations.append(registration)
        is_seated = size <= self.free[event.pk]
        self.free[event.pk] -= size if is_seated else 0
        for place in range(1, size + 1):
            person = self._participant(batch, registration, place)
            seat = Seat(registration=registration, event=event, place=place, participant=person, created_at=at)
            seat.email = person.email if person else ""
            seat.status, seat.seated_at = ("seated", at) if is_seated else ("waiting", None)
            batch.seats.append(seat)
            self.made[f"seats {seat.status}"] += 1

    def _participant(self, batch: Batch, registration: Registration, place: int) -> Participant | None:
        """Return who is in a place: the contact in the first, nobody yet in every tenth of the others."""
        if place == 1:
            name, email = registration.contact_name, registration.contact_email
        elif self.chance.random() < 0.1:
            return None
        else:
            name, email = made_up_name(self.chance), f"nr{place}.{registration.contact_email}"
        role = self.chance.choice(ROLES)
        person = Participant(
            registration=registration, name=name, email=email, role=role, created_at=registration.created_at
        )
        batch.participants.append(person)
        if self.chance.random() < 0.1:
            batch.needs.append(Needs(participant=person, diet=[self.chance.choice(Needs.Diet.values)]))
        return person


def made_up_name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"

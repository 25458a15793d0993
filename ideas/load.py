"""Many plausible ideas to measure pages and search with: `manage.py generate_load`."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from ideas.models import Idea, Note, Theme, Transition, Version
from incubators.models import Incubator
from unlimited.copying import copy_rows
from unlimited.users.models import User

BATCH = 2000
MOST_AUTHORS = 5000
WHO = (
    "ungdommer", "eldre", "nyinnflyttede", "småbarnsfamilier", "studenter", "naboene", "jentene", "hundeeierne",
    "fedrene", "elevene", "de som bor alene", "de som er hjemme på dagen",
)  # fmt: skip
LACKS = (
    "et sted å møtes", "noen å snakke med", "en trygg skolevei", "noe å gjøre om kvelden", "hjelp med lekser",
    "en jobb å begynne med", "råd til utstyr", "plass til å øve", "noen som lærer bort", "en grunn til å gå ut",
)  # fmt: skip
WHAT = (
    "Verksted", "Kafé", "Leksehjelp", "Kor", "Hagelag", "Turlag", "Sykkelkjøkken", "Byttedag", "Filmklubb", "Symøte",
    "Matlaging", "Gaming", "Ungdomsklubb", "Språkvenner", "Vaktmesterlag", "Dans", "Fisketur", "Teater",
)  # fmt: skip
WHERE = (
    "i kjelleren", "på torget", "bak skolen", "i garasjen", "ved elva", "på biblioteket", "i gymsalen", "på taket",
    "i oppgangen", "i parken", "på fritidsklubben", "i menighetshuset",
)  # fmt: skip
HOW = (
    "Vi begynner i det små, med det vi har.", "Hver uke lager vi noe sammen og spiser etterpå.",
    "Den som har lært noe, lærer det bort til nestemann.", "Vi låner utstyr av hverandre og deler på regninga.",
    "To voksne er til stede, og ungdommene bestemmer.", "Etter sommeren ser vi hva som virket, og justerer.",
)  # fmt: skip
# Status, step, and how many of a hundred.
MIX = (
    ("draft", "", 8), ("submitted", "", 12), ("changes_requested", "", 5), ("accepted", "try", 20),
    ("accepted", "do", 15), ("accepted", "build", 10), ("declined", "", 10), ("paused", "try", 4), ("ended", "do", 8),
    ("withdrawn", "", 8),
)  # fmt: skip


@dataclass
class Batch:
    """Rows that go in together."""

    ideas: list[Idea] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    changes: list[Transition] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @transaction.atomic
    def write(self, themes: list[Theme], chance: random.Random) -> None:
        copy_rows(self.ideas)
        copy_rows(self.versions)
        copy_rows(self.changes)
        copy_rows(self.notes)
        link = Idea.themes.through
        chosen = ((idea, theme) for idea in self.ideas for theme in chance.sample(themes, chance.choice((0, 1, 1, 2))))
        copy_rows([link(idea_id=idea.pk, theme_id=theme.pk) for idea, theme in chosen])


def load(*, number: int, chance: random.Random) -> Counter:
    """Make so many ideas, and people who wrote them; return how many in each status."""
    maker = Maker(chance, _authors(min(MOST_AUTHORS, number // 3 + 1)))
    themes = list(Theme.objects.filter(is_active=True))
    for start in range(0, number, BATCH):
        maker.batch(min(BATCH, number - start)).write(themes, chance)
    return maker.made


def _authors(number: int) -> list[User]:
    emails = [f"load{n}@example.no" for n in range(number)]
    people = (User(email=email, name=f"Nabo {n}", password="!") for n, email in enumerate(emails))  # noqa: S106
    User.objects.bulk_create(people, ignore_conflicts=True, batch_size=BATCH)
    return list(User.objects.filter(email__in=emails))


class Maker:
    """Makes ideas out of words, chance and the incubators there are."""

    def __init__(self, chance: random.Random, authors: list[User]):
        self.chance, self.authors = chance, authors
        self.incubators = list(Incubator.objects.active())
        self.now = timezone.now()
        self.made = Counter()

    def batch(self, size: int) -> Batch:
        batch = Batch()
        kinds = self.chance.choices(MIX, weights=[weight for *_kind, weight in MIX], k=size)
        for status, step, _weight in kinds:
            self._add(batch, status, step)
            self.made[status] += 1
        return batch

    def _add(self, batch: Batch, status: str, step: str) -> None:
        idea = self._idea(status, step)
        batch.ideas.append(idea)
        if status == Idea.Status.DRAFT:
            return
        batch.versions.append(Version.of(idea))
        batch.changes.append(
            Transition(
                idea=idea,
                kind="submitted",
                revision=2,
                from_status="draft",
                to_status="submitted",
                by_id=idea.author_id,
                at=idea.submitted_at,
            )
        )
        if status in ("changes_requested", "declined", "accepted"):
            words = {"reason": self.chance.choice(HOW), "way_on": "Spør på biblioteket.", "way_on_kind": "other"}
            batch.changes.append(
                Transition(
                    idea=idea,
                    kind=status,
                    revision=3,
                    from_status="submitted",
                    to_status=status,
                    step=step,
                    at=idea.answered_at,
                    due_on=idea.answer_due_on,
                    **words,
                )
            )
        if self.chance.random() < 0.2:
            batch.notes.append(
                Note(idea=idea, audience=self.chance.choice(Note.Audience.values), body="Ring på tirsdag.")
            )

    def _idea(self, status: str, step: str) -> Idea:
        pick = self.chance.choice
        what, where, who = pick(WHAT), pick(WHERE), pick(WHO)
        idea = Idea(
            author_id=pick(self.authors).pk,
            title=f"{what} {where} for {who}"[:80],
            need=f"Her mangler {who} {pick(LACKS)}. {pick(HOW)}",
            proposal=f"{what} {where}. {pick(HOW)} {pick(HOW)}",
            audience=who.capitalize() + ".",
            neighbourhood=pick(self.incubators).district,
            help_needed=self.chance.sample(Idea.Help.values, self.chance.randint(0, 3)),
            language=pick(("nb", "nb", "nb", "nn")),
            status=status,
            step=step,
        )
        if status != Idea.Status.DRAFT:
            self._send_in(idea)
        return idea

    def _send_in(self, idea: Idea) -> None:
        idea.incubator = self.chance.choice(self.incubators)
        longest_ago = 20 if idea.status == Idea.Status.SUBMITTED else 900
        idea.submitted_at = self.now - dt.timedelta(minutes=self.chance.randint(60, longest_ago * 24 * 60))
        idea.answer_due_on = idea.incubator.answer_due_on(idea.submitted_at)
        idea.slug = f"{slugify(idea.title)[:60]}-{idea.uuid.hex[:12]}"
        idea.revision = 3
        if idea.status != Idea.Status.SUBMITTED:
            idea.answered_at = min(idea.submitted_at + dt.timedelta(days=self.chance.randint(1, 18)), self.now)
            idea.staff_acted_at = max(idea.answered_at, self.now - dt.timedelta(days=self.chance.randint(0, 33)))
        if self.chance.random() < 0.85:
            idea.may_publish, idea.age_band = True, self.chance.choice(Idea.AgeBand.of_consenting_age())

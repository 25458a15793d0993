"""The trials of the demo: one that the author wrote down, one that the supporter did."""

import datetime as dt

from django.utils import timezone

from ideas.models import SupportRelation

TRIALS = (
    {
        "hypothesis": "Kommer det noen hvis vi lager suppe på torget en lørdag?",
        "happened": "23 kom. De fleste ble stående og prate, og ingen gikk før kjelen var tom.",
        "learnt": "Folk kommer for praten. Suppa er bare grunnen til å stoppe.",
        "place": "Tøyen torg", "asked": 60, "tried": 23, "kroner": 640, "side": "author",
    },
    {
        "hypothesis": "Vil noen av dem som spiser, lage suppe selv neste gang?",
        "happened": "Vi spurte alle. To meldte seg, og den ene tok med datteren sin.",
        "learnt": "Det er lettere å si ja når vi spør to og to sammen.",
        "change": "Vi lager en liste der man kan skrive seg opp i par.",
        "place": "Tøyen torg", "tried": 41, "decided": 2, "kroner": 560, "side": "supporter",
    },
)  # fmt: skip


def try_out(relation: SupportRelation) -> None:
    """Let the two of `relation` have written down what they tried."""
    if not relation.idea.trials.exists():
        people = {"author": relation.idea.author, "supporter": relation.supporter}
        for number, facts in enumerate(TRIALS):
            day = timezone.localdate() - dt.timedelta(days=21 - 7 * number)
            relation.idea.trials.create(written_by=people[facts["side"]], first_on=day, **facts)

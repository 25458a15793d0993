"""The stories of the demo: one that everyone in it has said yes to, one that waits for somebody's yes."""

import datetime as dt
import uuid

from django.utils import timezone

from ideas.actions.stories import CONSENT_TEXT
from ideas.models import SupportRelation

STORIES = (
    {
        "title": "Gunnar har fått et lørdagsbord",
        "body": "Gunnar er 71 og flyttet hit da kona døde. Det første året kjente han ingen.\n\n"
        "Så luktet det suppe fra torget en lørdag. Nå er det han som setter ut bordene, og han vet hvem som har fått "
        "ny hofte og hvem som leter etter jobb. «Jeg har folk å si hei til», sier han.",
        # Name and e-mail, none for whose idea it is; what they said yes to, and how where it was by mouth.
        "people": (
            (None, None, "web report conference", ""),
            ("Gunnar", "", "web report conference", "Sagt ved suppekjelen, etter at jeg hadde lest det høyt for ham."),
        ),
    },
    {
        "title": "To som lager suppe sammen",
        "body": "Den tredje lørdagen sto Amina ved siden av kjelen og sa at det manglet koriander. Nå lager hun suppa "
        "annenhver gang, og datteren hennes skriver opp hvem som vil være med.",
        "people": ((None, None, "web", ""), ("Amina", "amina@example.no", "", "")),
    },
)  # fmt: skip


def tell_stories(relation: SupportRelation, key: uuid.UUID) -> None:
    """Let the two of `relation` have written down what it came to mean for others."""
    idea = relation.idea
    if idea.stories.exists():
        return
    for number, facts in enumerate(STORIES):
        words = {name: facts[name] for name in ("title", "body")}
        at = timezone.now() - dt.timedelta(days=9 - 4 * number)
        story = idea.stories.create(
            uuid=uuid.uuid5(key, str(number)), written_by=relation.supporter, created_at=at, updated_at=at, **words
        )
        for name, email, purposes, spoken_words in facts["people"]:
            if name is None:
                name, email = str(idea.author), idea.author.email
            asked = {"asked_at": at, "asked_revision": story.revision} if email else {}
            person = story.people.create(name=name, email=email, created_at=at, **asked)
            yes = {"until": timezone.localdate(at) + dt.timedelta(days=365), "story_revision": story.revision}
            if spoken_words:
                yes |= {"spoken_words": spoken_words, "written_down_by": relation.supporter}
            for purpose in purposes.split():
                person.consents.create(purpose=purpose, text_version=CONSENT_TEXT, given_at=at, **yes)

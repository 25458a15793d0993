"""The talk sheets of the demo: two rounds, in which something moved."""

import datetime as dt

from django.utils import timezone

from ideas.models import HallmarkAnswer, SupportRelation, TalkSheet

# What the two said of the five hallmarks, so many days ago: side, hallmark, answer and a sentence.
HALLMARKS = {
    20: (
        ("author", "purpose", "yes", "Det er ingen andre steder å gå på en lørdag."),
        ("author", "new", "not_yet", ""),
        ("author", "involves", "yes", "Alle naboene får være med."),
        ("author", "lasts", "help", "Jeg betaler grønnsakene selv."),
        ("author", "cooperates", "not_yet", ""),
        ("supporter", "purpose", "yes", ""),
        ("supporter", "new", "yes", "Suppe på torget er nytt her."),
        ("supporter", "involves", "not_yet", "De som kommer, har ikke fått bestemme noe ennå."),
        ("supporter", "lasts", "help", ""),
        ("supporter", "cooperates", "not_yet", ""),
    ),
    4: (
        ("author", "purpose", "yes", "41 kom den andre lørdagen."),
        ("author", "new", "yes", ""),
        ("author", "involves", "yes", "To av dem lager suppe neste gang."),
        ("author", "lasts", "help", "Hvem kan betale for grønnsakene?"),
        ("author", "cooperates", "yes", "Biblioteket låner bort strøm."),
        ("supporter", "purpose", "yes", ""),
        ("supporter", "new", "yes", ""),
        ("supporter", "involves", "yes", ""),
        ("supporter", "lasts", "not_yet", "Spør borettslagene: de sparer på at folk kjenner hverandre."),
        ("supporter", "cooperates", "yes", ""),
    ),
}


def talk(relation: SupportRelation) -> None:
    """Let the two of `relation` have answered twice."""
    idea = relation.idea
    if idea.talk_sheets.exists():
        return
    for days, answers in HALLMARKS.items():
        at = timezone.now() - dt.timedelta(days=days)
        sheet = TalkSheet.objects.create(idea=idea, opened_at=at, author_at=at, supporter_at=at, closed_at=at)
        people = {"author": idea.author, "supporter": relation.supporter}
        HallmarkAnswer.objects.bulk_create(
            HallmarkAnswer(sheet=sheet, side=side, hallmark=name, answer=answer, words=words, by=people[side])
            for side, name, answer, words in answers
        )

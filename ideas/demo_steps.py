"""The demo's ideas at the later steps: one that is being done and one that is being built, each with its supporter."""

import datetime as dt
import uuid

from django.utils import timezone

from ideas.models import (
    Agreement,
    Idea,
    Indicator,
    Meeting,
    MeetingNote,
    NextStep,
    Organisation,
    SupportRelation,
    Trial,
)
from unlimited.users.models import User

LATER = {
    "spraakvandring": {
        "met": "Biblioteket på Holmlia",
        "said": "Ruta innom Nav og helsestasjonen er den folk spør etter. Vi lager et kart.",
        "next": ("author", "Tegne kartet over ruta"),
        "find_out": "Kommer folk igjen når det er kaldt?",
        "trial": ("Går folk tur sammen når det regner?", "Ni kom i regnet, og alle var med til slutt.",
                  "Paraplyer å låne er billig og hjelper.", 9),
        "counts": ("De som nettopp har flyttet hit", "Hvor mange har noen å ringe til på norsk?", "personer", 2, 15, 9),
    },
    "sykkelverksted-i-garasjen": {
        "met": "Garasjen i Storhaug",
        "said": "Vedtektene er klare. Årsmøtet velger styre, og så søker vi om fast strøm.",
        "next": ("supporter", "Lese gjennom vedtektene"),
        "find_out": "Kan verkstedet betale leia selv?",
        "trial": ("Vil noen betale for vinterservice?", "Fjorten betalte det de kunne. Det dekket delene.",
                  "Folk vil gi når de ser hva det går til.", 14),
        "counts": ("Alle mellom ti og tjue", "Hvor mange har en sykkel som virker?", "av 40 i klassene", 17, 35, 31),
        "organisation": {"form": Organisation.Form.ASSOCIATION, "name": "Sykkelverkstedet i garasjen (eksempel)",
                         "who_benefits": "De som er mellom ti og tjue.", "who_pays": "Gaver, og litt fra kommunen.",
                         "ready": ["statutes", "results"]},
    },
}  # fmt: skip


def work_at_later_steps(ids: dict[str, uuid.UUID]) -> None:
    """Let Ali support each of LATER, whose ideas are known by `ids`."""
    ali = User.objects.get(email="stottespiller@example.no")
    for key, facts in LATER.items():
        idea = Idea.objects.select_related("author").get(uuid=ids[key])
        if not idea.support_relations.exists():
            _work(idea, ali, facts)


def _work(idea: Idea, ali: User, facts: dict) -> None:
    began, today = _ago(50), timezone.localdate()
    SupportRelation.objects.create(
        idea=idea, supporter=ali, asked_by=ali, status="active", asked_at=began, offered_at=began, started_at=began,
        contact_at=_ago(6),
    )  # fmt: skip
    meeting = Meeting.objects.create(
        idea=idea, supporter=ali, proposed_by_side="supporter", times=[_ago(6)], starts_at=_ago(6), booked_at=_ago(12),
        bookings=1, status="booked", reminded_at=_ago(7), venue=facts["met"], created_at=_ago(13),
    )  # fmt: skip
    meeting.notes.create(author=ali, audience=MeetingNote.Audience.SHARED, body=facts["said"], updated_at=_ago(6))
    side, what = facts["next"]
    NextStep.objects.create(idea=idea, side=side, what=what, due_on=today + dt.timedelta(days=9), created_by=ali)
    Agreement.objects.create(
        idea=idea, step=idea.step, supporter=ali, proposed_by=ali, status="agreed", find_out=facts["find_out"],
        starts_on=_ago(30).date(), ends_on=today + dt.timedelta(days=30), talk_on=today + dt.timedelta(days=30),
        guidance="En samtale annenhver uke", proposed_at=_ago(31), answered_at=_ago(30),
    )  # fmt: skip
    hypothesis, happened, learnt, tried = facts["trial"]
    Trial.objects.create(
        idea=idea, side="author", written_by=idea.author, hypothesis=hypothesis, happened=happened, learnt=learnt,
        tried=tried, first_on=_ago(20).date(), created_at=_ago(19),
    )  # fmt: skip
    target_group, question, unit, baseline, goal, now = facts["counts"]
    indicator = Indicator.objects.create(
        idea=idea, place=1, target_group=target_group, question=question, unit=unit, baseline=baseline, goal=goal,
        baseline_on=_ago(45).date(), written_by=idea.author,
    )  # fmt: skip
    indicator.measurements.create(value=now, side="author", step=idea.step, written_by=idea.author)
    if "organisation" in facts:
        Organisation.objects.create(idea=idea, **facts["organisation"])


def _ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)

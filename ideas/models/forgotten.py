"""Which ideas taken in nobody must forget, and the one thing about each that is most to the point."""

import datetime as dt

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Cast, Coalesce, JSONObject, NullIf, RowNumber
from django.utils import timezone

from ideas.models.agreements import Agreement
from ideas.models.meetings import Meeting, NextStep
from ideas.models.submission import Idea
from ideas.models.support import SupportRelation
from unlimited.lookups import Found

_THIS = OuterRef("pk")


class Forgotten(models.TextChoices):
    """Why somebody has to see to an idea taken in, for code: the words are the page's. The first that fits is meant.

    What names a person to ask comes first; then the promise to the author that was broken; then that the idea has
    nobody; and last what waits on a supporter who is in touch.
    """

    UNANSWERED = "unanswered"
    SILENT = "silent"
    QUIET = "quiet"
    UNSUPPORTED = "unsupported"
    TALK = "talk"
    STILL = "still"


def forgotten(ideas: QuerySet[Idea], *, most: int, now: dt.datetime | None = None) -> QuerySet[Idea]:
    """Return those of `ideas` that somebody has to see to, the longest first, at most `most` for each reason.

    `forgotten_as` says why, `forgotten_since` since when; `supporter` and `asked` say who has it and who is asked
    (name and status), where somebody is. Each idea has one reason, so that no list repeats another.
    """
    reasons = _reasons(now or timezone.now())
    rows = ideas.filter(status=Idea.Status.ACCEPTED).annotate(
        forgotten_as=Case(*(When(fits, then=Value(why)) for why, fits, _since in reasons), default=Value("")),
        forgotten_since=Case(*(When(fits, then=since) for _why, fits, since in reasons)),
        supporter=_person_of(SupportRelation.objects.active()),
        asked=_person_of(SupportRelation.objects.waiting()),
    )
    order = Window(RowNumber(), partition_by="forgotten_as", order_by=["forgotten_since", "pk"])
    rows = rows.exclude(forgotten_as="").annotate(place=order).filter(place__lte=most)
    return rows.order_by("forgotten_as", "place")


def _reasons(now: dt.datetime) -> list[tuple[Forgotten, Q | Found, Subquery | F]]:
    """Each reason, when it fits an idea taken in, and since when; the first before the others."""
    there = SupportRelation.objects.of_those_who_work_there(OuterRef(OuterRef("incubator")))
    contact = _value_of(SupportRelation.objects.active(), "contact_at")
    waits = _value_of(SupportRelation.objects.unanswered(now), "waits_since")
    talks = Agreement.objects.talk_overdue(timezone.localdate(now))
    # PostgreSQL counts in UTC: midnight there is the same day here.
    talk = Cast(_value_of(talks, "talk_on"), models.DateTimeField())
    return [
        (Forgotten.UNANSWERED, Found(_of(there.unanswered(now))), waits),
        (Forgotten.SILENT, Found(_of(there.without_contact(now))), contact),
        (Forgotten.QUIET, Idea.objects.is_quiet(now), F("staff_acted_at")),
        (Forgotten.UNSUPPORTED, ~Found(_of(there.under_way())), F("answered_at")),
        (Forgotten.TALK, Found(_of(talks)), talk),
        (Forgotten.STILL, Found(_of(there.active())) & ~_has_something_ahead(now), contact),
    ]


def _has_something_ahead(now: dt.datetime) -> Q:
    """A meeting that is booked or can be, a step that somebody is to take, or an agreement."""
    plans = (Meeting.objects.ahead(now), NextStep.objects.open(), Agreement.objects.open())
    return Q(*(Found(_of(rows)) for rows in plans), _connector=Q.OR)


def _of(rows: QuerySet) -> QuerySet:
    return rows.filter(idea=_THIS)


def _value_of(rows: QuerySet, name: str) -> Subquery:
    return Subquery(_of(rows).order_by().values(name)[:1])


def _person_of(relations: QuerySet) -> Subquery:
    """Who it is, and how far it has come. Each idea has one that is active and one that waits, at most."""
    name = Coalesce(
        NullIf("supporter__name", Value("")), "supporter__email", Value(""), output_field=models.TextField()
    )
    return Subquery(_of(relations).order_by().values_list(JSONObject(name=name, status="status"), flat=True)[:1])
